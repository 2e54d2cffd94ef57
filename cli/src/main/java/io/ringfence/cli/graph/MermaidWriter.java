package io.ringfence.cli.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes Mermaid's flowchart language: a subgraph per segment, every edge, management included. */
final class MermaidWriter {
  private final SegmentGraph graph;
  private final Map<String, String> ids = new LinkedHashMap<>();
  private final StringBuilder out = new StringBuilder();

  private MermaidWriter(SegmentGraph graph) {
    this.graph = graph;
  }

  static String write(SegmentGraph graph) {
    MermaidWriter writer = new MermaidWriter(graph);
    writer.write();
    return writer.out.toString();
  }

  private void write() {
    graph.nodes().forEach(n -> ids.put(n.id(), "n" + ids.size()));
    line("flowchart TB");
    int zones = 0;
    for (SegmentGraph.Zone zone : graph.zones()) {
      zone(zone, "s" + zones++);
    }
    graph.outside().forEach(n -> node(n, "  "));
    graph.edges().forEach(this::edge);
    graph.nodes().forEach(n -> n.gateway().ifPresent(g -> attachment(n, g)));
    classes();
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private void zone(SegmentGraph.Zone zone, String id) {
    String badges = String.join(", ", SegmentPicture.badges(zone));
    line("  subgraph " + id + "[" + quoted(List.of(zone.name() + " (" + badges + ")")) + "]");
    if (zone.nodes().isEmpty()) {
      line("    " + id + "e[\" \"]");
    }
    zone.nodes().forEach(n -> node(n, "    "));
    line("  end");
    line("  class " + id + " " + zone.tier().text());
  }

  private void node(GraphNode node, String indent) {
    List<String> lines = Stream.concat(Stream.of(node.label()), node.details().stream()).toList();
    line(indent + ids.get(node.id()) + shape(node.kind(), quoted(lines)));
  }

  private static String shape(GraphNode.Kind kind, String label) {
    return switch (kind) {
      case WORKLOAD, BASTION, SEGMENT -> "[" + label + "]";
      case DATABASE -> "[(" + label + ")]";
      case GATEWAY -> "{{" + label + "}}";
      case ENDPOINT -> "(" + label + ")";
      case INTERNET, PREFIX, FQDN -> "([" + label + "])";
    };
  }

  private void edge(GraphEdge edge) {
    List<String> label =
        EdgeLabel.whole(edge).stream().map(l -> l.rules() + " " + l.ports()).toList();
    String arrow = edge.conditional() ? " -.->|" : " -->|";
    line("  " + ids.get(edge.from()) + arrow + quoted(label) + "| " + ids.get(edge.to()));
  }

  private void attachment(GraphNode endpoint, String gateway) {
    line("  " + ids.get(endpoint.id()) + " -.- " + ids.get(gateway));
  }

  private void classes() {
    line("  classDef application fill:#eef4ff,stroke:#9db9ee,color:#1e293b");
    line("  classDef database fill:#eefaf3,stroke:#7fcaa0,color:#1e293b");
    line("  classDef management fill:#fdf6ea,stroke:#dcbf83,color:#1e293b");
  }

  private static String quoted(List<String> lines) {
    return lines.stream()
        .map(MermaidWriter::encoded)
        .collect(Collectors.joining("<br/>", "\"", "\""));
  }

  /** Mermaid has no escapes but character codes; plain is only what no grammar of it knows. */
  private static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    text.codePoints()
        .forEach(
            letter -> {
              if (Character.isLetterOrDigit(letter) || " .,:/+-*_()".indexOf(letter) >= 0) {
                encoded.appendCodePoint(letter);
              } else {
                encoded.append('#').append(letter).append(';');
              }
            });
    return encoded.toString();
  }
}
