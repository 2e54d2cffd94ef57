package io.ringfence.targets.nftables;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which rule owns which destination ports of one protocol between two ends.
 *
 * <p>INVARIANT (first rule owns): intervals are disjoint, each owned by the first rule, in the
 * blueprint's order, of those that were added for it.
 */
final class PortTable {
  /** Ports {@code first} to {@code last} belong to the rule that is {@code order}th. */
  record Owned(int first, int last, int order, String rule) {
    boolean isAll() {
      return first == 0 && last == io.ringfence.model.PortRange.PORT_MAX;
    }

    int count() {
      return last - first + 1;
    }
  }

  private final TreeMap<Integer, Owned> ownedByFirst = new TreeMap<>();

  /** Adds the ports that no earlier addition owns; additions come in the rules' order. */
  void add(Owned wanted) {
    minus(wanted, overlapping(wanted.first(), wanted.last()))
        .forEach(free -> ownedByFirst.put(free.first(), free));
  }

  /** What none of the taken, ascending, covers of the wanted. */
  static List<Owned> minus(Owned wanted, Collection<Owned> taken) {
    List<Owned> out = new ArrayList<>();
    int next = wanted.first();
    for (Owned other : taken) {
      if (other.last() < next || other.first() > wanted.last()) {
        continue;
      }
      if (other.first() > next) {
        out.add(new Owned(next, other.first() - 1, wanted.order(), wanted.rule()));
      }
      next = other.last() + 1;
    }
    if (next <= wanted.last()) {
      out.add(new Owned(next, wanted.last(), wanted.order(), wanted.rule()));
    }
    return out;
  }

  /** One table of several, of which the first rule again owns what they share. */
  static PortTable merged(Collection<PortTable> tables) {
    PortTable out = new PortTable();
    tables.stream()
        .flatMap(t -> t.owned().stream())
        .sorted(Comparator.comparingInt(Owned::order).thenComparingInt(Owned::first))
        .forEach(out::add);
    return out;
  }

  /** All intervals, ascending. */
  Collection<Owned> owned() {
    return ownedByFirst.values();
  }

  /** The intervals that overlap these ports, ascending. */
  Collection<Owned> overlapping(int first, int last) {
    Map.Entry<Integer, Owned> before = ownedByFirst.floorEntry(first);
    int from = before == null ? first : before.getKey();
    return ownedByFirst.subMap(from, true, last, true).values();
  }
}
