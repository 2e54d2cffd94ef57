package io.ringfence.cli.graph;

import io.ringfence.cli.graph.GraphView.Pair;
import io.ringfence.model.Isolation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Paints one view of a picture, from the ground up: containers, lines, headings, nodes. */
final class SvgPainter {
  /** More hops than these are drawn thin. */
  private static final int BOLD_HOPS_MAX = 8;

  private final SegmentPicture picture;
  private final SegmentGraph graph;
  private final Drawing drawing;
  private final GraphView view;
  private final Markup out;

  SvgPainter(SegmentPicture picture, GraphView view, Markup out) {
    this.picture = picture;
    this.graph = picture.graph();
    this.drawing = picture.drawing();
    this.view = view;
    this.out = out;
  }

  void paint() {
    drawing.tiers().forEach(this::tier);
    graph.zones().forEach(z -> frame(z, drawing.zones().get(z.name())));
    switch (view) {
      case GraphView.Permitted v -> permitted();
      case GraphView.Open v -> arcs(v.reachable());
      case GraphView.BlastRadius v -> hops(v);
    }
    graph.zones().forEach(z -> heading(z, drawing.zones().get(z.name())));
    graph.nodes().forEach(n -> node(n, drawing.nodes().get(n.id())));
  }

  private void tier(String name, Drawing.Box box) {
    box(box, 14, "rf-tier rf-" + name + (flat() ? " rf-flat" : ""));
    double x = SvgHeading.ofTier(name).place(box, SvgMetrics.TIER_HEAD, drawing);
    text(name, x, box.y() + 22, "rf-tier-name rf-" + name + "-name");
    out.line();
  }

  /** Before enforcement no boundary holds. */
  private boolean flat() {
    return switch (view) {
      case GraphView.Permitted v -> false;
      case GraphView.Open v -> true;
      case GraphView.BlastRadius v -> !v.enforced();
    };
  }

  private void frame(SegmentGraph.Zone zone, Drawing.Box box) {
    box(box, 10, flat() ? "rf-zone rf-flat" : "rf-zone rf-zone-" + zone.isolation().text());
    out.line();
  }

  private void heading(SegmentGraph.Zone zone, Drawing.Box box) {
    SvgHeading heading = SvgHeading.of(zone);
    double x = heading.place(box, SvgMetrics.ZONE_HEAD, drawing);
    double room = box.x() + box.width() - 10 - x;
    String name = TextWidth.fitted(zone.name(), SvgMetrics.ZONE_NAME, room);
    text(name, x, box.y() + 25, "rf-zone-name rf-halo");
    String below = TextWidth.fitted(heading.below(), SvgMetrics.DETAIL, room);
    text(below, x, box.y() + 43, "rf-zone-net rf-halo");
    double badge = x + heading.nameWidth();
    for (String words : flat() ? List.<String>of() : heading.badges()) {
      badge(words, badge, box.y() + 11);
      badge += SvgMetrics.badgeWidth(words) + 6;
    }
    if (zone.nodes().isEmpty()) {
      text(empty(zone), box.x() + 14, box.y() + 66, "rf-zone-net");
    }
    out.line();
  }

  private static String empty(SegmentGraph.Zone zone) {
    return zone.isolation() == Isolation.PHYSICAL ? "no path may exist" : "no workloads";
  }

  private void badge(String badge, double x, double y) {
    double width = SvgMetrics.badgeWidth(badge);
    box(new Drawing.Box(x, y, width, 18), 9, "rf-badge rf-badge-" + badge);
    out.element(
        "text",
        badge,
        "class",
        "rf-badge-text rf-badge-" + badge + "-text",
        "x",
        SvgPath.number(x + width / 2),
        "y",
        SvgPath.number(y + 12.7),
        "text-anchor",
        "middle");
  }

  private void permitted() {
    drawing.attachments().forEach((n, r) -> attachment(r, "rf-shown"));
    for (int i = 0; i < picture.drawn().size(); i++) {
      GraphEdge edge = picture.drawn().get(i);
      Drawing.Route route = drawing.routes().get(i);
      out.open("g").element("title", SvgWords.tooltip(edge));
      edge(edge, route);
      label(edge, route.label());
      out.close().line();
    }
  }

  private void attachment(Drawing.Route route, String more) {
    String style = "rf-edge rf-edge-attachment " + more;
    out.empty("path", "class", style, "d", SvgPath.rounded(route.points(), 0)).line();
  }

