package io.ringfence.verifier.projection;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Finds the permits between two sets of addresses without looking at each. */
public final class PermitIndex {
  private final List<Permit> permits;
  private final AddressIndex sources;
  private final AddressIndex goals;

  public PermitIndex(List<Permit> permits) {
    this.permits = List.copyOf(permits);
    List<Function<Permit, AddressSet>> ends = List.of(Permit::from, Permit::to);
    List<AddressIndex> indexes = Abreast.all(ends.stream().map(this::indexing).toList());
    this.sources = indexes.getFirst();
    this.goals = indexes.getLast();
  }

  private Supplier<AddressIndex> indexing(Function<Permit, AddressSet> end) {
    return () -> new AddressIndex(permits.stream().map(end).toList());
  }

  /** All of them, in order. */
  public List<Permit> permits() {
    return permits;
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
      out.put(family, addresses.isAll() ? all() : index.holders(addresses, family));
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
    List<Permit> out = candidates(box.from(), box.to());
    out.removeIf(p -> !p.meets(box));
    return out;
  }

  /** By the end that tells more; the other one is left to compare. */
  private List<Permit> candidates(AddressSet from, AddressSet to) {
    boolean bySource = sources.weight(from) <= goals.weight(to);
    BitSet numbers = new BitSet(permits.size());
    for (Family family : Family.values()) {
      if (from.hasAny(family) && to.hasAny(family)) {
        numbers.or(bySource ? sources.holders(from, family) : goals.holders(to, family));
      }
    }
    List<Permit> out = new ArrayList<>();
    numbers.stream().forEach(i -> out.add(permits.get(i)));
    return out;
  }

  /** The permits, each cut down to these ends, in order; machines are not told apart. */
  public List<Permit> between(AddressSet from, AddressSet to) {
    List<Permit> out = new ArrayList<>();
    for (Permit permit : candidates(from, to)) {
      permit.between(from, to).ifPresent(out::add);
    }
    return out;
  }
}
