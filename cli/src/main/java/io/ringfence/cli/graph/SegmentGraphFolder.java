package io.ringfence.cli.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Folds the workloads of each segment into one node. */
final class SegmentGraphFolder {
  private SegmentGraphFolder() {}

  /** What folded edges are told apart by. */
  private record Join(String from, String to, GraphEdge.Kind kind) {}

  static SegmentGraph fold(SegmentGraph graph) {
    Map<String, String> folded = new LinkedHashMap<>();
    graph.outside().forEach(n -> folded.put(n.id(), n.id()));
    graph.zones().forEach(z -> z.nodes().forEach(n -> folded.put(n.id(), z.name())));
    Map<Join, Set<GraphEdge.Passage>> passages = new LinkedHashMap<>();
    for (GraphEdge edge : graph.edges()) {
      Join join = new Join(folded.get(edge.from()), folded.get(edge.to()), edge.kind());
      passages.computeIfAbsent(join, k -> new LinkedHashSet<>()).addAll(edge.passages());
    }
    List<GraphEdge> edges = new ArrayList<>();
    passages.forEach((j, p) -> edges.add(new GraphEdge(j.from, j.to, j.kind, List.copyOf(p))));
    return new SegmentGraph(
        graph.name(),
        graph.zones().stream().map(SegmentGraphFolder::fold).toList(),
        graph.outside(),
        edges);
  }

  private static SegmentGraph.Zone fold(SegmentGraph.Zone zone) {
    List<GraphNode> nodes = zone.nodes().isEmpty() ? List.of() : List.of(node(zone));
    return new SegmentGraph.Zone(
        zone.name(), zone.tier(), zone.isolation(), zone.mode(), zone.networks(), nodes);
  }

  private static GraphNode node(SegmentGraph.Zone zone) {
    int count = zone.nodes().size();
    List<String> names = zone.nodes().stream().map(GraphNode::label).limit(2).toList();
    String detail = String.join(", ", names) + (count > 2 ? ", +" + (count - 2) : "");
    return new GraphNode(
        zone.name(),
        count + (count == 1 ? " workload" : " workloads"),
        GraphNode.Kind.SEGMENT,
        Optional.of(zone.name()),
        List.of(detail),
        Optional.empty());
  }
}
