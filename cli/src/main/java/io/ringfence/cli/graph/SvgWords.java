package io.ringfence.cli.graph;

import java.util.List;
import java.util.stream.Collectors;

/** What a picture says in sentences: its title, its description for readers who hear it. */
final class SvgWords {
  private SvgWords() {}

  static String subtitle(GraphView view) {
    return switch (view) {
      case GraphView.Permitted v -> "who may open a connection to whom; everything else is denied";
      case GraphView.Open v ->
          "before enforcement: each line is a connection that nothing stops (" + count(v) + ")";
      case GraphView.BlastRadius v ->
          "what is reached once " + String.join(", ", v.start()) + " is compromised";
    };
  }

  private static String count(GraphView.Open view) {
    int pairs = view.reachable().size();
    return pairs + (pairs == 1 ? " pair" : " pairs");
  }

  static String description(SegmentGraph graph, GraphView view) {
    return switch (view) {
      case GraphView.Permitted v -> segments(graph) + " " + edges(graph);
      case GraphView.Open v -> segments(graph) + " Nothing is enforced between them.";
      case GraphView.BlastRadius v -> reached(v);
    };
  }

  private static String segments(SegmentGraph graph) {
    return graph.zones().stream()
        .map(
            z ->
                z.name()
                    + " ("
                    + z.isolation().text()
                    + "): "
                    + names(z.nodes().stream().map(GraphNode::label).toList()))
        .collect(Collectors.joining("; ", "Segments: ", "."));
  }

  private static String edges(SegmentGraph graph) {
    return graph.edges().stream()
        .map(e -> e.from() + " to " + e.to() + " by " + rules(e))
        .collect(Collectors.joining("; ", "Permitted: ", "."));
  }

  private static String rules(GraphEdge edge) {
    return edge.passages().stream()
        .map(p -> p.rule() + " " + p.ports())
        .collect(Collectors.joining(", "));
  }

  private static String reached(GraphView.BlastRadius view) {
    return "Compromised: "
        + names(List.copyOf(view.start()))
        + ". Reached from there: "
        + names(List.copyOf(view.reached()))
        + ".";
  }

  private static String names(List<String> names) {
    return names.isEmpty() ? "nothing" : String.join(", ", names);
  }

  /** What a reader sees on pointing at an edge: each rule and where it stands. */
  static String tooltip(GraphEdge edge) {
    return edge.from()
        + " to "
        + edge.to()
        + edge.passages().stream()
            .map(p -> "\n" + p.rule() + " " + p.ports() + condition(p) + ", " + p.at())
            .collect(Collectors.joining());
  }

  private static String condition(GraphEdge.Passage passage) {
    return passage.conditional() ? " (conditional)" : "";
  }
}
