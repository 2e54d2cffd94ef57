package io.ringfence.cli.graph;

import io.ringfence.cli.graph.GraphView.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Paints the lines of a view: permitted edges, open pairs, an attacker's hops. */
final class SvgLines {
  /** More hops than these are drawn thin. */
  private static final int BOLD_HOPS_MAX = 8;

  private final SegmentPicture picture;
  private final Drawing drawing;
  private final Markup out;

  SvgLines(SegmentPicture picture, Markup out) {
    this.picture = picture;
    this.drawing = picture.drawing();
    this.out = out;
  }

  void paint(GraphView view) {
    switch (view) {
      case GraphView.Permitted v -> permitted();
      case GraphView.Open v -> arcs(v.reachable());
      case GraphView.BlastRadius v -> hops(v);
    }
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
    SvgShapes.box(out, box, 9, "rf-pill rf-pill-" + style);
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
      boolean drawn = drawing.nodes().keySet().containsAll(List.of(pair.from(), pair.to()));
      if (drawn && !either.contains(new Pair(pair.to(), pair.from()))) {
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
}
