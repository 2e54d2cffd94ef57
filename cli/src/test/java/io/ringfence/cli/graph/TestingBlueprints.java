package io.ringfence.cli.graph;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Condition;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.Gateway;
import io.ringfence.model.Isolation;
import io.ringfence.model.Management;
import io.ringfence.model.Mode;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Segment;
import io.ringfence.model.Separation;
import io.ringfence.model.Service;
import io.ringfence.model.SessionTerms;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import io.ringfence.model.Tier;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import io.ringfence.verifier.NetworkProjection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Blueprints to draw, built without the language; each element has a line of its own. */
public final class TestingBlueprints {
  private final Map<String, Segment> segments = new LinkedHashMap<>();
  private final Map<String, Workload> workloads = new LinkedHashMap<>();
  private final Map<String, Tenant> tenants = new LinkedHashMap<>();
  private final Map<String, Gateway> gateways = new LinkedHashMap<>();
  private final List<AccessRule> access = new ArrayList<>();
  private final List<AccessRule> egress = new ArrayList<>();
  private final List<String> resolvers = new ArrayList<>();
  private Optional<Management> management = Optional.empty();
  private int line = 1;

  /** The deployment of the documentation: three tiers, two tenants, one Qdrant cluster. */
  public static NetworkProjection ragPlatform() {
    TestingBlueprints b = new TestingBlueprints();
    b.segment("edge", Tier.APPLICATION, Isolation.VLAN, "10.20.0.0/24", "fd00:20::/64");
    b.segment("app", Tier.APPLICATION, Isolation.VLAN, "10.20.1.0/24", "fd00:20:1::/64");
    b.segment("vectordb", Tier.DATABASE, Isolation.MICRO, "10.20.2.0/24");
    b.segment("operations", Tier.MANAGEMENT, Isolation.VLAN, "10.20.3.0/28");
    b.segment("vault", Tier.DATABASE, Isolation.PHYSICAL, "10.99.0.0/28");
    b.workload("web", "edge", WorkloadKind.GENERIC, "10.20.0.10", "fd00:20::a");
    b.workload("rag-api", "app", WorkloadKind.GENERIC, "10.20.1.10", "10.20.1.11", "fd00:20:1::a");
    b.workload("globex-api", "app", WorkloadKind.GENERIC, "10.20.1.20");
    b.workload("etl", "operations", WorkloadKind.GENERIC, "10.20.3.4");
    b.workload("bastion", "operations", WorkloadKind.BASTION, "10.20.3.2");
    b.workload("prometheus", "operations", WorkloadKind.GENERIC, "10.20.3.5");
    b.workload("dns", "operations", WorkloadKind.GENERIC, "10.20.3.6");
    b.workload("gateway", "vectordb", WorkloadKind.GATEWAY, "10.20.2.5");
    b.engine("qdrant", "vectordb", "qdrant", "10.20.2.11", "10.20.2.12", "10.20.2.13");
    b.resolvers.add("dns");
    b.management =
        Optional.of(new Management(List.of(b.any("bastion")), PortSet.parse("22/tcp"), b.next()));
    b.tenant("acme", "spiffe://acme/rag-api", Optional.of("10.20.1.100"));
    b.gateway("gateway", "qdrant");
    b.through("search", b.any("rag-api"), "grpc", "reader", Optional.empty(), false);
    b.through("lookup", b.any("globex-api"), "rest", "reader", Optional.empty(), false);
    b.through("ingest", b.any("etl"), "grpc", "ingester", Optional.of("device.healthy"), false);
    b.through("operate", b.any("bastion"), "rest", "operator", Optional.empty(), true);
    b.through("scrape", b.any("prometheus"), "rest", "scraper", Optional.empty(), false);
    b.access("peers", b.any("qdrant"), b.service("qdrant", "peer"));
    b.access("front", b.any("web"), b.ports("rag-api", "8080/tcp"));
    b.access("public", b.at(new Place.Internet()), b.ports("web", "443/tcp"));
    b.access("jump", b.prefix("198.51.100.0/28"), b.ports("bastion", "22/tcp"));
    b.egress(
        "backups", b.any("qdrant"), new Place.OfFqdn("s3.eu-central-1.amazonaws.com"), "443/tcp");
    b.egress(
        "upstream-dns",
        b.any("dns"),
        new Place.OfPrefix(Prefix.parse("192.0.2.53/32")),
        "53/udp",
        "53/tcp");
    return b.projection("rag-platform");
  }

  /** Names that would break out of HTML, SVG, DOT or Mermaid if written as they are. */
  public static NetworkProjection hostile() {
    TestingBlueprints b = new TestingBlueprints();
    b.segment("<script>alert(1)</script>", Tier.APPLICATION, Isolation.VLAN, "10.0.0.0/24");
    b.segment("a\"]; end -->", Tier.DATABASE, Isolation.MICRO, "10.0.1.0/24");
    b.workload(
        "<img src=x onerror=alert(2)>",
        "<script>alert(1)</script>",
        WorkloadKind.GENERIC,
        "10.0.0.1");
    b.workload("\"'&\\<b>`|{}[]#;\n", "a\"]; end -->", WorkloadKind.GENERIC, "10.0.1.1");
    b.access(
        "]]></style><rule>",
        b.any("<img src=x onerror=alert(2)>"),
        b.ports("\"'&\\<b>`|{}[]#;\n", "1/tcp"));
    return b.projection("</title><script>alert(3)</script>");
  }

