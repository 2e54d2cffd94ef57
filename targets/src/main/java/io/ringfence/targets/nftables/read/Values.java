package io.ringfence.targets.nftables.read;

import io.ringfence.model.AddressSet;
import java.util.List;
import java.util.Set;

/** What a field is compared with. */
sealed interface Values {
  /** True when some value is in both. */
  default boolean overlaps(Values other) {
    return switch (this) {
      case Addresses v -> other instanceof Addresses o && !v.set.intersect(o.set).isEmpty();
      case Numbers v ->
          other instanceof Numbers o
              && v.ranges.stream()
                  .anyMatch(
                      r ->
                          o.ranges.stream()
                              .anyMatch(p -> r.first() <= p.last() && p.first() <= r.last()));
      case Names v ->
          other instanceof Names o
              && (v.names.stream().anyMatch(o::matches) || o.names.stream().anyMatch(v::matches));
      case Any v -> true;
    };
  }

  record Addresses(AddressSet set) implements Values {}

  /** Ranges of unsigned numbers. */
  record Numbers(List<Range> ranges) implements Values {
    public Numbers {
      ranges = List.copyOf(ranges);
    }

    static Numbers of(long number) {
      return new Numbers(List.of(new Range(number, number)));
    }

    boolean contains(long number) {
      return ranges.stream().anyMatch(r -> r.first() <= number && number <= r.last());
    }
  }

  /** Both ends included. */
  record Range(long first, long last) {
    public Range {
      if (first > last) {
        throw new IllegalArgumentException("no range from " + first + " to " + last);
      }
    }
  }

  /** Names of interfaces; one that ends with a star stands for all that begin so. */
  record Names(Set<String> names) implements Values {
    boolean matches(String name) {
      return names.contains(name)
          || names.stream()
              .anyMatch(n -> n.endsWith("*") && name.startsWith(n.substring(0, n.length() - 1)));
    }

    public Names {
      names = Set.copyOf(names);
    }
  }

  /** Every value there is. */
  record Any() implements Values {}
}
