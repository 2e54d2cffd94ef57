package io.ringfence.cli.graph;

/** What pictures are put together from: boxes, texts, small marks. */
final class SvgShapes {
  private SvgShapes() {}

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

  static void text(Markup out, String text, double x, double y, String style) {
    out.element("text", text, "class", style, "x", SvgPath.number(x), "y", SvgPath.number(y));
  }

  /** A text in the middle of a width. */
  static void centred(Markup out, String text, double x, double y, String style) {
    out.element(
        "text",
        text,
        "class",
        style,
        "x",
        SvgPath.number(x),
        "y",
        SvgPath.number(y),
        "text-anchor",
        "middle");
  }

  /** How a segment is kept apart, as a pill. */
  static void badge(Markup out, String words, double x, double y) {
    double width = SvgMetrics.badgeWidth(words);
    box(out, new Drawing.Box(x, y, width, 18), 9, "rf-badge rf-badge-" + words);
    centred(out, words, x + width / 2, y + 12.7, "rf-badge-text rf-badge-" + words + "-text");
  }

  /** A small mark that says something of a node. */
  static void chip(Markup out, String words, double x, double y) {
    double width = SvgMetrics.chipWidth(words);
    box(out, new Drawing.Box(x, y, width, 15), 4, "rf-chip");
    centred(out, words, x + width / 2, y + 10.8, "rf-chip-text");
  }
}
