package io.ringfence.targets.nftables;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Host;
import io.ringfence.model.Isolation;
import io.ringfence.model.Mode;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tier;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Builds small blueprints in a few words. */
final class TestingBlueprint {
  private static final SourceLocation AT = SourceLocation.BUILT_IN;

  private final Map<String, Segment> segments = new LinkedHashMap<>();
  private final Map<String, Workload> workloads = new LinkedHashMap<>();
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  private final Map<String, Router> routers = new LinkedHashMap<>();
  private final List<AccessRule> access = new ArrayList<>();
  private final List<AccessRule> egress = new ArrayList<>();
  private final List<Guardrail> guardrails = new ArrayList<>();
  private final List<String> resolvers = new ArrayList<>();

  TestingBlueprint segment(String name, String... networks) {
    return segment(name, Mode.ENFORCE, networks);
  }

  TestingBlueprint segment(String name, Mode mode, String... networks) {
    List<Prefix> prefixes = Stream.of(networks).map(Prefix::parse).toList();
    OptionalInt none = OptionalInt.empty();
    segments.put(
        name, new Segment(name, Tier.APPLICATION, prefixes, Isolation.VLAN, none, none, mode, AT));
    return this;
  }

  TestingBlueprint workload(String name, String segment, String... addresses) {
    workloads.put(
        name,
        new Workload(
            name,
            segment,
            Stream.of(addresses).map(Address::parse).toList(),
            WorkloadKind.GENERIC,
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Map.of(),
            AT));
    return this;
  }

  TestingBlueprint host(String name, String... addresses) {
    hosts.put(name, new Host(name, Stream.of(addresses).map(Address::parse).toList(), AT));
    return this;
  }

  TestingBlueprint router(String name, Map<String, String> interfaces, String... addresses) {
    List<Address> own = Stream.of(addresses).map(Address::parse).toList();
    routers.put(name, new Router(name, interfaces, own, AT));
    return this;
  }

  TestingBlueprint resolver(String workload) {
    resolvers.add(workload);
    return this;
  }

  /** Places are names, prefixes, {@code internet}, or names with a dot. */
  TestingBlueprint permit(String name, String from, String to, String... ports) {
    return permit(name, List.of(from), List.of(to), ports);
  }

  TestingBlueprint permit(String name, List<String> from, List<String> to, String... ports) {
    List<Endpoint> goals =
        to.stream()
            .map(t -> new Endpoint(place(t), new Endpoint.Ports.Explicit(ports(ports)), AT))
            .toList();
    List<Endpoint> origins = from.stream().map(this::anyPort).toList();
    boolean outward = goals.stream().noneMatch(g -> g.place() instanceof Place.OfWorkload);
    (outward ? egress : access)
        .add(
            AccessRule.direct(
                name,
                outward ? AccessRule.Origin.EGRESS : AccessRule.Origin.ACCESS,
                origins,
                goals,
                Optional.empty(),
                AT));
    return this;
  }

  TestingBlueprint never(String name, String from, String to) {
    guardrails.add(
        new Guardrail.Never(name, List.of(anyPort(from)), List.of(anyPort(to)), List.of(), AT));
    return this;
  }

  private Endpoint anyPort(String place) {
    return new Endpoint(place(place), new Endpoint.Ports.Any(), AT);
  }

  static PortSet ports(String... texts) {
    return PortSet.union(Stream.of(texts).map(PortSet::parse).toList());
  }

  private Place place(String text) {
    if (text.equals(Blueprint.INTERNET)) {
      return new Place.Internet();
    }
    if (segments.containsKey(text)) {
      return new Place.OfSegment(text);
    }
    if (text.contains("/")) {
      return new Place.OfPrefix(Prefix.parse(text));
    }
    return text.contains(".") ? new Place.OfFqdn(text) : new Place.OfWorkload(text);
  }

  NetworkProjection projection() {
    return new NetworkProjection(
        new Directory(
            new Blueprint(
                "testing",
                segments,
                workloads,
                resolvers,
                Optional.empty(),
                Map.of(),
                Map.of(),
                Map.of(),
                access,
                egress,
                guardrails,
                List.of(),
                hosts,
                routers,
                List.of())));
  }

  /** Every host and router of a projection. */
  static List<Placement> placements(NetworkProjection projection) {
    return Placement.all(projection.topology());
  }

  static Placement placement(NetworkProjection projection, String name) {
    return placements(projection).stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
