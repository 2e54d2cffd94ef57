package io.ringfence.lab;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Audience;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Gateway;
import io.ringfence.model.Isolation;
import io.ringfence.model.Mode;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Segment;
import io.ringfence.model.Service;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tier;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Web, application and database, a resolver, and an archive that no cable reaches; the database is
 * behind a gateway.
 */
final class ThreeTiers {
  static final String NAME = "backup.example.net";

  private static final SourceLocation AT = new SourceLocation("three-tiers.yaml", 1, 1);

  private ThreeTiers() {}

  static Blueprint blueprint() {
    Map<String, Segment> segments = new LinkedHashMap<>();
    segment(segments, "edge", Isolation.VLAN, "10.30.0.0/24", "fd00:30:0::/64");
    segment(segments, "app", Isolation.VLAN, "10.30.1.0/24", "fd00:30:1::/64");
    segment(segments, "data", Isolation.MICRO, "10.30.2.0/28");
    segment(segments, "vault", Isolation.PHYSICAL, "10.30.9.0/28");
    Map<String, Workload> workloads = new LinkedHashMap<>();
    workload(workloads, "web", "edge", Map.of("https", "443/tcp"), "10.30.0.10", "fd00:30::a");
    workload(
        workloads,
        "api",
        "app",
        Map.of("http", "8080/tcp"),
        "10.30.1.10",
        "10.30.1.11",
        "fd00:30:1::a");
    workload(workloads, "names", "app", Map.of(), "10.30.1.53");
    workload(workloads, "guard", "data", Map.of(), "10.30.2.5");
    workload(
        workloads, "store", "data", Map.of("sql", "5432/tcp", "gossip", "7946/udp"), "10.30.2.11");
    workload(workloads, "archive", "vault", Map.of("sql", "5432/tcp"), "10.30.9.4");
    return new Blueprint(
        "three-tiers",
        segments,
        workloads,
        List.of("names"),
        Optional.empty(),
        Map.of(),
        Map.of(),
        Map.of("guard", gateway()),
        List.of(
            rule("public", new Place.Internet(), "web", "https", Optional.empty()),
            rule("front", new Place.OfWorkload("web"), "api", "http", Optional.empty()),
            rule("query", new Place.OfWorkload("api"), "store", "sql", Optional.of("guard"))),
        List.of(backup()),
        List.of(),
        List.of(),
        Map.of(),
        Map.of(),
        List.of());
  }

  private static void segment(
      Map<String, Segment> segments, String name, Isolation isolation, String... networks) {
    List<Prefix> prefixes = Stream.of(networks).map(Prefix::parse).toList();
    segments.put(
        name,
        new Segment(
            name,
            Tier.APPLICATION,
            prefixes,
            isolation,
            OptionalInt.empty(),
            OptionalInt.empty(),
            Mode.ENFORCE,
            AT));
  }

  private static void workload(
      Map<String, Workload> workloads,
      String name,
      String segment,
      Map<String, String> ports,
      String... addresses) {
    Map<String, Service> services = new LinkedHashMap<>();
    ports.forEach(
        (service, port) ->
            services.put(
                service,
                new Service(service, PortSet.parse(port), Audience.ANYONE, Optional.empty())));
    workloads.put(
        name,
        new Workload(
            name,
            segment,
            Stream.of(addresses).map(Address::parse).toList(),
            name.equals("guard") ? WorkloadKind.GATEWAY : WorkloadKind.GENERIC,
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            services,
            AT));
  }

  private static Gateway gateway() {
    return new Gateway(
        "guard",
        List.of("store"),
        Map.of(),
        Optional.empty(),
        Map.of(),
        Gateway.Identity.NONE,
        Gateway.Sessions.DEFAULT,
        Gateway.Limits.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        AT);
  }

  private static AccessRule rule(
      String name, Place from, String to, String service, Optional<String> through) {
    return rule(
        name,
        AccessRule.Origin.ACCESS,
        from,
        new Endpoint(new Place.OfWorkload(to), new Endpoint.Ports.OfService(service), AT),
        through);
  }

  private static AccessRule backup() {
    Endpoint.Ports https = new Endpoint.Ports.Explicit(PortSet.parse("443/tcp"));
    return rule(
        "backup",
        AccessRule.Origin.EGRESS,
        new Place.OfWorkload("store"),
        new Endpoint(new Place.OfFqdn(NAME), https, AT),
        Optional.empty());
  }

  private static AccessRule rule(
      String name, AccessRule.Origin origin, Place from, Endpoint to, Optional<String> through) {
    return new AccessRule(
        name,
        origin,
        List.of(new Endpoint(from, new Endpoint.Ports.Any(), AT)),
        List.of(to),
        through,
        Optional.empty(),
        List.of(),
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        AT);
  }
}
