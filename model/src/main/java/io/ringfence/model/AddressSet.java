package io.ringfence.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An exact set of addresses of both families.
 *
 * <p>INVARIANT (canonical): ranges are sorted, disjoint and not adjacent, so that equal sets are
 * equal records.
 */
public record AddressSet(List<AddressRange> ranges) {
  /** How many times larger another set is when looking ranges up beats walking both. */
  private static final int UNLIKE = 16;

  public static final AddressSet EMPTY = new AddressSet(List.of());
  public static final AddressSet ALL =
      new AddressSet(
          Stream.of(Family.values())
              .map(f -> new AddressRange(Address.first(f), Address.last(f)))
              .toList());

  public AddressSet {
    ranges = canonical(ranges);
  }

  public static AddressSet of(Address... addresses) {
    return ofAddresses(List.of(addresses));
  }

  public static AddressSet ofAddresses(Collection<Address> addresses) {
    return new AddressSet(runs(addresses));
  }

  /** Neighbours that come one after the other are one range at once: most addresses do. */
  private static List<AddressRange> runs(Collection<Address> addresses) {
    List<AddressRange> out = new ArrayList<>();
    Address first = null;
    Address last = null;
    for (Address address : addresses) {
      if (last == null || !last.precedes(address)) {
        if (last != null) {
          out.add(new AddressRange(first, last));
        }
        first = address;
      }
      last = address;
    }
    if (last != null) {
      out.add(new AddressRange(first, last));
    }
    return out;
  }

  public static AddressSet ofPrefixes(Collection<Prefix> prefixes) {
    return new AddressSet(prefixes.stream().map(Prefix::range).toList());
  }

  private static List<AddressRange> canonical(List<AddressRange> ranges) {
    return isCanonical(ranges) ? List.copyOf(ranges) : sorted(ranges);
  }

  /** Most sets are made of canonical ones in order, and need no sorting. */
  private static boolean isCanonical(List<AddressRange> ranges) {
    for (int i = 1; i < ranges.size(); i++) {
      AddressRange before = ranges.get(i - 1);
      AddressRange next = ranges.get(i);
      if (before.compareTo(next) >= 0 || touches(before, next)) {
        return false;
      }
    }
    return true;
  }

  private static List<AddressRange> sorted(List<AddressRange> ranges) {
    List<AddressRange> out = new ArrayList<>();
    for (AddressRange next : ranges.stream().sorted().toList()) {
      AddressRange last = out.isEmpty() ? null : out.getLast();
      if (last != null && touches(last, next)) {
        Address end = last.last().compareTo(next.last()) >= 0 ? last.last() : next.last();
        out.set(out.size() - 1, new AddressRange(last.first(), end));
      } else {
        out.add(next);
      }
    }
    return List.copyOf(out);
  }

