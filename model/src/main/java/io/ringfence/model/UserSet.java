package io.ringfence.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * An exact set of owners of sockets: users by number, and nobody.
 *
 * <p>INVARIANT (canonical): ranges are sorted, disjoint and not adjacent, so that equal sets are
 * equal records.
 */
public record UserSet(List<Range> ranges) {
  /** The greatest number of a user; one more is no user in Linux. */
  public static final long USER_MAX = 0xffff_fffeL;

  /** Stands for the owner of packets that no process sent. */
  public static final long NOBODY = 0xffff_ffffL;

  public static final UserSet EMPTY = new UserSet(List.of());

  /** Every user, and nobody. */
  public static final UserSet ALL = new UserSet(List.of(new Range(0, NOBODY)));

  /** From one number to another, both included. */
  public record Range(long first, long last) {
    public Range {
      if (first < 0 || last > NOBODY || first > last) {
        throw new IllegalArgumentException("users " + first + "-" + last + " are not within 0-max");
      }
    }

    @Override
    public String toString() {
      if (first == NOBODY) {
        return "nobody";
      }
      return first == last ? "" + first : first + "-" + (last == NOBODY ? "nobody" : "" + last);
    }
  }

  public UserSet {
    ranges = canonical(ranges);
  }

  private static List<Range> canonical(List<Range> ranges) {
    List<Range> out = new ArrayList<>();
    for (Range next : ranges.stream().sorted(Comparator.comparingLong(Range::first)).toList()) {
      Range last = out.isEmpty() ? null : out.getLast();
      if (last != null && next.first() <= last.last() + 1) {
        out.set(out.size() - 1, new Range(last.first(), Math.max(last.last(), next.last())));
      } else {
        out.add(next);
      }
    }
    return List.copyOf(out);
  }

  public static UserSet of(long... users) {
    return new UserSet(LongStream.of(users).mapToObj(u -> new Range(u, u)).toList());
  }

  /** The user if there is one, else everybody. */
  public static UserSet of(OptionalLong user) {
    return user.isPresent() ? of(user.getAsLong()) : ALL;
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  public boolean isAll() {
    return equals(ALL);
  }

  /** Whether packets with this owner, or none, are meant. */
  public boolean contains(OptionalLong user) {
    long number = user.orElse(NOBODY);
    return ranges.stream().anyMatch(r -> r.first() <= number && number <= r.last());
  }

  public UserSet union(UserSet other) {
    List<Range> both = new ArrayList<>(ranges);
    both.addAll(other.ranges);
    return new UserSet(both);
  }

  public UserSet intersect(UserSet other) {
    if (isAll() || other.isAll()) {
      return isAll() ? other : this;
    }
    List<Range> out = new ArrayList<>();
    for (Range a : ranges) {
      for (Range b : other.ranges) {
        long first = Math.max(a.first(), b.first());
        long last = Math.min(a.last(), b.last());
        if (first <= last) {
          out.add(new Range(first, last));
        }
      }
    }
    return new UserSet(out);
  }

  public UserSet complement() {
    List<Range> out = new ArrayList<>();
    long next = 0;
    for (Range range : ranges) {
      if (range.first() > next) {
        out.add(new Range(next, range.first() - 1));
      }
      next = range.last() + 1;
    }
    if (next <= NOBODY) {
      out.add(new Range(next, NOBODY));
    }
    return new UserSet(out);
  }

  /** These without the others. */
  public UserSet minus(UserSet other) {
    return intersect(other.complement());
  }

  @Override
  public String toString() {
    return isAll()
        ? "everybody"
        : ranges.stream().map(Range::toString).collect(Collectors.joining(", "));
  }
}
