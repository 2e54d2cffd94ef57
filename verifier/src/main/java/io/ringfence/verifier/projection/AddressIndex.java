package io.ringfence.verifier.projection;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

  /**
   * Intervals in order.
   *
   * @param starts where each starts
   * @param holders the distinct sets that hold it, ascending
   * @param weights how many sets hold the ones before it, all told
   */
  private record Intervals(List<Address> starts, List<int[]> holders, long[] weights) {}

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

  /** Where a set begins or ends to hold addresses. */
  private record Change(Address at, int number) {}

  /** Goes through the ends of all ranges in order, with the sets that are open there. */
  private Intervals sweep(Family family, List<AddressSet> sets) {
    List<Change> changes = changes(family, sets);
    List<Address> starts = new ArrayList<>(List.of(Address.first(family)));
    List<int[]> holders = new ArrayList<>(List.of(NONE));
    BitSet open = new BitSet(sets.size());
    for (int i = 0; i < changes.size(); ) {
      Address at = changes.get(i).at();
      for (; i < changes.size() && changes.get(i).at().equals(at); i++) {
        open.flip(changes.get(i).number());
      }
      if (at.equals(starts.getLast())) {
        starts.removeLast();
        holders.removeLast();
      }
      starts.add(at);
      holders.add(open.stream().toArray());
    }
    return new Intervals(starts, holders, weights(holders));
  }

  private long[] weights(List<int[]> holders) {
    long[] out = new long[holders.size() + 1];
    for (int i = 0; i < holders.size(); i++) {
      long weight = 0;
      for (int number : holders.get(i)) {
        weight += equals.get(number).length;
      }
      out[i + 1] = out[i] + weight;
    }
    return out;
  }

  private static List<Change> changes(Family family, List<AddressSet> sets) {
    List<Change> out = new ArrayList<>();
    for (int number = 0; number < sets.size(); number++) {
      for (AddressRange range : sets.get(number).ofFamily(family).ranges()) {
        out.add(new Change(range.first(), number));
        if (!range.last().equals(Address.last(family))) {
          out.add(new Change(range.last().next(), number));
        }
      }
    }
    out.sort(Comparator.comparing(Change::at));
    return out;
  }

  /** The numbers of the given sets that hold an address of these, of one family. */
  BitSet holders(AddressSet addresses, Family family) {
    BitSet out = new BitSet(count);
    AddressSet part = addresses.ofFamily(family);
    if (part.isEmpty()) {
      return out;
    }
    Intervals all = intervals.get(family);
    BitSet seen = new BitSet(equals.size());
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

  /** How many sets there are to look at for these addresses, each as often as it is met. */
  long weight(AddressSet addresses) {
    long out = 0;
    for (AddressRange range : addresses.ranges()) {
      Intervals all = intervals.get(range.family());
      int first = at(all.starts(), range.first());
      int last = at(all.starts(), range.last());
      out += all.weights()[last + 1] - all.weights()[first];
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
