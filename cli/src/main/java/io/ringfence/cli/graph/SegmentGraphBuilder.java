package io.ringfence.cli.graph;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Engine;
import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.Place;
import io.ringfence.model.Prefix;
import io.ringfence.model.Segment;
import io.ringfence.model.SessionTerms;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the nodes that a projection's permits start and end at, and joins them. */
final class SegmentGraphBuilder {
  private final NetworkProjection projection;
  private final Directory directory;
  private final Blueprint blueprint;
  private final Map<String, GraphNode> outside = new LinkedHashMap<>();
  private final Map<Join, List<GraphEdge.Passage>> passages = new LinkedHashMap<>();

  /** What edges are told apart by. */
  private record Join(String from, String to, GraphEdge.Kind kind) {}

  SegmentGraphBuilder(NetworkProjection projection) {
    this.projection = projection;
    this.directory = projection.directory();
    this.blueprint = projection.blueprint();
    outside.put(
        Blueprint.INTERNET,
        outside(Blueprint.INTERNET, GraphNode.Kind.INTERNET, "every address outside"));
  }

  SegmentGraph build() {
    projection.permits().forEach(this::join);
    List<GraphEdge> edges =
        passages.entrySet().stream()
            .map(e -> new GraphEdge(e.getKey().from, e.getKey().to, e.getKey().kind, e.getValue()))
            .toList();
    return new SegmentGraph(
        blueprint.name(),
        blueprint.segments().values().stream().map(this::zone).toList(),
        List.copyOf(outside.values()),
        edges);
  }

  private SegmentGraph.Zone zone(Segment segment) {
    Stream<GraphNode> workloads =
        blueprint.workloads().values().stream()
            .filter(w -> w.segment().equals(segment.name()))
            .map(this::node);
    Stream<GraphNode> endpoints =
        blueprint.tenants().values().stream()
            .filter(t -> t.endpoint().isPresent())
            .filter(t -> stands(segment, t.endpoint().get()))
            .map(t -> endpoint(t, t.endpoint().get(), segment));
    return new SegmentGraph.Zone(
        segment.name(),
        segment.tier(),
        segment.isolation(),
        segment.mode(),
        segment.networks().stream().map(Prefix::toString).toList(),
        Stream.concat(workloads, endpoints).toList());
  }

  private boolean stands(Segment segment, Tenant.PrivateEndpoint endpoint) {
    return directory.segmentAt(endpoint.address()).filter(segment::equals).isPresent();
  }

  private GraphNode node(Workload workload) {
    List<String> details = new ArrayList<>();
    workload.engine().flatMap(EngineCatalogue::find).map(Engine::title).ifPresent(details::add);
    details.addAll(addresses(workload.addresses()));
    return new GraphNode(
        workload.name(),
        workload.name(),
        kind(workload),
        Optional.of(workload.segment()),
        details,
        Optional.empty());
  }

  /** One line a family, its first address and how many more. */
  private static List<String> addresses(List<Address> addresses) {
    Map<Object, List<Address>> byFamily =
        addresses.stream()
            .collect(
                Collectors.groupingBy(Address::family, LinkedHashMap::new, Collectors.toList()));
    return byFamily.values().stream()
        .map(a -> a.getFirst() + (a.size() == 1 ? "" : " +" + (a.size() - 1)))
        .toList();
  }

  private static GraphNode.Kind kind(Workload workload) {
    return switch (workload.kind()) {
      case GATEWAY -> GraphNode.Kind.GATEWAY;
      case BASTION -> GraphNode.Kind.BASTION;
      case GENERIC ->
          workload.engine().isPresent() ? GraphNode.Kind.DATABASE : GraphNode.Kind.WORKLOAD;
    };
  }

  private static GraphNode endpoint(
      Tenant tenant, Tenant.PrivateEndpoint endpoint, Segment segment) {
    return new GraphNode(
        GraphNode.endpointId(tenant),
        GraphNode.endpointId(tenant),
        GraphNode.Kind.ENDPOINT,
        Optional.of(segment.name()),
        List.of(endpoint.address().toString()),
        Optional.of(endpoint.gateway()));
  }

  private static GraphNode outside(String id, GraphNode.Kind kind, String detail) {
    return new GraphNode(id, id, kind, Optional.empty(), List.of(detail), Optional.empty());
  }

