package io.ringfence.verifier.projection;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Finds the permits between two sets of addresses without looking at each. */
public final class PermitIndex {
  private final List<Permit> permits;
  private final AddressIndex sources;
  private final AddressIndex goals;

  public PermitIndex(List<Permit> permits) {
    this.permits = List.copyOf(permits);
    this.sources = new AddressIndex(this.permits.stream().map(Permit::from).toList());
    this.goals = new AddressIndex(this.permits.stream().map(Permit::to).toList());
  }

  /** Which permits have an address of a set at one end, by family. */
  public record Ends(Map<Family, BitSet> numbers) {}

  /** The permits that some of these addresses send under. */
  public Ends outOf(AddressSet addresses) {
    return ends(addresses, sources);
  }

  /** The permits that some of these addresses receive under. */
  public Ends into(AddressSet addresses) {
    return ends(addresses, goals);
  }

  private Ends ends(AddressSet addresses, AddressIndex index) {
    Map<Family, BitSet> out = new EnumMap<>(Family.class);
    for (Family family : Family.values()) {
      out.put(family, addresses.equals(AddressSet.ALL) ? all() : index.holders(addresses, family));
    }
    return new Ends(out);
  }

  private BitSet all() {
    BitSet out = new BitSet();
    out.set(0, permits.size());
    return out;
  }

  /** The permits with both ends, whole and in order. */
  public List<Permit> meeting(Ends from, Ends to) {
    return meeting(List.of(from), List.of(to));
  }

  /** The permits with some of each side's ends, whole and in order. */
  public List<Permit> meeting(List<Ends> from, List<Ends> to) {
    BitSet numbers = new BitSet();
    for (Ends a : from) {
      for (Ends b : to) {
        for (Family family : Family.values()) {
          BitSet both = (BitSet) a.numbers().get(family).clone();
          both.and(b.numbers().get(family));
          numbers.or(both);
        }
      }
    }
    List<Permit> out = new ArrayList<>();
    numbers.stream().forEach(i -> out.add(permits.get(i)));
    return out;
  }

  /** The permits that have flows of a box, whole and in order. */
  public List<Permit> meeting(Permit box) {
    List<Permit> out = meeting(outOf(box.from()), into(box.to()));
    out.removeIf(p -> p.intersect(box).isEmpty());
    return out;
  }

  /** The permits, each cut down to these ends, in order; machines are not told apart. */
  public List<Permit> between(AddressSet from, AddressSet to) {
    List<Permit> out = new ArrayList<>();
    for (Permit permit : meeting(outOf(from), into(to))) {
      permit.between(from, to).ifPresent(out::add);
    }
    return out;
  }
}
