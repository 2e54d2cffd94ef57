package io.ringfence.targets.nftables.ruleset;

import java.util.List;

/** What a rule reads of a packet or of its connection. */
public sealed interface Expression {
  record Meta(String key) implements Expression {}

  /** Of the packet's connection. */
  record Ct(String key) implements Expression {}

  /** Of the tuple that opened the packet's connection, also seen from a reply. */
  record CtOriginal(String key) implements Expression {}

  record Payload(String protocol, String field) implements Expression {}

  /** The bits of another that a mask leaves. */
  record Masked(Expression of, Value mask) implements Expression {}

  record Concat(List<Expression> parts) implements Expression {
    public Concat {
      parts = List.copyOf(parts);
    }
  }
}
