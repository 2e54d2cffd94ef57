package io.ringfence.conformance.packets;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.Isolation;
import io.ringfence.model.Mode;
import io.ringfence.model.Place;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Protocol;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tier;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;

/**
 * A seeded blueprint with so many access rules, all of which concern its one router, and for each
 * rule a way to draw flows that it permits.
 */
final class SizedPolicy {
  /** What the rules' ends are. */
  enum Ends {
    /** A workload's address, another's, one port. */
    ADDRESSES("addresses"),
    /** Prefixes and ranges of the internet, and ranges of ports. */
    RANGES("prefixes and ranges");

    private final String text;

    Ends(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  static final String ROUTER = "router";
  private static final String CLIENTS = "clients";
  private static final String SERVERS = "servers";
  private static final int RULES_PER_WORKLOAD = 20;
  private static final int WORKLOADS_MIN = 4;
  private static final int CLIENTS_BASE = 10 << 24;
  private static final int SERVERS_BASE = 10 << 24 | 16 << 16;
  private static final int SEGMENT_BITS = 20;
  private static final SourceLocation AT = SourceLocation.BUILT_IN;

  /** One rule's permitted flows: from these, to these. */
  private record Drawn(List<Prefix> from, List<Prefix> to, PortRange ports) {}

  private final Ends ends;
  private final Random random;
  private final Map<String, Workload> workloads = new LinkedHashMap<>();
  private final Map<Address, String> workloadByAddress = new HashMap<>();
  private final List<Workload> clients;
  private final List<Workload> servers;
  private final List<AccessRule> rules = new ArrayList<>();
  private final List<Drawn> drawn = new ArrayList<>();
  private final Blueprint blueprint;

  SizedPolicy(Ends ends, int ruleCount, long seed) {
    this.ends = ends;
    this.random = new Random(seed * 31 + ruleCount);
    int count = Math.max(WORKLOADS_MIN, ruleCount / RULES_PER_WORKLOAD);
    this.clients = workloads(CLIENTS, CLIENTS_BASE, count);
    this.servers = workloads(SERVERS, SERVERS_BASE, count);
    Set<Drawn> taken = new HashSet<>();
    while (rules.size() < ruleCount) {
      Drawn one = ends == Ends.ADDRESSES ? pair(port()) : wide();
      if (taken.add(one)) {
        drawn.add(one);
        rules.add(rule("rule-" + (rules.size() + 1), one));
      }
    }
    Map<String, Segment> segments = new LinkedHashMap<>();
    segments.put(CLIENTS, segment(CLIENTS, CLIENTS_BASE));
    segments.put(SERVERS, segment(SERVERS, SERVERS_BASE));
    Router router =
        new Router(ROUTER, Map.of(CLIENTS, "clients0", SERVERS, "servers0"), List.of(), AT);
    this.blueprint =
        new Blueprint(
            "packets",
            segments,
            workloads,
            List.of(),
            Optional.empty(),
            Map.of(),
            Map.of(),
            Map.of(),
            rules,
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            Map.of(ROUTER, router),
            List.of());
  }

  Blueprint blueprint() {
    return blueprint;
  }

  /** One of the flows that the policy permits, by any of its rules alike. */
  Flow flow(Random of) {
    Drawn one = drawn.get(of.nextInt(drawn.size()));
    int span = one.ports().last() - one.ports().first() + 1;
    return new Flow(
        within(one.from(), of),
        within(one.to(), of),
        one.ports().protocol(),
        one.ports().first() + of.nextInt(span));
  }

  private static Address within(List<Prefix> prefixes, Random of) {
    Prefix prefix = prefixes.get(of.nextInt(prefixes.size()));
    int host = prefix.length() == 32 ? 0 : of.nextInt() >>> prefix.length();
    return Address.ipv4((int) prefix.network().low() | host);
  }

  // --- Drawing ---

  private List<Workload> workloads(String segment, int base, int count) {
    Set<Integer> hosts = new HashSet<>();
    while (hosts.size() < count) {
      hosts.add(1 + random.nextInt((1 << SEGMENT_BITS) - 2));
    }
    List<Workload> out = new ArrayList<>();
    for (int host : hosts.stream().sorted().toList()) {
      String name = segment + "-" + (out.size() + 1);
      Workload workload =
          new Workload(
              name,
              segment,
              List.of(Address.ipv4(base | host)),
              WorkloadKind.GENERIC,
              Optional.empty(),
              Map.of(),
              Optional.empty(),
              Map.of(),
              AT);
      out.add(workload);
      workloads.put(name, workload);
      workloadByAddress.put(workload.addresses().getFirst(), name);
    }
    return Collections.unmodifiableList(out);
  }

  private static Segment segment(String name, int base) {
    return new Segment(
        name,
        Tier.APPLICATION,
        List.of(new Prefix(Address.ipv4(base), Address.ipv4(base).family().bits() - SEGMENT_BITS)),
        Isolation.VLAN,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Mode.ENFORCE,
        AT);
  }

  private Drawn pair(PortRange ports) {
    return new Drawn(List.of(one(clients)), List.of(one(servers)), ports);
  }

  private Prefix one(List<Workload> of) {
    return Prefix.host(of.get(random.nextInt(of.size())).addresses().getFirst());
  }

  /** In ten: four from a prefix, three to one, two from a range, one between workloads. */
  private Drawn wide() {
    int kind = random.nextInt(10);
    if (kind < 4) {
      return new Drawn(List.of(prefix(12 + random.nextInt(19))), List.of(one(servers)), ports());
    } else if (kind < 7) {
      return new Drawn(List.of(one(clients)), List.of(prefix(12 + random.nextInt(19))), ports());
    } else if (kind < 9) {
      return new Drawn(range(), List.of(one(servers)), ports());
    }
    return pair(ports());
  }

  private Prefix prefix(int length) {
    int address = 20 + random.nextInt(80) << 24 | random.nextInt(1 << 24);
    return Prefix.around(Address.ipv4(address), length);
  }

  /** A range of addresses as the language has them: a prefix, then half of the next, and so on. */
  private List<Prefix> range() {
    int length = 16 + random.nextInt(10);
    Prefix first = prefix(length - 1);
    int base = (int) first.network().low();
    int size = 1 << Family.IPV4.bits() - length;
    Prefix half = new Prefix(Address.ipv4(base), length);
    Prefix quarter = new Prefix(Address.ipv4(base + size), length + 1);
    Prefix eighth = new Prefix(Address.ipv4(base + size + size / 2), length + 2);
    return List.of(half, quarter, eighth);
  }

  private Protocol protocol() {
    return random.nextInt(4) == 0 ? Protocol.UDP : Protocol.TCP;
  }

  private PortRange port() {
    int port = 1 + random.nextInt(9999);
    return new PortRange(protocol(), port, port);
  }

  private PortRange ports() {
    int first = 1 + random.nextInt(30_000);
    return new PortRange(protocol(), first, first + 9 + random.nextInt(2000));
  }

  private AccessRule rule(String name, Drawn one) {
    return AccessRule.direct(
        name,
        AccessRule.Origin.ACCESS,
        one.from().stream().map(p -> endpoint(p, new Endpoint.Ports.Any())).toList(),
        one.to().stream()
            .map(p -> endpoint(p, new Endpoint.Ports.Explicit(new PortSet(List.of(one.ports())))))
            .toList(),
        Optional.empty(),
        AT);
  }

  private Endpoint endpoint(Prefix prefix, Endpoint.Ports ports) {
    String workload = workloadByAddress.get(prefix.network());
    Place place = workload == null ? new Place.OfPrefix(prefix) : new Place.OfWorkload(workload);
    return new Endpoint(place, ports, AT);
  }

  Ends ends() {
    return ends;
  }
}
