package io.ringfence.cli.graph;

import java.util.List;
import java.util.Locale;

/** Path data of lines: rounded corners, arrow heads, arcs. */
final class SvgPath {
  private static final double CORNER = 7;
  static final double HEAD = 8;

  private SvgPath() {}

  /** A coordinate, to a tenth of a pixel. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private static String at(Drawing.Point point) {
    return number(point.x()) + " " + number(point.y());
  }

  /** Through the points, corners rounded; ends so much short of the last. */
  static String rounded(List<Drawing.Point> points, double shorter) {
    Drawing.Point last = points.getLast();
    Drawing.Point end = towards(last, points.get(points.size() - 2), shorter);
    StringBuilder out = new StringBuilder("M" + at(points.getFirst()));
    for (int i = 1; i < points.size() - 1; i++) {
      Drawing.Point bend = points.get(i);
      Drawing.Point next = i + 1 == points.size() - 1 ? end : points.get(i + 1);
      double in = Math.min(CORNER, distance(bend, points.get(i - 1)) / 2);
      double away = Math.min(CORNER, distance(bend, next) / 2);
      out.append('L').append(at(towards(bend, points.get(i - 1), in)));
      out.append('Q').append(at(bend)).append(' ').append(at(towards(bend, next, away)));
    }
    return out.append('L').append(at(end)).toString();
  }

  /** The triangle at the end of a line that comes from a point. */
  static String head(Drawing.Point from, Drawing.Point tip) {
    Drawing.Point base = towards(tip, from, HEAD);
    double dx = (tip.x() - base.x()) / HEAD * 4;
    double dy = (tip.y() - base.y()) / HEAD * 4;
    Drawing.Point left = new Drawing.Point(base.x() - dy, base.y() + dx);
    Drawing.Point right = new Drawing.Point(base.x() + dy, base.y() - dx);
    return "M" + at(tip) + "L" + at(left) + "L" + at(right) + "Z";
  }

  /** An arc between two points through a third one beside the middle. */
  static String arc(Drawing.Point from, Drawing.Point over, Drawing.Point to) {
    return "M" + at(from) + "Q" + at(over) + " " + at(to);
  }

  static Drawing.Point towards(Drawing.Point from, Drawing.Point to, double length) {
    double whole = distance(from, to);
    double part = whole == 0 ? 0 : length / whole;
    return new Drawing.Point(
        from.x() + (to.x() - from.x()) * part, from.y() + (to.y() - from.y()) * part);
  }

  private static double distance(Drawing.Point a, Drawing.Point b) {
    return Math.hypot(a.x() - b.x(), a.y() - b.y());
  }

  /** Where the line from a box's centre to a point leaves the box. */
  static Drawing.Point border(Drawing.Box box, Drawing.Point to) {
    double dx = to.x() - box.centerX();
    double dy = to.y() - box.centerY();
    double scale =
        Math.min(
            dx == 0 ? Double.MAX_VALUE : box.width() / 2 / Math.abs(dx),
            dy == 0 ? Double.MAX_VALUE : box.height() / 2 / Math.abs(dy));
    double part = Math.min(1, scale);
    return new Drawing.Point(box.centerX() + dx * part, box.centerY() + dy * part);
  }
}
