package io.ringfence.cli.demo;

import io.ringfence.cli.graph.GraphNode;
import io.ringfence.cli.graph.GraphView;
import io.ringfence.cli.graph.GraphView.Pair;
import io.ringfence.cli.graph.SegmentGraph;
import io.ringfence.cli.report.DemoReport;
import io.ringfence.cli.report.DemoReport.Kind;
import io.ringfence.cli.report.DemoReport.Reached;
import io.ringfence.lab.AttackReport;
import io.ringfence.model.Address;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Tenant;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.reach.BlastRadius;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the model says, as the report's sections want it. */
final class ModelSections {
  private final Subject subject;
  private final Verification verification;
  private final SegmentGraph graph;

  ModelSections(Verification verification) {
    this.verification = verification;
    this.subject = verification.subject();
    this.graph = SegmentGraph.of(subject.projection());
  }

  SegmentGraph graph() {
    return graph;
  }

  /** Pairs of workloads and outside between which any rule permits any flow. */
  DemoReport.Connectivity byModel() {
    int pairs = GraphView.Open.everything(graph).reachable().size();
    Set<Pair> open = new TreeSet<>();
    graph.edges().forEach(e -> open.add(new Pair(e.from(), e.to())));
    return new DemoReport.Connectivity(open.size(), pairs, false);
  }

  List<DemoReport.Finding> findings() {
    return verification.findings().stream().map(this::finding).toList();
  }

  private DemoReport.Finding finding(Finding finding) {
    DemoReport.Severity severity =
        switch (finding.severity()) {
          case ERROR -> DemoReport.Severity.ERROR;
          case WARNING -> DemoReport.Severity.WARNING;
          case INFO -> DemoReport.Severity.NOTE;
        };
    return new DemoReport.Finding(
        severity, finding.check(), finding.message(), finding.at(), witness(finding));
  }

  private Optional<String> witness(Finding finding) {
    return finding.witness().map(subject::text).or(() -> finding.request().map(subject::text));
  }

  List<DemoReport.Guardrail> guardrails() {
    return subject.blueprint().guardrails().stream().map(this::guardrail).toList();
  }

  private DemoReport.Guardrail guardrail(Guardrail guardrail) {
    Optional<String> witness =
        verification.findings().stream()
            .filter(f -> f.subject().equals(guardrail.name()))
            .filter(f -> f.at().equals(guardrail.at()))
            .flatMap(f -> witness(f).stream())
            .findFirst();
    boolean proved = verification.holds(guardrail);
    return new DemoReport.Guardrail(
        guardrail.name(),
        meaning(guardrail),
        proved,
        guardrail.at(),
        proved ? Optional.empty() : witness);
  }

  private static String meaning(Guardrail guardrail) {
    return switch (guardrail) {
      case Guardrail.Never g ->
          "never from " + ends(g.from()) + " to " + ends(g.to()) + except(g.except());
      case Guardrail.Only g ->
          "only " + ends(g.from()) + " reaches " + ends(g.to()) + except(g.except());
      case Guardrail.Unreachable g -> "no flow to or from " + ends(g.places()) + except(g.except());
      case Guardrail.Isolated g -> "no tenant reaches another's workloads, endpoints or data";
      case Guardrail.Contained g ->
          "a compromise of " + ends(g.compromise()) + " stays within " + ends(g.within());
    };
  }

  private static String ends(List<Endpoint> ends) {
    return ends.stream().map(Endpoint::text).collect(Collectors.joining(", "));
  }

  private static String except(List<String> rules) {
    return rules.isEmpty() ? "" : ", except by " + String.join(", ", rules);
  }

