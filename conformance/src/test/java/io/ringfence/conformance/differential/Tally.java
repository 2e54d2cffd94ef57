package io.ringfence.conformance.differential;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How many packets of each sort were to pass and to be dropped. */
final class Tally {
  static final List<String> PROTOCOLS = List.of("tcp", "udp", "sctp", "icmp", "icmpv6", "other");
  static final List<String> SORTS =
      List.of("machine/host", "machine/router", "family/IPV4", "family/IPV6", "unspecified");

  private final Map<String, long[]> counts = new TreeMap<>();
  private long packets;

  void add(String sort, boolean passed) {
    counts.computeIfAbsent(sort, s -> new long[2])[passed ? 0 : 1]++;
  }

  void addPacket() {
    packets++;
  }

  long packets() {
    return packets;
  }

  void addAll(Tally other) {
    packets += other.packets;
    other.counts.forEach(
        (sort, count) -> {
          long[] mine = counts.computeIfAbsent(sort, s -> new long[2]);
          mine[0] += count[0];
          mine[1] += count[1];
        });
  }

  /** The sorts that there are packets of, sorted. */
  Set<String> sorts() {
    return counts.keySet();
  }

  long passed(String sort) {
    return counts.getOrDefault(sort, new long[2])[0];
  }

  long dropped(String sort) {
    return counts.getOrDefault(sort, new long[2])[1];
  }
}
