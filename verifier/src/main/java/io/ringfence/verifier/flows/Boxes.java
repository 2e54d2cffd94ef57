package io.ringfence.verifier.flows;

import static io.ringfence.verifier.flows.DecisionDiagrams.FALSE;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.UserSet;
import java.util.List;

/**
 * Draws address and port sets as diagrams, from the last variable to the first, each with what
 * follows where it holds; so that a box of flows takes no operation on diagrams.
 */
final class Boxes {
  private final DecisionDiagrams diagrams;

  Boxes(DecisionDiagrams diagrams) {
    this.diagrams = diagrams;
  }

  /** Flows of both families, from here to there at these ports, if {@code then}. */
  int box(AddressSet from, AddressSet to, PortSet ports, int then) {
    int v4 = box(Family.IPV4, from, to, ports, then);
    int v6 = box(Family.IPV6, from, to, ports, then);
    return diagrams.node(FlowVariables.FAMILY, v4, v6);
  }

  private int box(Family family, AddressSet from, AddressSet to, PortSet ports, int then) {
    int services = ports(family, ports, FlowVariables.PORT, then);
    int destinations = addresses(to.ofFamily(family), FlowVariables.DESTINATION, services);
    return addresses(from.ofFamily(family), FlowVariables.SOURCE, destinations);
  }

  /** Flows of these users, if {@code then}. */
  int users(UserSet users, int then) {
    return users.isAll() ? then : userBlock(users, 0, 0, then);
  }

  private int userBlock(UserSet users, int depth, long prefix, int then) {
    int hostBits = FlowVariables.USER_BITS - depth;
    long last = prefix | (1L << hostBits) - 1;
    if (users.ranges().stream().noneMatch(r -> r.first() <= last && r.last() >= prefix)) {
      return FALSE;
    }
    if (users.ranges().stream().anyMatch(r -> r.first() <= prefix && r.last() >= last)) {
      return then;
    }
    int no = userBlock(users, depth + 1, prefix, then);
    int yes = userBlock(users, depth + 1, prefix | 1L << hostBits - 1, then);
    return diagrams.node(FlowVariables.USER + depth, no, yes);
  }

  /** Flows of both families at these ports; {@code base} tells destination from source ports. */
  int ports(PortSet ports, int base) {
    int v4 = ports(Family.IPV4, ports, base, DecisionDiagrams.TRUE);
    int v6 = ports(Family.IPV6, ports, base, DecisionDiagrams.TRUE);
    return diagrams.node(FlowVariables.FAMILY, v4, v6);
  }

  /** INVARIANT (ICMP has a family): no diagram holds ICMP over IPv6, or ICMPv6 over IPv4. */
  private int ports(Family family, PortSet ports, int base, int then) {
    List<PortRange> ranges = ports.ofFamily(family).ranges();
    return then == FALSE ? FALSE : protocols(ranges, 0, ranges.size(), 0, 0, base, then);
  }

  /** {@code ranges[from, to)}, whose protocols all begin with the {@code depth} bits in prefix. */
  private int protocols(
      List<PortRange> ranges, int from, int to, int depth, int prefix, int base, int then) {
    if (from == to) {
      return FALSE;
    }
    if (depth == FlowVariables.PROTOCOL_BITS) {
      return portBlock(ranges, from, to, 0, 0, base, then);
    }
    int middle = prefix | 1 << FlowVariables.PROTOCOL_BITS - 1 - depth;
    int split = from;
    while (split < to && ranges.get(split).protocol().number() < middle) {
      split++;
    }
    int no = protocols(ranges, from, split, depth + 1, prefix, base, then);
    int yes = protocols(ranges, split, to, depth + 1, middle, base, then);
    return diagrams.node(FlowVariables.PROTOCOL + depth, no, yes);
  }

  /** {@code ranges[from, to)} of one protocol, each of which meets the block of ports. */
  private int portBlock(
      List<PortRange> ranges, int from, int to, int depth, int prefix, int base, int then) {
    if (from == to) {
      return FALSE;
    }
    int hostBits = FlowVariables.PORT_BITS - depth;
    if (ranges.get(from).first() <= prefix
        && ranges.get(from).last() >= (prefix | (1 << hostBits) - 1)) {
      return then;
    }
    int middle = prefix | 1 << hostBits - 1;
    int lowerEnd = from;
    while (lowerEnd < to && ranges.get(lowerEnd).first() < middle) {
      lowerEnd++;
    }
    boolean straddles = lowerEnd > from && ranges.get(lowerEnd - 1).last() >= middle;
    int upperStart = straddles ? lowerEnd - 1 : lowerEnd;
    int no = portBlock(ranges, from, lowerEnd, depth + 1, prefix, base, then);
    int yes = portBlock(ranges, upperStart, to, depth + 1, middle, base, then);
    return diagrams.node(base + depth, no, yes);
  }

  /** Addresses of one family. */
  private int addresses(AddressSet set, int base, int then) {
    List<AddressRange> ranges = set.ranges();
    return then == FALSE ? FALSE : block(ranges, 0, ranges.size(), base, 0, 0, 0, then);
  }

  /**
   * {@code ranges[from, to)}, each of which meets the block of addresses that begin with the {@code
   * depth} first bits of (high, low).
   */
  private int block(
      List<AddressRange> ranges,
      int from,
      int to,
      int base,
      int depth,
      long high,
      long low,
      int then) {
    if (from == to) {
      return FALSE;
    }
    int hostBits = ranges.get(from).family().bits() - depth;
    if (covers(ranges.get(from), high, low, hostBits)) {
      return then;
    }
    long middleHigh = hostBits > 64 ? high | 1L << hostBits - 65 : high;
    long middleLow = hostBits > 64 ? low : low | 1L << hostBits - 1;
    int lowerEnd = firstNotBefore(ranges, from, to, middleHigh, middleLow);
    boolean straddles =
        lowerEnd > from && !before(ranges.get(lowerEnd - 1).last(), middleHigh, middleLow);
    int upperStart = straddles ? lowerEnd - 1 : lowerEnd;
    int no = block(ranges, from, lowerEnd, base, depth + 1, high, low, then);
    int yes = block(ranges, upperStart, to, base, depth + 1, middleHigh, middleLow, then);
    return diagrams.node(base + depth, no, yes);
  }

  /** Only the first of canonical ranges can cover a block that all of them meet. */
  private static boolean covers(AddressRange range, long high, long low, int hostBits) {
    long lastHigh = hostBits > 64 ? high | ones(hostBits - 64) : high;
    long lastLow = low | ones(Math.min(hostBits, 64));
    Address first = range.first();
    boolean starts = !(compare(first.high(), first.low(), high, low) > 0);
    return starts && !before(range.last(), lastHigh, lastLow);
  }

  private static long ones(int count) {
    return count == 0 ? 0 : -1L >>> 64 - count;
  }

  private static int firstNotBefore(
      List<AddressRange> ranges, int from, int to, long high, long low) {
    int start = from;
    int end = to;
    while (start < end) {
      int middle = start + end >>> 1;
      if (before(ranges.get(middle).first(), high, low)) {
        start = middle + 1;
      } else {
        end = middle;
      }
    }
    return start;
  }

  private static boolean before(Address address, long high, long low) {
    return compare(address.high(), address.low(), high, low) < 0;
  }

  private static int compare(long highA, long lowA, long highB, long lowB) {
    int byHigh = Long.compareUnsigned(highA, highB);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(lowA, lowB);
  }
}
