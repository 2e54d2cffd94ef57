package io.ringfence.cli.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What pictures write at a node instead of drawing an edge: that it is managed, that it asks for
 * names. Those flows touch nearly every node, and as edges would hide all others.
 */
final class SupportNotes {
  private final Map<String, List<String>> chips = new LinkedHashMap<>();
  private final Map<String, Set<String>> managers = new LinkedHashMap<>();
  private final Map<String, Set<String>> resolvers = new LinkedHashMap<>();

  SupportNotes(SegmentGraph graph) {
    graph.edges().forEach(this::note);
  }

  /** True for edges that are noted and not drawn. */
  static boolean notes(GraphEdge edge) {
    return edge.kind() == GraphEdge.Kind.MANAGEMENT || edge.kind() == GraphEdge.Kind.RESOLVERS;
  }

  private void note(GraphEdge edge) {
    String ports = edge.passages().getFirst().ports();
    if (edge.kind() == GraphEdge.Kind.MANAGEMENT) {
      chip(edge.to(), ports);
      managers.computeIfAbsent(ports, k -> new LinkedHashSet<>()).add(edge.from());
    } else if (edge.kind() == GraphEdge.Kind.RESOLVERS) {
      chip(edge.from(), "names");
      resolvers.computeIfAbsent(ports, k -> new LinkedHashSet<>()).add(edge.to());
    }
  }

  private void chip(String node, String text) {
    List<String> all = chips.computeIfAbsent(node, k -> new ArrayList<>());
    if (!all.contains(text)) {
      all.add(text);
    }
  }

  List<String> chips(String node) {
    return chips.getOrDefault(node, List.of());
  }

  /** Each chip and what it says, for a legend. */
  Map<String, String> legend() {
    Map<String, String> out = new LinkedHashMap<>();
    managers.forEach((ports, from) -> out.put(ports, "managed from " + String.join(", ", from)));
    resolvers.forEach(
        (ports, to) -> out.put("names", "asks " + String.join(", ", to) + " at " + ports));
    return out;
  }
}
