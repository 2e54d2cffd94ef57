package io.ringfence.targets.nftables.ruleset;

import java.util.List;

/** What an {@link Expression} is compared with, or an element of a set. */
public sealed interface Value {
  /** An address, a protocol, an interface or a flag, as nft writes it. */
  record Word(String text) implements Value {}

  record Numeral(long number) implements Value {}

  /** A number that is printed as eight hexadecimal digits: a mark. */
  record Bits(int bits) implements Value {}

  /** Both ends included. */
  record Between(Value first, Value last) implements Value {}

  /** A prefix. */
  record Within(String network, int length) implements Value {}

  /** A value of a {@link Expression.Concat}. */
  record Tuple(List<Value> parts) implements Value {
    public Tuple {
      parts = List.copyOf(parts);
    }
  }

  /** An anonymous set. */
  record OneOf(List<Value> members) implements Value {
    public OneOf {
      members = List.copyOf(members);
    }
  }

  /** Flags of a bit field; any of them is enough. */
  record AnyFlag(List<String> flags) implements Value {
    public AnyFlag {
      flags = List.copyOf(flags);
    }
  }

  /** A named set of the same table. */
  record Named(String set) implements Value {}
}