  private static boolean touches(AddressRange before, AddressRange after) {
    return before.family() == after.family()
        && (before.overlaps(after) || before.last().precedes(after.first()));
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** True of every address of both families. */
  public boolean isAll() {
    return ranges.size() == ALL.ranges.size() && equals(ALL);
  }

  /** True when some address is of this family. */
  public boolean hasAny(Family family) {
    // Ordered by family.
    return !ranges.isEmpty()
        && (ranges.getFirst().family() == family || ranges.getLast().family() == family);
  }

  public boolean contains(Address address) {
    int low = 0;
    int high = ranges.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      AddressRange range = ranges.get(middle);
      if (range.contains(address)) {
        return true;
      } else if (range.first().compareTo(address) > 0) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return false;
  }

  public AddressSet union(AddressSet other) {
    if (isEmpty() || other.isEmpty()) {
      return isEmpty() ? other : this;
    }
    return new AddressSet(Stream.concat(ranges.stream(), other.ranges.stream()).toList());
  }

  public AddressSet minus(AddressSet other) {
    List<AddressRange> out = new ArrayList<>();
    for (AddressRange range : ranges) {
      minus(range, other, out);
    }
    return new AddressSet(out);
  }

  private static void minus(AddressRange range, AddressSet other, List<AddressRange> out) {
    Address next = range.first();
    for (int i = other.firstNotBefore(range.first()); i < other.ranges.size(); i++) {
      AddressRange cut = other.ranges.get(i);
      if (cut.first().compareTo(range.last()) > 0) {
        break;
      }
      if (cut.first().compareTo(next) > 0) {
        out.add(new AddressRange(next, cut.first().previous()));
      }
      if (cut.last().compareTo(range.last()) >= 0) {
        return;
      }
      next = cut.last().next();
    }
    out.add(new AddressRange(next, range.last()));
  }

  /** The first range that ends at the address or after it; the number of ranges if none does. */
  private int firstNotBefore(Address address) {
    int low = 0;
    int high = ranges.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges.get(middle).last().compareTo(address) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  public AddressSet intersect(AddressSet other) {
    if (isAll() || other.isAll()) {
      return isAll() ? other : this;
    }
    if (ranges.size() > other.ranges.size()) {
      return other.intersect(this);
    }
    if (other.ranges.size() > UNLIKE * ranges.size()) {
      return pick(other);
    }
    List<AddressRange> out = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < ranges.size() && j < other.ranges.size()) {
      AddressRange a = ranges.get(i);
      AddressRange b = other.ranges.get(j);
      if (a.overlaps(b)) {
        out.add(both(a, b));
      }
      if (a.last().compareTo(b.last()) <= 0) {
        i++;
      } else {
        j++;
      }
    }
    return new AddressSet(out);
  }

  private static AddressRange both(AddressRange a, AddressRange b) {
    return new AddressRange(
        a.first().compareTo(b.first()) >= 0 ? a.first() : b.first(),
        a.last().compareTo(b.last()) <= 0 ? a.last() : b.last());
  }

  /** What a much larger set has of this one: looked up, not walked. */
  private AddressSet pick(AddressSet large) {
    List<AddressRange> out = new ArrayList<>();
    for (AddressRange range : ranges) {
      for (int i = large.firstNotBefore(range.first()); i < large.ranges.size(); i++) {
        if (large.ranges.get(i).first().compareTo(range.last()) > 0) {
          break;
        }
        out.add(both(range, large.ranges.get(i)));
      }
    }
    return new AddressSet(out);
  }

  public AddressSet complement() {
    List<AddressRange> out = new ArrayList<>();
    for (Family family : Family.values()) {
      Address next = Address.first(family);
      boolean open = true;
      for (AddressRange range : ofFamily(family).ranges) {
        if (next.compareTo(range.first()) < 0) {
          out.add(new AddressRange(next, range.first().previous()));
        }
        open = !range.last().equals(Address.last(family));
        if (open) {
          next = range.last().next();
        }
      }
      if (open) {
        out.add(new AddressRange(next, Address.last(family)));
      }
    }
    return new AddressSet(out);
  }

  /** The addresses of one family only. */
  public AddressSet ofFamily(Family family) {
    // Ordered by family: if both ends are of one, all are.
    if (!hasAny(family)) {
      return EMPTY;
    }
    boolean whole = ranges.getFirst().family() == ranges.getLast().family();
    return whole
        ? this
        : new AddressSet(ranges.stream().filter(r -> r.family() == family).toList());
  }

  /** True when the two share an address of this family. */
  public boolean overlaps(AddressSet other, Family family) {
    if (!hasAny(family) || !other.hasAny(family)) {
      return false;
    }
    if (isAll() || other.isAll()) {
      return true;
    }
    return isOfOne() || other.isOfOne()
        ? overlaps(other)
        : ofFamily(family).overlaps(other.ofFamily(family));
  }

  private boolean isOfOne() {
    return ranges.getFirst().family() == ranges.getLast().family();
  }

  public boolean overlaps(AddressSet other) {
    if (ranges.size() > other.ranges.size()) {
      return other.overlaps(this);
    }
    for (AddressRange range : ranges) {
      int i = other.firstNotBefore(range.first());
      if (i < other.ranges.size() && other.ranges.get(i).first().compareTo(range.last()) <= 0) {
        return true;
      }
    }
    return false;
  }

  public boolean containsAll(AddressSet other) {
    return other.minus(this).isEmpty();
  }

  @Override
  public String toString() {
    return ranges.stream().map(AddressRange::toString).collect(Collectors.joining(", ", "{", "}"));
  }
}
