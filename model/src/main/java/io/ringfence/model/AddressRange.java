package io.ringfence.model;

import java.util.ArrayList;
import java.util.List;

/** All addresses from {@code first} to {@code last}, both included, of one family. */
public record AddressRange(Address first, Address last) implements Comparable<AddressRange> {
  public AddressRange {
    if (first.family() != last.family() || first.compareTo(last) > 0) {
      throw new IllegalArgumentException("no range from " + first + " to " + last);
    }
  }

  public Family family() {
    return first.family();
  }

  public boolean contains(Address address) {
    return first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
  }

  public boolean overlaps(AddressRange other) {
    return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
  }

  /** True when the range is one address. */
  public boolean single() {
    return first.equals(last);
  }

  /** The fewest prefixes that cover exactly this range, in order. */
  public List<Prefix> prefixes() {
    List<Prefix> out = new ArrayList<>();
    Address start = first;
    while (true) {
      Prefix widest = widestFrom(start);
      out.add(widest);
      if (widest.last().equals(last)) {
        return List.copyOf(out);
      }
      start = widest.last().next();
    }
  }

  private Prefix widestFrom(Address start) {
    int length = start.family().bits();
    while (length > 0) {
      if (start.bit(length - 1) || new Prefix(start, length - 1).last().compareTo(last) > 0) {
        break;
      }
      length--;
    }
    return new Prefix(start, length);
  }

  @Override
  public int compareTo(AddressRange other) {
    int byFirst = first.compareTo(other.first);
    return byFirst != 0 ? byFirst : last.compareTo(other.last);
  }

  @Override
  public String toString() {
    if (single()) {
      return first.toString();
    }
    List<Prefix> prefixes = prefixes();
    return prefixes.size() == 1 ? prefixes.getFirst().toString() : first + "-" + last;
  }
}