  static String style(GraphEdge.Kind kind) {
    return switch (kind) {
      case DIRECT -> "direct";
      case TO_GATEWAY, FROM_GATEWAY -> "gateway";
      case EGRESS -> "egress";
      case MANAGEMENT, RESOLVERS -> "support";
    };
  }

  private void edge(GraphEdge edge, Drawing.Route route) {
    String style = style(edge.kind());
    line(route, "rf-edge rf-edge-" + style + (edge.conditional() ? " rf-conditional" : ""));
    head(route, "rf-head rf-head-" + style);
  }

  private void line(Drawing.Route route, String style) {
    out.empty("path", "class", style, "d", SvgPath.rounded(route.points(), SvgPath.HEAD - 1));
  }

  private void head(Drawing.Route route, String style) {
    List<Drawing.Point> points = route.points();
    String path = SvgPath.head(points.get(points.size() - 2), points.getLast());
    out.empty("path", "class", style, "d", path);
  }

  private void label(GraphEdge edge, Drawing.Box box) {
    String style = style(edge.kind());
    List<EdgeLabel.Line> lines = EdgeLabel.drawn(edge);
    box(box, 9, "rf-pill rf-pill-" + style);
    for (int i = 0; i < lines.size(); i++) {
      out.open(
          "text",
          "x",
          SvgPath.number(box.centerX()),
          "y",
          SvgPath.number(box.y() + 13.8 + i * SvgMetrics.EDGE_LINE),
          "text-anchor",
          "middle");
      out.element("tspan", lines.get(i).rules(), "class", "rf-rule rf-rule-" + style);
      out.element("tspan", " " + lines.get(i).ports(), "class", "rf-ports", "dx", "3");
      out.close();
    }
  }

  private void arcs(Set<Pair> pairs) {
    Set<Pair> either = new TreeSet<>();
    for (Pair pair : pairs) {
      if (!either.contains(new Pair(pair.to(), pair.from()))) {
        either.add(pair);
      }
    }
    for (Pair pair : either) {
      Drawing.Point from = center(pair.from());
      Drawing.Point to = center(pair.to());
      out.empty("path", "class", "rf-open", "d", SvgPath.arc(from, over(from, to), to)).line();
    }
  }

  private Drawing.Point center(String node) {
    Drawing.Box box = drawing.nodes().get(node);
    return new Drawing.Point(box.centerX(), box.centerY());
  }

  /** Beside the middle, so that lines between nodes in one column do not hide each other. */
  private static Drawing.Point over(Drawing.Point from, Drawing.Point to) {
    double aside = 0.16;
    return new Drawing.Point(
        (from.x() + to.x()) / 2 - (to.y() - from.y()) * aside,
        (from.y() + to.y()) / 2 + (to.x() - from.x()) * aside);
  }

  /** A hop along a permitted edge. */
  private record Taken(Drawing.Route route, boolean limited) {}

  private void hops(GraphView.BlastRadius view) {
    List<Pair> left = new ArrayList<>(view.hops());
    List<Taken> taken = new ArrayList<>();
    if (view.enforced()) {
      drawing
          .attachments()
          .forEach(
              (n, r) ->
                  attachment(r, view.limited().containsKey(n) ? "rf-hop-limited" : "rf-quiet"));
    }
    for (int i = 0; i < picture.drawn().size(); i++) {
      GraphEdge edge = picture.drawn().get(i);
      if (left.removeIf(h -> h.from().equals(edge.from()) && h.to().equals(edge.to()))) {
        taken.add(new Taken(drawing.routes().get(i), view.limited().containsKey(edge.to())));
      } else if (view.enforced()) {
        out.open("g", "class", "rf-quiet");
        edge(edge, drawing.routes().get(i));
        out.close().line();
      }
    }
    String thin = view.hops().size() > BOLD_HOPS_MAX ? " rf-hop-thin" : "";
    for (Taken hop : taken) {
      String limited = hop.limited() ? " rf-hop-limited" : "";
      line(hop.route(), "rf-hop" + thin + limited);
      head(hop.route(), "rf-hop-head" + limited);
      out.line();
    }
    left.forEach(h -> leap(h, "rf-hop" + thin));
  }

  /** A hop that no rule permits. */
  private void leap(Pair hop, String style) {
    Drawing.Box from = drawing.nodes().get(hop.from());
    Drawing.Box to = drawing.nodes().get(hop.to());
    if (from == null || to == null || hop.from().equals(hop.to())) {
      return;
    }
    Drawing.Point over = over(center(hop.from()), center(hop.to()));
    Drawing.Point tip = SvgPath.border(to, over);
    Drawing.Point end = SvgPath.towards(tip, over, 7);
    String path = SvgPath.arc(SvgPath.border(from, over), over, end);
    out.empty("path", "class", style, "d", path);
    out.empty("path", "class", "rf-hop-head", "d", SvgPath.head(over, tip)).line();
  }

