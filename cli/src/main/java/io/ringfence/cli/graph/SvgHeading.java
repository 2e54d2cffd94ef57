package io.ringfence.cli.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * A container's name and a smaller line below it, set where no edge that enters from above crosses
 * them, if there is such a place.
 *
 * @param below may be empty
 */
record SvgHeading(String name, String below) {
  private static final double LEFT = 14;
  private static final double RIGHT = 10;
  private static final double CLEAR = 6;

  static SvgHeading of(SegmentGraph.Zone zone) {
    int more = zone.networks().size() - 1;
    String first = zone.networks().stream().findFirst().orElse("");
    return new SvgHeading(zone.name(), more > 0 ? first + " +" + more : first);
  }

  /** Its letter-spaced capitals are small, but as wide as a segment's larger letters. */
  static SvgHeading ofTier(String name) {
    return new SvgHeading(name, "");
  }

  double width() {
    double large = TextWidth.of(name, SvgMetrics.ZONE_NAME) * SvgMetrics.BOLD;
    return Math.max(large, TextWidth.of(below, SvgMetrics.DETAIL));
  }

  /** Its left end within a container, whose head is so high. */
  double place(Drawing.Box box, double height, Drawing drawing) {
    return clear(box, height, drawing).orElse(box.x() + LEFT);
  }

  /** Its left end where no line crosses it, if there is such a place. */
  OptionalDouble clear(Drawing.Box box, double height, Drawing drawing) {
    Drawing.Box head = new Drawing.Box(box.x(), box.y(), box.width(), height);
    List<Double> starts = new ArrayList<>(List.of(box.x() + LEFT));
    crossings(head, drawing).forEach(x -> starts.add(x + CLEAR + 3));
    return clear(starts, width(), head, drawing);
  }

  /** The left end of badges of this width on a container's upper edge, rightmost if possible. */
  static double placeBadges(Drawing.Box box, double width, Drawing drawing) {
    Drawing.Box edge = new Drawing.Box(box.x(), box.y() - 9, box.width(), 18);
    List<Double> starts = new ArrayList<>(List.of(box.x() + box.width() - RIGHT - width));
    crossings(edge, drawing).reversed().forEach(x -> starts.add(x - CLEAR - 3 - width));
    return clear(starts, width, edge, drawing).orElse(starts.getFirst());
  }

  /** The first start within a band from which no line crosses. */
  private static OptionalDouble clear(
      List<Double> starts, double width, Drawing.Box band, Drawing drawing) {
    List<Double> crossed = crossings(band, drawing);
    return starts.stream()
        .mapToDouble(Double::doubleValue)
        .filter(s -> s >= band.x() + RIGHT && s + width <= band.x() + band.width() - RIGHT)
        .filter(s -> crossed.stream().noneMatch(x -> x > s - CLEAR && x < s + width + CLEAR))
        .findFirst();
  }

  /** Where vertical lines cross a band, from the left. */
  private static List<Double> crossings(Drawing.Box band, Drawing drawing) {
    return Stream.concat(drawing.routes().stream(), drawing.attachments().values().stream())
        .flatMap(r -> verticals(r).stream())
        .filter(v -> v.x() > band.x() && v.x() < band.x() + band.width())
        .filter(v -> v.y() < band.y() + band.height() && v.y() + v.height() > band.y())
        .map(Drawing.Box::x)
        .sorted()
        .toList();
  }

  private static List<Drawing.Box> verticals(Drawing.Route route) {
    List<Drawing.Box> out = new ArrayList<>();
    for (int i = 1; i < route.points().size(); i++) {
      Drawing.Point a = route.points().get(i - 1);
      Drawing.Point b = route.points().get(i);
      if (Math.abs(a.x() - b.x()) < 1) {
        out.add(new Drawing.Box(a.x(), Math.min(a.y(), b.y()), 0, Math.abs(a.y() - b.y())));
      }
    }
    return out;
  }
}
