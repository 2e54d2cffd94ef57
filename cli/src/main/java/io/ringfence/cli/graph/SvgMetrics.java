package io.ringfence.cli.graph;

import java.util.List;

/** Font sizes and distances, and what they make of the size of things drawn; in pixels. */
final class SvgMetrics {
  static final double LABEL = 13.5;
  static final double DETAIL = 11;
  static final double DETAIL_LINE = 14;
  static final double EDGE_LINE = 14;
  static final double ICON_COLUMN = 34;
  static final double MARGIN = 24;
  static final double ZONE_HEAD = 58;
  static final double TIER_HEAD = 34;
  static final double ZONE_NAME = 14.5;
  static final double BADGE_GAP = 5;

  /** How much wider than regular letters bold ones are. */
  static final double BOLD = 1.06;

  private static final double NODE_WIDTH_MIN = 104;
  private static final double NODE_TEXT_MAX = 240;

  private SvgMetrics() {}

  static double nodeWidth(GraphNode node, List<String> chips) {
    double text = TextWidth.of(node.label(), LABEL) * BOLD;
    text += chips.stream().mapToDouble(c -> chipWidth(c) + 6).sum();
    for (String detail : node.details()) {
      text = Math.max(text, TextWidth.of(detail, DETAIL));
    }
    return Math.ceil(Math.max(NODE_WIDTH_MIN, Math.min(text, NODE_TEXT_MAX) + ICON_COLUMN + 14));
  }

  static double nodeHeight(GraphNode node) {
    return 32 + DETAIL_LINE * node.details().size();
  }

  static double chipWidth(String chip) {
    return Math.ceil(TextWidth.of(chip, 9.5) * BOLD + 10);
  }

  static double badgeWidth(String badge) {
    return Math.ceil(TextWidth.of(badge, 10.5) * BOLD + 18);
  }

  static double badgesWidth(List<String> badges) {
    double each = badges.stream().mapToDouble(SvgMetrics::badgeWidth).sum();
    return each + BADGE_GAP * (badges.size() - 1);
  }

  /** Enough for a zone's heading, or its badges, beside an edge into its first node. */
  static double zoneWidth(SegmentGraph.Zone zone, SupportNotes notes) {
    double beside =
        zone.nodes().stream()
            .mapToDouble(n -> nodeWidth(n, notes.chips(n.id())) / 2)
            .max()
            .orElse(0);
    double badges = badgesWidth(SegmentPicture.badges(zone));
    if (zone.nodes().isEmpty()) {
      beside = TextWidth.of(SvgPainter.empty(zone), DETAIL) / 2;
    }
    return Math.ceil(beside + Math.max(SvgHeading.of(zone).width(), badges) + 42);
  }

  static double labelWidth(List<EdgeLabel.Line> lines) {
    return Math.ceil(lines.stream().mapToDouble(SvgMetrics::width).max().orElse(0) + 18);
  }

  static double labelHeight(List<EdgeLabel.Line> lines) {
    return lines.size() * EDGE_LINE + 6;
  }

  static double width(EdgeLabel.Line line) {
    return TextWidth.of(line.rules(), DETAIL) * BOLD + 6 + TextWidth.of(line.ports(), DETAIL);
  }
}
