package io.ringfence.verifier.projection;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds which of many sets of addresses hold an address: the addresses fall into intervals that no
 * set tells apart, and each interval knows its sets. Equal sets are looked at once.
 */
final class AddressIndex {
  private static final int[] NONE = {};

  private final Map<Family, Intervals> intervals = new EnumMap<>(Family.class);

  /** The numbers of the given sets that are equal to each distinct one. */
  private final List<int[]> equals = new ArrayList<>();

  private final int count;

  /** Intervals in order: where each starts, and the distinct sets that hold it, ascending. */
  private record Intervals(List<Address> starts, List<int[]> holders) {}

  AddressIndex(List<AddressSet> sets) {
    this.count = sets.size();
    Map<AddressSet, List<Integer>> numbers = new HashMap<>();
    List<AddressSet> distinct = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Integer> same = numbers.get(sets.get(i));
      if (same == null) {
        same = new ArrayList<>();
        numbers.put(sets.get(i), same);
        distinct.add(sets.get(i));
      }
      same.add(i);
    }
    distinct.forEach(s -> equals.add(numbers.get(s).stream().mapToInt(n -> n).toArray()));
    for (Family family : Family.values()) {
      intervals.put(family, sweep(family, distinct));
    }
  }

  /** Goes through the ends of all ranges in order, with the sets that are open there. */
  private static Intervals sweep(Family family, List<AddressSet> sets) {
    TreeMap<Address, int[]> changes = new TreeMap<>();
    for (int number = 0; number < sets.size(); number++) {
      for (AddressRange range : sets.get(number).ofFamily(family).ranges()) {
        changes.merge(range.first(), new int[] {number}, AddressIndex::joined);
        if (!range.last().equals(Address.last(family))) {
          changes.merge(range.last().next(), new int[] {number}, AddressIndex::joined);
        }
      }
    }
    List<Address> starts = new ArrayList<>(List.of(Address.first(family)));
    List<int[]> holders = new ArrayList<>(List.of(NONE));
    BitSet open = new BitSet();
    changes.forEach(
        (at, numbers) -> {
          for (int number : numbers) {
            open.flip(number);
          }
          if (at.equals(starts.getLast())) {
            starts.removeLast();
            holders.removeLast();
          }
          starts.add(at);
          holders.add(open.stream().toArray());
        });
    return new Intervals(starts, holders);
  }

  private static int[] joined(int[] some, int[] more) {
    int[] out = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, out, some.length, more.length);
    return out;
  }

  /** The numbers of the given sets that hold an address of these, of one family. */
  BitSet holders(AddressSet addresses, Family family) {
    BitSet out = new BitSet(count);
    AddressSet part = addresses.ofFamily(family);
    Intervals all = intervals.get(family);
    BitSet seen = new BitSet();
    for (AddressRange range : part.ranges()) {
      int last = at(all.starts(), range.last());
      for (int i = at(all.starts(), range.first()); i <= last; i++) {
        for (int number : all.holders().get(i)) {
          if (!seen.get(number)) {
            seen.set(number);
            for (int same : equals.get(number)) {
              out.set(same);
            }
          }
        }
      }
    }
    return out;
  }

  private static int at(List<Address> starts, Address address) {
    int low = 0;
    int high = starts.size() - 1;
    while (low < high) {
      int middle = low + high + 1 >>> 1;
      if (starts.get(middle).compareTo(address) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
