package io.ringfence.verifier.projection;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.PortSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * Finds the permits between two sets of addresses without looking at each.
 *
 * <p>After an edit the changed rules' permits stand beside what was indexed, and are looked at one
 * by one; once they are many, all is indexed anew.
 */
public final class PermitIndex {
  /** The most permits beside those that are indexed. */
  static final int BESIDE_MAX = 4096;

  private final List<Permit> indexed;
  private final AddressIndex sources;
  private final AddressIndex goals;

  /** What is indexed and counts no more. */
  private final Set<Permit> gone;

  private final List<Permit> beside;
  private final Comparator<Permit> order;
  private volatile List<Permit> permits;

  public PermitIndex(List<Permit> permits) {
    this.indexed = List.copyOf(permits);
    this.permits = indexed;
    this.gone = Set.of();
    this.beside = List.of();
    this.order = (a, b) -> 0;
    List<Function<Permit, AddressSet>> ends = List.of(Permit::from, Permit::to);
    List<AddressIndex> indexes = Abreast.all(ends.stream().map(this::indexing).toList());
    this.sources = indexes.getFirst();
    this.goals = indexes.getLast();
  }

  private PermitIndex(
      PermitIndex other, Set<Permit> gone, List<Permit> beside, Comparator<Permit> order) {
    this.indexed = other.indexed;
    this.sources = other.sources;
    this.goals = other.goals;
    this.gone = gone;
    this.beside = beside;
    this.order = order;
  }

  private Supplier<AddressIndex> indexing(Function<Permit, AddressSet> end) {
    return () -> new AddressIndex(indexed.stream().map(end).toList());
  }

  /**
   * The index once some permits are others.
   *
   * @param order of the rules, which for those that are not changed is the one before
   * @param permits what each rule permits now
   */
  public PermitIndex after(
      PermitChange change, ToIntFunction<String> order, Function<String, List<Permit>> permits) {
    Set<Permit> dropped = PermitChange.identities(gone);
    dropped.addAll(change.gone());
    List<Permit> now = new ArrayList<>(beside);
    now.removeIf(dropped::contains);
    now.addAll(change.come());
    PermitIndex out = new PermitIndex(this, dropped, now, inOrder(order, permits));
    return now.size() > BESIDE_MAX ? new PermitIndex(out.permits()) : out;
  }

  /** By their rules; of one rule, by their places in it. */
  private static Comparator<Permit> inOrder(
      ToIntFunction<String> order, Function<String, List<Permit>> permits) {
    Map<String, Map<Permit, Integer>> places = new ConcurrentHashMap<>();
    return (a, b) -> {
      if (!a.rule().equals(b.rule())) {
        return Integer.compare(order.applyAsInt(a.rule()), order.applyAsInt(b.rule()));
      }
      Map<Permit, Integer> own =
          places.computeIfAbsent(a.rule(), r -> PermitChange.places(permits.apply(r)));
      return Integer.compare(own.get(a), own.get(b));
    };
  }

  /** All of them, in order. */
  public List<Permit> permits() {
    if (permits == null) {
      permits = List.copyOf(of(all()));
    }
    return permits;
  }

  /** Which permits have an address of a set at one end, by family. */
  public record Ends(Map<Family, BitSet> numbers) {}

  /** The permits that some of these addresses send under. */
  public Ends outOf(AddressSet addresses) {
    return ends(addresses, sources, Permit::from);
  }

  /** The permits that some of these addresses receive under. */
  public Ends into(AddressSet addresses) {
    return ends(addresses, goals, Permit::to);
  }

  private Ends ends(AddressSet addresses, AddressIndex index, Function<Permit, AddressSet> end) {
    Map<Family, BitSet> out = new EnumMap<>(Family.class);
    for (Family family : Family.values()) {
      BitSet numbers = addresses.isAll() ? all() : index.holders(addresses, family);
      for (int i = 0; i < beside.size(); i++) {
        if (end.apply(beside.get(i)).overlaps(addresses, family)) {
          numbers.set(indexed.size() + i);
        }
      }
      out.put(family, numbers);
    }
    return new Ends(out);
  }

  private BitSet all() {
    BitSet out = new BitSet();
    out.set(0, indexed.size() + beside.size());
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
    return of(numbers);
  }

  private List<Permit> of(BitSet numbers) {
    List<Permit> out = new ArrayList<>();
    for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
      boolean isIndexed = i < indexed.size();
      Permit permit = isIndexed ? indexed.get(i) : beside.get(i - indexed.size());
      if (!isIndexed || !gone.contains(permit)) {
        out.add(permit);
      }
    }
    sort(out);
    return out;
  }

  private void sort(List<Permit> some) {
    if (!beside.isEmpty()) {
      some.sort(order);
    }
  }

  /** The permits that have flows of a box, whole and in order. */
  public List<Permit> meeting(Permit box) {
    List<Permit> out = candidates(box.from(), box.to());
    out.removeIf(p -> !p.meets(box));
    beside.stream().filter(p -> p.meets(box)).forEach(out::add);
    sort(out);
    return out;
  }

  /** Of those indexed, by the end that tells more; the other one is left to compare. */
  private List<Permit> candidates(AddressSet from, AddressSet to) {
    boolean bySource = sources.weight(from) <= goals.weight(to);
    BitSet numbers = new BitSet(indexed.size());
    for (Family family : Family.values()) {
      if (from.hasAny(family) && to.hasAny(family)) {
        numbers.or(bySource ? sources.holders(from, family) : goals.holders(to, family));
      }
    }
    List<Permit> out = new ArrayList<>();
    for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
      if (!gone.contains(indexed.get(i))) {
        out.add(indexed.get(i));
      }
    }
    return out;
  }

  /** The permits, each cut down to these ends, in order; machines are not told apart. */
  public List<Permit> between(AddressSet from, AddressSet to) {
    List<Permit> out = new ArrayList<>();
    for (Permit permit : meeting(Permit.box(from, to, PortSet.ALL))) {
      permit.between(from, to).ifPresent(out::add);
    }
    return out;
  }
}
