package io.ringfence.cli.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.core.RecursiveGraphLayoutEngine;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.math.KVector;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeLabelPlacement;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.options.HierarchyHandling;
import org.eclipse.elk.core.options.SizeConstraint;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkLabel;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/**
 * Places a segment graph from top to bottom with ELK's layered algorithm: tiers hold segments,
 * segments hold nodes, edges run at right angles and bear their labels.
 */
final class LayeredLayout {
  private static final double ZONE_HEIGHT_MIN = 84;

  private final SegmentGraph graph;
  private final SupportNotes notes;
  private final Map<String, Double> least;
  private final ElkNode root = ElkGraphUtil.createGraph();
  private final Map<String, ElkNode> tiers = new LinkedHashMap<>();
  private final Map<String, ElkNode> zones = new LinkedHashMap<>();
  private final Map<String, ElkNode> nodes = new LinkedHashMap<>();

  private LayeredLayout(SegmentGraph graph, SupportNotes notes, Map<String, Double> least) {
    this.graph = graph;
    this.notes = notes;
    this.least = least;
  }

  /**
   * One route for each of these edges, in their order. Where edges leave no room for a segment's
   * heading, all is placed once more with that segment wider.
   */
  static Drawing draw(SegmentGraph graph, SupportNotes notes, List<GraphEdge> edges) {
    Drawing first = new LayeredLayout(graph, notes, Map.of()).draw(edges);
    Map<String, Double> wider = new LinkedHashMap<>();
    for (SegmentGraph.Zone zone : graph.zones()) {
      SvgHeading heading = SvgHeading.of(zone);
      Drawing.Box box = first.zones().get(zone.name());
      if (heading.clear(box, SvgMetrics.ZONE_HEAD, first).isEmpty()) {
        wider.put(zone.name(), box.width() + heading.width());
      }
    }
    return wider.isEmpty() ? first : new LayeredLayout(graph, notes, wider).draw(edges);
  }

  private Drawing draw(List<GraphEdge> edges) {
    configure();
    graph.outside().forEach(n -> addNode(n, root));
    graph.zones().forEach(this::addZone);
    List<ElkEdge> joined = edges.stream().map(this::addEdge).toList();
    Map<String, ElkEdge> attached = new LinkedHashMap<>();
    graph.nodes().forEach(n -> n.gateway().ifPresent(g -> attached.put(n.id(), attach(n, g))));
    new RecursiveGraphLayoutEngine().layout(root, new BasicProgressMonitor());
    Map<String, Drawing.Route> attachments = new LinkedHashMap<>();
    attached.forEach((node, edge) -> attachments.put(node, route(edge)));
    return new Drawing(
        root.getWidth(),
        root.getHeight(),
        boxes(tiers),
        boxes(zones),
        boxes(nodes),
        joined.stream().map(LayeredLayout::route).toList(),
        attachments);
  }

  private void configure() {
    root.setProperty(CoreOptions.ALGORITHM, LayeredOptions.ALGORITHM_ID);
    root.setProperty(CoreOptions.HIERARCHY_HANDLING, HierarchyHandling.INCLUDE_CHILDREN);
    root.setProperty(CoreOptions.DIRECTION, Direction.DOWN);
    root.setProperty(CoreOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
    root.setProperty(CoreOptions.PADDING, new ElkPadding(SvgMetrics.MARGIN));
    // A layout of the same graph is the same layout: goldens and diffs rest on it.
    root.setProperty(CoreOptions.RANDOM_SEED, 1);
    root.setProperty(LayeredOptions.THOROUGHNESS, 40);
    space(root);
  }

  private static void space(ElkNode node) {
    node.setProperty(LayeredOptions.SPACING_NODE_NODE, 22.0);
    node.setProperty(LayeredOptions.SPACING_EDGE_EDGE, 14.0);
    node.setProperty(LayeredOptions.SPACING_EDGE_NODE, 16.0);
    node.setProperty(LayeredOptions.SPACING_EDGE_LABEL, 4.0);
    node.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, 26.0);
    node.setProperty(LayeredOptions.SPACING_EDGE_NODE_BETWEEN_LAYERS, 14.0);
    node.setProperty(LayeredOptions.SPACING_EDGE_EDGE_BETWEEN_LAYERS, 12.0);
  }

