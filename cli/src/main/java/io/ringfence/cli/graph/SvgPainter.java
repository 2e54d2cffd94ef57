package io.ringfence.cli.graph;

import io.ringfence.model.Isolation;
import java.util.List;

/** Paints one view of a picture, from the ground up: containers, lines, headings, nodes. */
final class SvgPainter {
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
    new SvgLines(picture, out).paint(view);
    graph.zones().forEach(z -> heading(z, drawing.zones().get(z.name())));
    SvgNodes nodes = new SvgNodes(picture, view, out);
    graph.nodes().forEach(n -> nodes.paint(n, drawing.nodes().get(n.id())));
  }

  private void tier(String name, Drawing.Box box) {
    SvgShapes.box(out, box, 14, "rf-tier rf-" + name + (flat() ? " rf-flat" : ""));
    double x = SvgHeading.ofTier(name).place(box, SvgMetrics.TIER_HEAD, drawing);
    SvgShapes.text(out, name, x, box.y() + 22, "rf-tier-name rf-" + name + "-name");
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
    SvgShapes.box(
        out, box, 10, flat() ? "rf-zone rf-flat" : "rf-zone rf-zone-" + zone.isolation().text());
    out.line();
  }

  private void heading(SegmentGraph.Zone zone, Drawing.Box box) {
    SvgHeading heading = SvgHeading.of(zone);
    double x = heading.place(box, SvgMetrics.ZONE_HEAD, drawing);
    double room = box.x() + box.width() - 10 - x;
    String name = TextWidth.fitted(zone.name(), SvgMetrics.ZONE_NAME, room);
    SvgShapes.text(out, name, x, box.y() + 25, "rf-zone-name rf-halo");
    String below = TextWidth.fitted(heading.below(), SvgMetrics.DETAIL, room);
    SvgShapes.text(out, below, x, box.y() + 43, "rf-zone-net rf-halo");
    if (!flat()) {
      badges(SegmentPicture.badges(zone), box);
    }
    if (zone.nodes().isEmpty() && !flat()) {
      SvgShapes.text(out, empty(zone), box.x() + 14, box.y() + 66, "rf-zone-net");
    }
    out.line();
  }

  private void badges(List<String> badges, Drawing.Box box) {
    double x = SvgHeading.placeBadges(box, SvgMetrics.badgesWidth(badges), drawing);
    for (String words : badges) {
      SvgShapes.badge(out, words, x, box.y() - 9);
      x += SvgMetrics.badgeWidth(words) + SvgMetrics.BADGE_GAP;
    }
  }

  /** What stands in a segment that nothing stands in. */
  static String empty(SegmentGraph.Zone zone) {
    return zone.isolation() == Isolation.PHYSICAL ? "no path may exist" : "no workloads";
  }
}
