package io.ringfence.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An exact set of (protocol, destination port).
 *
 * <p>INVARIANT (canonical): ranges are sorted, disjoint and not adjacent within a protocol, so that
 * equal sets are equal records.
 */
public record PortSet(List<PortRange> ranges) {
  public static final PortSet EMPTY = new PortSet(List.of());

  /** Every port of every protocol. */
  public static final PortSet ALL =
      new PortSet(IntStream.range(0, 256).mapToObj(n -> PortRange.all(new Protocol(n))).toList());

  public PortSet {
    ranges = canonical(ranges);
  }

  public static PortSet of(PortRange... ranges) {
    return new PortSet(List.of(ranges));
  }

  public static PortSet of(Protocol protocol, int port) {
    return of(new PortRange(protocol, port, port));
  }

  /**
   * Parses one blueprint port: {@code 443/tcp}, {@code 8000-8010/udp}, {@code icmp/echo-request},
   * {@code icmp}, {@code sctp}. The ICMP forms mean the same message in both families.
   *
   * @throws IllegalArgumentException when the text is none of these
   */
  public static PortSet parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return new PortSet(protocols(text, text).stream().map(PortRange::all).toList());
    }
    String left = text.substring(0, slash);
    String right = text.substring(slash + 1);
    if (left.equals("icmp")) {
      return icmp(right, text);
    }
    List<Protocol> protocols = protocols(right, text);
    if (!protocols.getFirst().hasPorts()) {
      throw new IllegalArgumentException(
          "`" + text + "` gives a port to a protocol without ports; write icmp/echo-request");
    }
    return of(ports(left, protocols.getFirst(), text));
  }

  private static PortSet icmp(String name, String text) {
    for (IcmpMessage message : IcmpMessage.values()) {
      if (message.text().equals(name)) {
        return new PortSet(message.ranges());
      }
    }
    throw new IllegalArgumentException(
        "`"
            + text
            + "` names no ICMP message that opens an exchange; known are "
            + Stream.of(IcmpMessage.values())
                .map(m -> "icmp/" + m.text())
                .collect(Collectors.joining(", ")));
  }

  private static List<Protocol> protocols(String name, String text) {
    return switch (name) {
      case "tcp" -> List.of(Protocol.TCP);
      case "udp" -> List.of(Protocol.UDP);
      case "sctp" -> List.of(Protocol.SCTP);
      case "icmp" -> List.of(Protocol.ICMP, Protocol.ICMPV6);
      default ->
          throw new IllegalArgumentException(
              "`"
                  + text
                  + "` names no protocol; write PORT/tcp, PORT/udp, PORT/sctp, sctp or"
                  + " icmp/echo-request");
    };
  }

  private static PortRange ports(String ports, Protocol protocol, String text) {
    if (!ports.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
      throw new IllegalArgumentException("`" + text + "` has no port number before the slash");
    }
    int dash = ports.indexOf('-');
    int first = Integer.parseInt(dash < 0 ? ports : ports.substring(0, dash));
    int last = Integer.parseInt(ports.substring(dash + 1));
    if (first < 1 || last > PortRange.PORT_MAX || first > last) {
      throw new IllegalArgumentException(
          "`" + text + "` is an impossible port; ports are 1-65535, lower end first");
    }
    return new PortRange(protocol, first, last);
  }

  private static List<PortRange> canonical(List<PortRange> ranges) {
    return isCanonical(ranges) ? List.copyOf(ranges) : sorted(ranges);
  }

  /** Most sets are made of canonical ones in order, and need no sorting. */
  private static boolean isCanonical(List<PortRange> ranges) {
    for (int i = 1; i < ranges.size(); i++) {
      PortRange before = ranges.get(i - 1);
      PortRange next = ranges.get(i);
      boolean apart =
          before.protocol().number() < next.protocol().number()
              || before.protocol().equals(next.protocol()) && before.last() + 1 < next.first();
      if (!apart) {
        return false;
      }
    }
    return true;
  }

  private static List<PortRange> sorted(List<PortRange> ranges) {
    List<PortRange> out = new ArrayList<>();
    for (PortRange next : ranges.stream().sorted().toList()) {
      PortRange last = out.isEmpty() ? null : out.getLast();
      if (last != null
          && last.protocol().equals(next.protocol())
          && next.first() <= last.last() + 1) {
        int end = Math.max(last.last(), next.last());
        out.set(out.size() - 1, new PortRange(last.protocol(), last.first(), end));
      } else {
        out.add(next);
      }
    }
    return List.copyOf(out);
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** True of every port of every protocol. */
  public boolean isAll() {
    return ranges.size() == ALL.ranges.size() && equals(ALL);
  }

  /** True when packets of this family can carry some part. */
  public boolean hasAny(Family family) {
    for (PortRange range : ranges) {
      if (range.protocol().belongsTo(family)) {
        return true;
      }
    }
    return false;
  }

  public boolean contains(Protocol protocol, int port) {
    return ranges.stream()
        .anyMatch(r -> r.protocol().equals(protocol) && r.first() <= port && port <= r.last());
  }

  public static PortSet union(Collection<PortSet> sets) {
    return new PortSet(sets.stream().flatMap(s -> s.ranges.stream()).toList());
  }

  public PortSet union(PortSet other) {
    if (isEmpty() || other.isEmpty()) {
      return isEmpty() ? other : this;
    }
    return union(List.of(this, other));
  }

  public PortSet intersect(PortSet other) {
    if (isAll() || other.isAll()) {
      return isAll() ? other : this;
    }
    List<PortRange> out = new ArrayList<>();
    for (PortRange a : ranges) {
      for (PortRange b : other.ranges) {
        int first = Math.max(a.first(), b.first());
        int last = Math.min(a.last(), b.last());
        if (a.protocol().equals(b.protocol()) && first <= last) {
          out.add(new PortRange(a.protocol(), first, last));
        }
      }
    }
    return new PortSet(out);
  }

  /** True when packets of this family can carry a port of both. */
  public boolean overlaps(PortSet other, Family family) {
    if (isAll() || other.isAll()) {
      return isAll() ? other.hasAny(family) : hasAny(family);
    }
    for (PortRange a : ranges) {
      for (PortRange b : other.ranges) {
        if (a.protocol().equals(b.protocol())
            && a.first() <= b.last()
            && b.first() <= a.last()
            && a.protocol().belongsTo(family)) {
          return true;
        }
      }
    }
    return false;
  }

  /** These ports without the others. */
  public PortSet minus(PortSet other) {
    if (isEmpty() || other.isEmpty()) {
      return this;
    }
    if (other.isAll()) {
      return EMPTY;
    }
    List<PortRange> out = new ArrayList<>();
    for (PortRange range : ranges) {
      int next = range.first();
      for (PortRange cut : other.ranges) {
        boolean meets = cut.last() >= next && cut.first() <= range.last();
        if (meets && cut.protocol().equals(range.protocol())) {
          if (cut.first() > next) {
            out.add(new PortRange(range.protocol(), next, cut.first() - 1));
          }
          next = cut.last() + 1;
        }
      }
      if (next <= range.last()) {
        out.add(new PortRange(range.protocol(), next, range.last()));
      }
    }
    return new PortSet(out);
  }

  /** The part that packets of this family can carry. */
  public PortSet ofFamily(Family family) {
    for (PortRange range : ranges) {
      if (!range.protocol().belongsTo(family)) {
        return partOf(family);
      }
    }
    return this;
  }

  private PortSet partOf(Family family) {
    return new PortSet(ranges.stream().filter(r -> r.protocol().belongsTo(family)).toList());
  }

  @Override
  public String toString() {
    if (equals(ALL)) {
      return "any";
    }
    return ranges.stream().map(PortRange::toString).collect(Collectors.joining(", "));
  }
}