  private void join(Permit permit) {
    AccessRule rule = blueprint.rule(permit.rule()).orElseThrow();
    GraphEdge.Passage passage =
        new GraphEdge.Passage(
            rule.name(), permit.ports().toString(), conditional(rule), permit.at());
    for (String from : sources(permit, rule)) {
      for (String to : destinations(permit, rule)) {
        if (!from.equals(to) || several(from)) {
          add(new Join(from, to, kind(permit, rule)), passage);
        }
      }
    }
  }

  private void add(Join join, GraphEdge.Passage passage) {
    List<GraphEdge.Passage> all = passages.computeIfAbsent(join, k -> new ArrayList<>());
    if (!all.contains(passage)) {
      all.add(passage);
    }
  }

  /** A workload of one address has no peers: its traffic to itself is outside the model. */
  private boolean several(String id) {
    return Optional.ofNullable(blueprint.workloads().get(id))
        .filter(w -> w.addresses().size() > 1)
        .isPresent();
  }

  private static boolean conditional(AccessRule rule) {
    return rule.when().isPresent()
        || rule.session().filter(SessionTerms::approvalRequired).isPresent();
  }

  private static GraphEdge.Kind kind(Permit permit, AccessRule rule) {
    return switch (permit.leg()) {
      case TO_GATEWAY -> GraphEdge.Kind.TO_GATEWAY;
      case FROM_GATEWAY -> GraphEdge.Kind.FROM_GATEWAY;
      case DIRECT ->
          switch (rule.origin()) {
            case ACCESS -> GraphEdge.Kind.DIRECT;
            case EGRESS -> GraphEdge.Kind.EGRESS;
            case MANAGEMENT -> GraphEdge.Kind.MANAGEMENT;
            case RESOLVERS -> GraphEdge.Kind.RESOLVERS;
          };
    };
  }

  /** A flow from a private endpoint's address is its gateway's. */
  private List<String> sources(Permit permit, AccessRule rule) {
    List<String> out = new ArrayList<>();
    for (Workload workload : blueprint.workloads().values()) {
      if (directory.addresses(workload).overlaps(permit.from())) {
        out.add(workload.name());
      }
    }
    out.addAll(outside(permit.from(), rule.from()));
    return out;
  }

  private List<String> destinations(Permit permit, AccessRule rule) {
    List<String> out = new ArrayList<>();
    for (Workload workload : blueprint.workloads().values()) {
      if (AddressSet.ofAddresses(workload.addresses()).overlaps(permit.to())) {
        out.add(workload.name());
      } else {
        out.addAll(endpoints(workload, permit.to()));
      }
    }
    out.addAll(permit.fqdn().map(f -> fqdn(f)).orElseGet(() -> outside(permit.to(), rule.to())));
    return out;
  }

  private List<String> endpoints(Workload gateway, AddressSet addresses) {
    return blueprint.tenants().values().stream()
        .filter(t -> t.endpoint().filter(e -> e.gateway().equals(gateway.name())).isPresent())
        .filter(t -> addresses.contains(t.endpoint().get().address()))
        .map(GraphNode::endpointId)
        .toList();
  }

  private List<String> fqdn(String name) {
    outside.putIfAbsent(name, outside(name, GraphNode.Kind.FQDN, "as the resolvers answer"));
    return List.of(name);
  }

  /** The places outside that a rule's ends name, as far as the permit covers them. */
  private List<String> outside(AddressSet covered, List<Endpoint> ends) {
    AddressSet rest = covered.intersect(directory.internet());
    List<String> out = new ArrayList<>();
    for (Endpoint end : ends) {
      Place place = end.place();
      if (directory.workloads(place).isEmpty() && directory.ruleAddresses(place).overlaps(rest)) {
        out.addAll(outside(place));
      }
    }
    return out;
  }

  private List<String> outside(Place place) {
    return switch (place) {
      case Place.Internet p -> List.of(Blueprint.INTERNET);
      case Place.OfFqdn p -> List.of();
      case Place.OfPrefix p -> {
        String id = p.prefix().toString();
        outside.putIfAbsent(id, outside(id, GraphNode.Kind.PREFIX, "outside every segment"));
        yield List.of(id);
      }
      case Place.OfTenant p -> outside(p.at());
      case Place.OfWorkload p -> List.of();
      case Place.OfSegment p -> List.of();
      case Place.OfSelector p -> List.of();
    };
  }
}