  private void node(GraphNode node, Drawing.Box box) {
    State state = state(node);
    out.open("g", "class", state == State.QUIET ? "rf-quiet" : "rf-shown");
    double corner = node.kind().outside() ? Math.min(22, box.height() / 2) : 8;
    box(box, corner, ("rf-node rf-node-" + word(node.kind())) + state.style("rf-node"));
    icon(node, box, state);
    String on = state == State.START ? " rf-on-start" : "";
    double x = box.x() + SvgMetrics.ICON_COLUMN;
    double chips = chips(node, box, state);
    double room = box.width() - SvgMetrics.ICON_COLUMN - 8;
    text(
        TextWidth.fitted(node.label(), SvgMetrics.LABEL, room - chips),
        x,
        box.y() + 21,
        "rf-label" + on);
    double y = box.y() + 37;
    for (String detail : details(node)) {
      text(TextWidth.fitted(detail, SvgMetrics.DETAIL, room), x, y, "rf-detail" + on);
      y += SvgMetrics.DETAIL_LINE;
    }
    out.close().line();
  }

  /** Its own lines, or what is reached of it. */
  private List<String> details(GraphNode node) {
    List<String> limited =
        view instanceof GraphView.BlastRadius v
            ? v.limited().getOrDefault(node.id(), List.of())
            : List.of();
    return limited.isEmpty()
        ? node.details()
        : limited.subList(0, Math.min(limited.size(), node.details().size()));
  }

  private static String word(GraphNode.Kind kind) {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }

  private void icon(GraphNode node, Drawing.Box box, State state) {
    double y = box.y() + Math.min(11, box.height() / 2 - 8);
    out.empty(
        "path",
        "class",
        "rf-icon rf-icon-" + word(node.kind()) + state.style("rf-icon"),
        "transform",
        "translate(" + SvgPath.number(box.x() + 10) + " " + SvgPath.number(y) + ")",
        "d",
        SvgIcons.of(node.kind()));
  }

  /** The width they take. */
  private double chips(GraphNode node, Drawing.Box box, State state) {
    double taken = 0;
    if (state == State.SHOWN && !flat()) {
      for (String chip : picture.notes().chips(node.id())) {
        double width = SvgMetrics.chipWidth(chip);
        SvgLegend.chip(out, chip, box.x() + box.width() - taken - width - 7, box.y() + 9);
        taken += width + 4;
      }
    }
    return taken;
  }

  /** How a node fares in a view. */
  private enum State {
    SHOWN(""),
    QUIET(""),
    /** Reached through a gateway, for some operations only. */
    LIMITED("limited"),
    REACHED("reached"),
    START("start");

    private final String suffix;

    State(String suffix) {
      this.suffix = suffix;
    }

    String style(String prefix) {
      return suffix.isEmpty() ? "" : " " + prefix + "-" + suffix;
    }
  }

  private State state(GraphNode node) {
    return switch (view) {
      case GraphView.Permitted v -> State.SHOWN;
      case GraphView.Open v ->
          v.reachable().stream().anyMatch(p -> p.to().equals(node.id()))
              ? State.REACHED
              : State.SHOWN;
      case GraphView.BlastRadius v -> {
        if (v.start().contains(node.id())) {
          yield State.START;
        }
        if (v.reached().contains(node.id())) {
          yield State.REACHED;
        }
        yield v.limited().containsKey(node.id()) ? State.LIMITED : State.QUIET;
      }
    };
  }

  private void box(Drawing.Box box, double corner, String style) {
    box(out, box, corner, style);
  }

  static void box(Markup out, Drawing.Box box, double corner, String style) {
    out.empty(
        "rect",
        "class",
        style,
        "x",
        SvgPath.number(box.x()),
        "y",
        SvgPath.number(box.y()),
        "width",
        SvgPath.number(box.width()),
        "height",
        SvgPath.number(box.height()),
        "rx",
        SvgPath.number(corner));
  }

  private void text(String text, double x, double y, String style) {
    text(out, text, x, y, style);
  }

  static void text(Markup out, String text, double x, double y, String style) {
    out.element("text", text, "class", style, "x", SvgPath.number(x), "y", SvgPath.number(y));
  }
}
