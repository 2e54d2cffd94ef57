package io.ringfence.cli.graph;

import io.ringfence.cli.graph.Drawing.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Explains below a picture the signs that it bears, and no others. */
final class SvgLegend {
  private static final double ROW = 24;
  private static final double SAMPLE = 34;
  private static final double GAP = 22;

  private final double width;
  private final List<Entry> entries = new ArrayList<>();

  /** A sign, drawn from the middle of a row's left end, and what it says. */
  private record Entry(Sign sign, double sample, String text) {
    double width() {
      return sample + TextWidth.of(text, 11.5) + GAP;
    }
  }

  /** Draws a sample of a sign at the left end of a row. */
  private interface Sign {
    void paint(Markup out, double x, double y);
  }

  SvgLegend(SegmentPicture picture, GraphView view, double width) {
    this.width = width;
    switch (view) {
      case GraphView.Permitted v -> permitted(picture);
      case GraphView.Open v -> {
        line("rf-open rf-open-sample", "", "nothing stops a connection");
        swatch("rf-node rf-node-reached", "reached");
      }
      case GraphView.BlastRadius v -> {
        swatch("rf-node rf-node-start", "compromised");
        swatch("rf-node rf-node-reached", "reached from there");
        if (!v.limited().isEmpty()) {
          swatch("rf-node rf-node-limited", "through a gateway, for some operations only");
        }
        line("rf-hop", "rf-hop-head", "the way");
        swatch("rf-node rf-quiet", "not reached");
      }
    }
  }

  private void permitted(SegmentPicture picture) {
    edges(picture, "direct", "permitted, direct");
    edges(picture, "gateway", "permitted, through a gateway");
    edges(picture, "egress", "egress");
    if (any(picture, p -> p.passages().stream().anyMatch(GraphEdge.Passage::conditional))) {
      line(
          "rf-edge rf-edge-gateway rf-conditional",
          "rf-head rf-head-gateway",
          "dashed or *: under a condition");
    }
    if (!picture.drawing().attachments().isEmpty()) {
      line("rf-edge rf-edge-attachment", "", "one more address of the gateway");
    }
    picture
        .notes()
        .legend()
        .forEach((c, text) -> entries.add(new Entry(chip(c), SvgMetrics.chipWidth(c) + 8, text)));
  }

  private static boolean any(SegmentPicture picture, Predicate<GraphEdge> test) {
    return picture.drawn().stream().anyMatch(test);
  }

  private void edges(SegmentPicture picture, String style, String text) {
    if (any(picture, e -> SvgLines.style(e.kind()).equals(style))) {
      line("rf-edge rf-edge-" + style, "rf-head rf-head-" + style, text);
    }
  }

  private void line(String style, String head, String text) {
    entries.add(new Entry((out, x, y) -> sample(out, x, y, style, head), SAMPLE, text));
  }

  private static void sample(Markup out, double x, double y, String style, String head) {
    double end = x + SAMPLE - 8;
    String to = SvgPath.number(head.isEmpty() ? end : end - 7);
    String path = "M" + SvgPath.number(x) + " " + SvgPath.number(y) + "H" + to;
    out.empty("path", "class", style, "d", path);
    if (!head.isEmpty()) {
      String triangle = SvgPath.head(new Drawing.Point(x, y), new Drawing.Point(end, y));
      out.empty("path", "class", head, "d", triangle);
    }
  }

  private void swatch(String style, String text) {
    Sign sign = (out, x, y) -> SvgShapes.box(out, new Box(x, y - 7, 24, 14), 4, style);
    entries.add(new Entry(sign, SAMPLE, text));
  }

  private static Sign chip(String chip) {
    return (out, x, y) -> SvgShapes.chip(out, chip, x, y - 7.5);
  }

  double height() {
    return rows() * ROW + 16;
  }

  private int rows() {
    double x = SvgMetrics.MARGIN;
    int rows = 1;
    for (Entry entry : entries) {
      if (x > SvgMetrics.MARGIN && x + entry.width() > width - SvgMetrics.MARGIN + GAP) {
        x = SvgMetrics.MARGIN;
        rows++;
      }
      x += entry.width();
    }
    return rows;
  }

  void paint(Markup out) {
    double x = SvgMetrics.MARGIN;
    double y = ROW / 2;
    for (Entry entry : entries) {
      if (x > SvgMetrics.MARGIN && x + entry.width() > width - SvgMetrics.MARGIN + GAP) {
        x = SvgMetrics.MARGIN;
        y += ROW;
      }
      entry.sign().paint(out, x, y);
      SvgShapes.text(out, entry.text(), x + entry.sample(), y + 4, "rf-key");
      out.line();
      x += entry.width();
    }
  }
}
