package io.ringfence.cli.graph;

import java.util.List;
import java.util.stream.Collectors;

/** Writes Graphviz's language: a cluster per segment, every edge, management included. */
final class DotWriter {
  private final SegmentGraph graph;
  private final StringBuilder out = new StringBuilder();

  private DotWriter(SegmentGraph graph) {
    this.graph = graph;
  }

  static String write(SegmentGraph graph) {
    DotWriter writer = new DotWriter(graph);
    writer.write();
    return writer.out.toString();
  }

  private void write() {
    line("digraph " + quoted(graph.name()) + " {");
    line("  graph [rankdir=TB, fontname=\"Helvetica\", fontsize=12, nodesep=0.4, ranksep=0.6];");
    line("  node [shape=box, style=\"rounded,filled\", fillcolor=\"#f8fafc\", color=\"#94a3b8\",");
    line("    fontname=\"Helvetica\", fontsize=11];");
    line("  edge [fontname=\"Helvetica\", fontsize=9, color=\"#475569\"];");
    graph.zones().forEach(this::cluster);
    graph.outside().forEach(n -> node(n, "  "));
    graph.edges().forEach(this::edge);
    graph.nodes().forEach(n -> n.gateway().ifPresent(g -> attachment(n, g)));
    line("}");
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private void cluster(SegmentGraph.Zone zone) {
    String badges = String.join(", ", SegmentPicture.badges(zone));
    String label = zone.name() + " (" + badges + ")\n" + String.join("\n", zone.networks());
    line("  subgraph " + quoted("cluster_" + zone.name()) + " {");
    line("    label=" + quoted(label) + ";");
    line("    style=\"rounded,filled\"; color=\"#cbd5e1\"; fillcolor=" + fill(zone) + ";");
    if (zone.nodes().isEmpty()) {
      line("    " + quoted("empty " + zone.name()) + " [style=invis, label=\"\"];");
    }
    zone.nodes().forEach(n -> node(n, "    "));
    line("  }");
  }

  private static String fill(SegmentGraph.Zone zone) {
    return switch (zone.tier()) {
      case APPLICATION -> "\"#eef4ff\"";
      case DATABASE -> "\"#eefaf3\"";
      case MANAGEMENT -> "\"#fdf6ea\"";
    };
  }

  private void node(GraphNode node, String indent) {
    String label = node.label() + "\n" + String.join("\n", node.details());
    line(indent + quoted(node.id()) + " [label=" + quoted(label) + shape(node.kind()) + "];");
  }

  private static String shape(GraphNode.Kind kind) {
    return switch (kind) {
      case WORKLOAD, BASTION, SEGMENT -> "";
      case DATABASE -> ", shape=cylinder, style=filled";
      case GATEWAY -> ", shape=hexagon, style=filled, color=\"#6d5ce8\"";
      case ENDPOINT -> ", style=\"rounded,dashed\", color=\"#8b7ff0\"";
      case INTERNET, PREFIX, FQDN -> ", shape=ellipse, style=filled";
    };
  }

  private void edge(GraphEdge edge) {
    String label =
        EdgeLabel.whole(edge).stream()
            .map(l -> l.rules() + " " + l.ports())
            .collect(Collectors.joining("\n"));
    join(
        edge.from(),
        edge.to(),
        "label="
            + quoted(label)
            + color(edge.kind())
            + (edge.conditional() ? ", style=dashed" : ""));
  }

  private static String color(GraphEdge.Kind kind) {
    return switch (kind) {
      case DIRECT -> "";
      case TO_GATEWAY, FROM_GATEWAY -> ", color=\"#5b4bdb\"";
      case EGRESS -> ", color=\"#b4580c\"";
      case MANAGEMENT, RESOLVERS -> ", color=\"#94a3b8\", weight=0";
    };
  }

  private void attachment(GraphNode endpoint, String gateway) {
    join(endpoint.id(), gateway, "style=dotted, arrowhead=none, color=\"#8b7ff0\"");
  }

  private void join(String from, String to, String attributes) {
    line("  " + quoted(from) + " -> " + quoted(to) + " [" + attributes + "];");
  }

  private static String quoted(String text) {
    List<String> lines = text.lines().toList();
    return lines.stream()
        .map(l -> l.replace("\\", "\\\\").replace("\"", "\\\""))
        .collect(Collectors.joining("\\n", "\"", "\""));
  }
}