  /** What falls while nothing is enforced: all that the attack took, or by the model all. */
  DemoReport.BlastRadius openRadius(String start, Optional<AttackReport> attack) {
    Set<String> nodes = new LinkedHashSet<>();
    List<Reached> reached = new ArrayList<>();
    for (GraphNode node : graph.nodes()) {
      boolean outside = node.kind().outside();
      boolean fell =
          attack.isEmpty()
              || attack.get().compromised().contains(node.id())
              || (outside && !attack.get().leaks().isEmpty());
      if (!node.id().equals(start) && fell) {
        nodes.add(node.id());
        Kind kind = outside ? Kind.OUTSIDE : Kind.WORKLOAD;
        reached.add(
            new Reached(kind, node.id(), List.of(start, node.id()), "nothing is in the way"));
      }
    }
    List<Pair> hops = nodes.stream().map(n -> new Pair(start, n)).toList();
    return new DemoReport.BlastRadius(
        start, new GraphView.BlastRadius(false, Set.of(start), nodes, Map.of(), hops), reached);
  }

  DemoReport.BlastRadius radius(String start, BlastRadius radius) {
    List<Reached> reached = new ArrayList<>();
    Map<String, List<String>> limited = new LinkedHashMap<>();
    List<Pair> hops = new ArrayList<>();
    for (BlastRadius.Hop hop : radius.hops()) {
      hops.add(new Pair(hop.from(), hop.to()));
      String how = "rule " + hop.rule() + ", " + hop.ports();
      reached.add(new Reached(Kind.WORKLOAD, hop.to(), path(radius, start, hop.to()), how));
    }
    for (BlastRadius.Destination out : radius.destinations()) {
      hops.add(new Pair(out.from(), out.to()));
      List<String> path = new ArrayList<>(path(radius, start, out.from()));
      path.add(out.to());
      reached.add(
          new Reached(Kind.OUTSIDE, out.to(), path, "rule " + out.rule() + ", " + out.ports()));
    }
    for (BlastRadius.GatewayReach reach : radius.gateways()) {
      throughGateway(radius, start, reach, reached, limited, hops);
    }
    Set<String> nodes = new LinkedHashSet<>(radius.workloads());
    nodes.addAll(radius.destinationNames());
    nodes.retainAll(graph.nodes().stream().map(GraphNode::id).toList());
    return new DemoReport.BlastRadius(
        start, new GraphView.BlastRadius(true, Set.of(start), nodes, limited, hops), reached);
  }

  private void throughGateway(
      BlastRadius radius,
      String start,
      BlastRadius.GatewayReach reach,
      List<Reached> reached,
      Map<String, List<String>> limited,
      List<Pair> hops) {
    String entry = entry(reach.gateway(), reach.flow().destination());
    limited.putIfAbsent(entry, List.of());
    limited.putIfAbsent(reach.gateway(), List.of());
    hops.add(new Pair(reach.from(), entry));
    for (String server : servers(reach.rule())) {
      hops.add(new Pair(reach.gateway(), server));
      List<String> lines = new ArrayList<>(limited.getOrDefault(server, List.of()));
      reach.grants().stream()
          .map(g -> g.text())
          .filter(t -> !lines.contains(t))
          .forEach(lines::add);
      limited.put(server, lines);
      List<String> path = new ArrayList<>(path(radius, start, reach.from()));
      path.addAll(List.of(reach.gateway(), server));
      reach
          .grants()
          .forEach(
              g ->
                  reached.add(
                      new Reached(Kind.COLLECTION, g.text(), path, "rule " + reach.rule())));
    }
  }

  /** The node of a gateway's address: a tenant's private endpoint is one of its own. */
  private String entry(String gateway, Address address) {
    for (Tenant tenant : subject.blueprint().tenants().values()) {
      if (tenant.endpoint().filter(e -> e.address().equals(address)).isPresent()) {
        return GraphNode.endpointId(tenant);
      }
    }
    return gateway;
  }

  private List<String> servers(String rule) {
    return subject.blueprint().rule(rule).orElseThrow().to().stream()
        .flatMap(e -> subject.directory().workloads(e.place()).stream())
        .map(w -> w.name())
        .distinct()
        .toList();
  }

  private static List<String> path(BlastRadius radius, String start, String to) {
    List<String> out = new ArrayList<>();
    String at = to;
    while (!at.equals(start) && radius.hopTo(at).isPresent() && !out.contains(at)) {
      out.addFirst(at);
      at = radius.hopTo(at).get().from();
    }
    out.addFirst(start);
    return out;
  }
}
