package io.ringfence.verifier.reach;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Finds the permits between two sets of addresses by their classes, not pair by pair. */
public final class PermitIndex {
  private final List<Permit> permits;
  private final AddressClasses classes;
  private final BitSet[] outOf;
  private final BitSet[] into;

  public PermitIndex(List<Permit> permits) {
    this.permits = List.copyOf(permits);
    List<AddressSet> ends = new ArrayList<>();
    permits.forEach(p -> ends.add(p.from()));
    permits.forEach(p -> ends.add(p.to()));
    this.classes = new AddressClasses(ends);
    this.outOf = relation(this.permits.stream().map(Permit::from).toList());
    this.into = relation(this.permits.stream().map(Permit::to).toList());
  }

  /** By class, the permits whose end holds it. */
  private BitSet[] relation(List<AddressSet> ends) {
    int[] numbers = ends.stream().mapToInt(classes::numberOf).toArray();
    BitSet[] out = new BitSet[classes.size()];
    for (int number = 0; number < out.length; number++) {
      out[number] = new BitSet();
      for (int permit = 0; permit < numbers.length; permit++) {
        out[number].set(permit, classes.holders(number).get(numbers[permit]));
      }
    }
    return out;
  }

  /** The permits, each cut down to these ends, in order; machines are not told apart. */
  public List<Permit> between(AddressSet from, AddressSet to) {
    BitSet numbers = new BitSet();
    for (Family family : Family.values()) {
      BitSet both = any(classes.classes(from.ofFamily(family)), outOf);
      both.and(any(classes.classes(to.ofFamily(family)), into));
      numbers.or(both);
    }
    List<Permit> out = new ArrayList<>();
    for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
      permits.get(i).between(from, to).ifPresent(out::add);
    }
    return out;
  }

  private static BitSet any(BitSet numbers, BitSet[] relation) {
    BitSet out = new BitSet();
    for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
      out.or(relation[i]);
    }
    return out;
  }
}