  /** So many segments, each with so many workloads, each workload reaching the next segment's. */
  public static NetworkProjection chain(int count, int each) {
    TestingBlueprints b = new TestingBlueprints();
    for (int s = 0; s < count; s++) {
      b.segment(
          "s" + s, Tier.values()[s % 3], Isolation.values()[s % 2 + 1], "10." + s + ".0.0/16");
      for (int w = 0; w < each; w++) {
        b.workload("w" + s + "-" + w, "s" + s, WorkloadKind.GENERIC, "10." + s + ".0." + (w + 1));
        if (s > 0) {
          b.access(
              "r" + s + "-" + w,
              b.any("w" + (s - 1) + "-" + w),
              b.ports("w" + s + "-" + w, "80/tcp"));
        }
      }
    }
    return b.projection("chain");
  }

  private NetworkProjection projection(String name) {
    return new NetworkProjection(
        new Directory(
            new Blueprint(
                name,
                segments,
                workloads,
                resolvers,
                management,
                tenants,
                Map.of(),
                gateways,
                access,
                egress,
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                List.of())));
  }

  private SourceLocation next() {
    return new SourceLocation("rag.yaml", line++, 3);
  }

  private void segment(String name, Tier tier, Isolation isolation, String... networks) {
    segments.put(
        name,
        new Segment(
            name,
            tier,
            Stream.of(networks).map(Prefix::parse).toList(),
            isolation,
            OptionalInt.empty(),
            OptionalInt.empty(),
            Mode.ENFORCE,
            next()));
  }

  private void workload(String name, String segment, WorkloadKind kind, String... addresses) {
    workloads.put(
        name, workload(name, segment, kind, Optional.empty(), Map.of(), List.of(addresses)));
  }

  private void engine(String name, String segment, String engine, String... addresses) {
    Map<String, Service> services = EngineCatalogue.find(engine).orElseThrow().services();
    workloads.put(
        name,
        workload(
            name,
            segment,
            WorkloadKind.GENERIC,
            Optional.of(engine),
            services,
            List.of(addresses)));
  }

  private Workload workload(
      String name,
      String segment,
      WorkloadKind kind,
      Optional<String> engine,
      Map<String, Service> services,
      List<String> addresses) {
    return new Workload(
        name,
        segment,
        addresses.stream().map(Address::parse).toList(),
        kind,
        Optional.of("spiffe://acme/" + name),
        Map.of(),
        engine,
        services,
        next());
  }

  private void tenant(String name, String member, Optional<String> endpoint) {
    tenants.put(
        name,
        new Tenant(
            name,
            List.of(new Tenant.Member.Spiffe(member)),
            Separation.NAMES,
            Optional.of(name + "-"),
            List.of(new NamePattern(name + "-*")),
            Optional.empty(),
            endpoint.map(e -> new Tenant.PrivateEndpoint(Address.parse(e), "gateway")),
            next()));
  }

  private void gateway(String name, String inFrontOf) {
    gateways.put(
        name,
        new Gateway(
            name,
            List.of(inFrontOf),
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
            next()));
  }

  private Endpoint at(Place place) {
    return new Endpoint(place, new Endpoint.Ports.Any(), SourceLocation.BUILT_IN);
  }

  private Endpoint any(String workload) {
    return at(new Place.OfWorkload(workload));
  }

  private Endpoint prefix(String prefix) {
    return at(new Place.OfPrefix(Prefix.parse(prefix)));
  }

  private Endpoint service(String workload, String service) {
    return new Endpoint(
        new Place.OfWorkload(workload),
        new Endpoint.Ports.OfService(service),
        SourceLocation.BUILT_IN);
  }

  private Endpoint ports(String workload, String... ports) {
    return ports(new Place.OfWorkload(workload), ports);
  }

  private Endpoint ports(Place place, String... ports) {
    PortSet set = PortSet.union(Stream.of(ports).map(PortSet::parse).toList());
    return new Endpoint(place, new Endpoint.Ports.Explicit(set), SourceLocation.BUILT_IN);
  }

  private void access(String name, Endpoint from, Endpoint to) {
    access.add(rule(name, AccessRule.Origin.ACCESS, from, to));
  }

  private void egress(String name, Endpoint from, Place to, String... ports) {
    egress.add(rule(name, AccessRule.Origin.EGRESS, from, ports(to, ports)));
  }

  private AccessRule rule(String name, AccessRule.Origin origin, Endpoint from, Endpoint to) {
    return new AccessRule(
        name,
        origin,
        List.of(from),
        List.of(to),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        next());
  }

  private void through(
      String name,
      Endpoint from,
      String service,
      String role,
      Optional<String> when,
      boolean approval) {
    SourceLocation at = next();
    access.add(
        new AccessRule(
            name,
            AccessRule.Origin.ACCESS,
            List.of(from),
            List.of(service("qdrant", service)),
            Optional.of("gateway"),
            Optional.of(role),
            List.of(),
            false,
            approval
                ? Optional.of(new SessionTerms(Optional.of(Duration.ofMinutes(30)), true))
                : Optional.empty(),
            when.map(w -> new Condition(w, at)),
            Optional.empty(),
            at));
  }
}