  private void addZone(SegmentGraph.Zone zone) {
    ElkNode tier = tiers.computeIfAbsent(zone.tier().text(), t -> tier());
    ElkNode node = ElkGraphUtil.createNode(tier);
    node.setProperty(CoreOptions.PADDING, new ElkPadding(SvgMetrics.ZONE_HEAD, 16, 16, 16));
    double width = least.getOrDefault(zone.name(), SvgMetrics.zoneWidth(zone, notes));
    atLeast(node, width, ZONE_HEIGHT_MIN, !zone.nodes().isEmpty());
    space(node);
    zones.put(zone.name(), node);
    zone.nodes().forEach(n -> addNode(n, node));
  }

  private ElkNode tier() {
    ElkNode node = ElkGraphUtil.createNode(root);
    node.setProperty(CoreOptions.PADDING, new ElkPadding(SvgMetrics.TIER_HEAD, 16, 16, 16));
    atLeast(node, 160, 60, true);
    space(node);
    return node;
  }

  private static void atLeast(ElkNode node, double width, double height, boolean hasChildren) {
    node.setDimensions(width, height);
    node.setProperty(CoreOptions.NODE_SIZE_CONSTRAINTS, SizeConstraint.minimumSize());
    // ELK 0.12 lays out rightwards and turns the result, but not the least size of what has
    // children.
    KVector least = hasChildren ? new KVector(height, width) : new KVector(width, height);
    node.setProperty(CoreOptions.NODE_SIZE_MINIMUM, least);
  }

  private void addNode(GraphNode node, ElkNode parent) {
    ElkNode out = ElkGraphUtil.createNode(parent);
    out.setDimensions(
        SvgMetrics.nodeWidth(node, notes.chips(node.id())), SvgMetrics.nodeHeight(node));
    nodes.put(node.id(), out);
  }

  private ElkEdge addEdge(GraphEdge edge) {
    ElkEdge out = ElkGraphUtil.createSimpleEdge(nodes.get(edge.from()), nodes.get(edge.to()));
    List<EdgeLabel.Line> lines = EdgeLabel.drawn(edge);
    ElkLabel label = ElkGraphUtil.createLabel(edge.kind().title(), out);
    label.setDimensions(SvgMetrics.labelWidth(lines), SvgMetrics.labelHeight(lines));
    label.setProperty(CoreOptions.EDGE_LABELS_PLACEMENT, EdgeLabelPlacement.CENTER);
    label.setProperty(CoreOptions.EDGE_LABELS_INLINE, true);
    return out;
  }

  private ElkEdge attach(GraphNode endpoint, String gateway) {
    return ElkGraphUtil.createSimpleEdge(nodes.get(endpoint.id()), nodes.get(gateway));
  }

  private static Map<String, Drawing.Box> boxes(Map<String, ElkNode> placed) {
    Map<String, Drawing.Box> out = new LinkedHashMap<>();
    placed.forEach((name, node) -> out.put(name, box(node)));
    return out;
  }

  private static Drawing.Box box(ElkNode node) {
    Drawing.Point origin = origin(node.getParent());
    return new Drawing.Box(
        origin.x() + node.getX(), origin.y() + node.getY(), node.getWidth(), node.getHeight());
  }

  /** Where a container's own coordinates start. */
  private static Drawing.Point origin(ElkNode container) {
    double x = 0;
    double y = 0;
    for (ElkNode n = container; n != null && n.getParent() != null; n = n.getParent()) {
      x += n.getX();
      y += n.getY();
    }
    return new Drawing.Point(x, y);
  }

  private static Drawing.Route route(ElkEdge edge) {
    Drawing.Point o = origin(edge.getContainingNode());
    List<Drawing.Point> points = new ArrayList<>();
    for (ElkEdgeSection section : edge.getSections()) {
      points.add(new Drawing.Point(o.x() + section.getStartX(), o.y() + section.getStartY()));
      section
          .getBendPoints()
          .forEach(b -> points.add(new Drawing.Point(o.x() + b.getX(), o.y() + b.getY())));
      points.add(new Drawing.Point(o.x() + section.getEndX(), o.y() + section.getEndY()));
    }
    Drawing.Box label =
        edge.getLabels().stream()
            .findFirst()
            .map(l -> box(l, o))
            .orElse(new Drawing.Box(o.x(), o.y(), 0, 0));
    return new Drawing.Route(points, label);
  }

  private static Drawing.Box box(ElkLabel label, Drawing.Point origin) {
    return new Drawing.Box(
        origin.x() + label.getX(), origin.y() + label.getY(), label.getWidth(), label.getHeight());
  }
}
