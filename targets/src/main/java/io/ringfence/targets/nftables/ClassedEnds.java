package io.ringfence.targets.nftables;

import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Protocol;
import io.ringfence.targets.nftables.PortTable.Owned;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Permitted flows between sets of addresses, each looked up as one, and single addresses.
 *
 * <p>INVARIANT (first rule owns): what an earlier rule permits from a set that contains a later
 * rule's is not in the later's table.
 */
final class ClassedEnds {
  /** The single end, and the protocol. */
  record Key(Address end, Protocol protocol) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::end).thenComparing(Key::protocol);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  private final Map<AddressSet, SortedMap<Key, PortTable>> tablesBySet = new LinkedHashMap<>();
  private final Map<Key, List<AddressSet>> irregularSetsByKey = new HashMap<>();
  private final TreeSet<Integer> prefixLengths = new TreeSet<>();

  boolean isEmpty() {
    return tablesBySet.isEmpty();
  }

  /** How many pairs of a set and a key have a table. */
  int size() {
    return tablesBySet.values().stream().mapToInt(SortedMap::size).sum();
  }

  /** The tables by set, in the order the sets came. */
  Map<AddressSet, SortedMap<Key, PortTable>> tables() {
    return Collections.unmodifiableMap(tablesBySet);
  }

  void add(AddressSet set, Key key, Owned ports) {
    SortedMap<Key, PortTable> tables = tablesBySet.computeIfAbsent(set, s -> index(s));
    if (!tables.containsKey(key)) {
      tables.put(key, new PortTable());
      if (prefix(set) == null) {
        irregularSetsByKey.computeIfAbsent(key, k -> new ArrayList<>()).add(set);
      }
    }
    tables.get(key).add(ports);
  }

  private SortedMap<Key, PortTable> index(AddressSet set) {
    Prefix prefix = prefix(set);
    if (prefix != null) {
      prefixLengths.add(prefix.length());
    }
    return new TreeMap<>();
  }

  /** The one prefix that a set is, or null. */
  static Prefix prefix(AddressSet set) {
    if (set.ranges().size() != 1) {
      return null;
    }
    List<Prefix> prefixes = set.ranges().getFirst().prefixes();
    return prefixes.size() == 1 ? prefixes.getFirst() : null;
  }

  /** The part of the wanted ports that no set that contains these addresses has a table for. */
  List<Owned> uncovered(AddressSet addresses, Key key, Owned wanted) {
    List<Owned> out = List.of(wanted);
    for (AddressSet set : containing(addresses, key)) {
      PortTable table = tablesBySet.get(set).get(key);
      if (table != null) {
        out =
            out.stream()
                .flatMap(w -> PortTable.minus(w, table.overlapping(w.first(), w.last())).stream())
                .toList();
      }
    }
    return out;
  }

  private List<AddressSet> containing(AddressSet addresses, Key key) {
    List<AddressSet> out = new ArrayList<>();
    Address first = addresses.ranges().getFirst().first();
    for (int length : prefixLengths) {
      AddressSet set = new AddressSet(List.of(Prefix.around(first, length).range()));
      if (tablesBySet.containsKey(set) && contains(set, addresses)) {
        out.add(set);
      }
    }
    irregularSetsByKey.getOrDefault(key, List.of()).stream()
        .filter(s -> contains(s, addresses))
        .forEach(out::add);
    return out;
  }

  private static boolean contains(AddressSet set, AddressSet addresses) {
    Address first = addresses.ranges().getFirst().first();
    return set.contains(first)
        && ((addresses.ranges().size() == 1 && addresses.ranges().getFirst().single())
            || set.containsAll(addresses));
  }
}
