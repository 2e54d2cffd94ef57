package io.ringfence.cli.graph;

import io.ringfence.model.Isolation;
import io.ringfence.model.Mode;
import io.ringfence.model.Tier;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A blueprint as nodes and edges: segments with their workloads, what lies outside, and who may
 * open a flow to whom at the network layer. Everything is in the blueprint's order.
 *
 * @param name the blueprint's
 */
public record SegmentGraph(
    String name, List<Zone> zones, List<GraphNode> outside, List<GraphEdge> edges) {
  public SegmentGraph {
    zones = List.copyOf(zones);
    outside = List.copyOf(outside);
    edges = List.copyOf(edges);
  }

  /** How finely a graph is drawn. */
  public enum Detail {
    /** Every workload is a node. */
    WORKLOADS,
    /** Every segment is one node. */
    SEGMENTS
  }

  /** A segment and what stands in it. */
  public record Zone(
      String name,
      Tier tier,
      Isolation isolation,
      Mode mode,
      List<String> networks,
      List<GraphNode> nodes) {
    public Zone {
      networks = List.copyOf(networks);
      nodes = List.copyOf(nodes);
    }
  }

  /** Above this many workloads a picture of each is no picture any more. */
  public static final int WORKLOADS_DRAWN_MAX = 60;

  /** Above this many edges between workloads nobody can follow one. */
  public static final int EDGES_DRAWN_MAX = 40;

  /** Every workload, or every segment where there is too much to see anything. */
  public static SegmentGraph of(NetworkProjection projection) {
    SegmentGraph whole = of(projection, Detail.WORKLOADS);
    int workloads = projection.blueprint().workloads().size();
    long drawn = whole.edges().stream().filter(e -> !SupportNotes.notes(e)).count();
    boolean tooMuch = workloads > WORKLOADS_DRAWN_MAX || drawn > EDGES_DRAWN_MAX;
    return tooMuch ? SegmentGraphFolder.fold(whole) : whole;
  }

  public static SegmentGraph of(NetworkProjection projection, Detail detail) {
    SegmentGraph whole = new SegmentGraphBuilder(projection).build();
    return switch (detail) {
      case WORKLOADS -> whole;
      case SEGMENTS -> SegmentGraphFolder.fold(whole);
    };
  }

  /** All nodes, those of segments first. */
  public List<GraphNode> nodes() {
    return Stream.concat(zones.stream().flatMap(z -> z.nodes().stream()), outside.stream())
        .toList();
  }

  /** The node of that id, if there is one. */
  public Optional<GraphNode> node(String id) {
    return nodes().stream().filter(n -> n.id().equals(id)).findFirst();
  }

  /** Graphviz's language: one cluster per segment. */
  public String toDot() {
    return DotWriter.write(this);
  }

  /** Mermaid's flowchart language, as Markdown pages draw it: one subgraph per segment. */
  public String toMermaid() {
    return MermaidWriter.write(this);
  }

  /** A picture of its own: the permitted flows. */
  public String toSvg() {
    return toSvg(new GraphView.Permitted());
  }

  /** A picture of its own, as the view has it. */
  public String toSvg(GraphView view) {
    return new SegmentPicture(this).toSvg(view);
  }
}
