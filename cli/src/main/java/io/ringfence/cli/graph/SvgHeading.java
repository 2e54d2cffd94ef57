package io.ringfence.cli.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A container's name and what stands beside and below it, set where no edge that enters from above
 * crosses it, if there is such a place.
 *
 * @param badges small marks after the name
 * @param below a smaller line, may be empty
 */
record SvgHeading(String name, List<String> badges, String below, double size) {
  private static final double LEFT = 14;
  private static final double CLEAR = 7;

  static SvgHeading of(SegmentGraph.Zone zone) {
    List<String> badges = SegmentPicture.badges(zone);
    return new SvgHeading(zone.name(), badges, networks(zone), SvgMetrics.ZONE_NAME);
  }

  private static String networks(SegmentGraph.Zone zone) {
    int more = zone.networks().size() - 1;
    String first = zone.networks().stream().findFirst().orElse("");
    return more > 0 ? first + " +" + more : first;
  }

  static SvgHeading ofTier(String name) {
    // Letter-spaced capitals: as wide as larger letters.
    return new SvgHeading(name, List.of(), "", SvgMetrics.ZONE_NAME);
  }

  double width() {
    return Math.max(nameWidth() + badgesWidth(), TextWidth.of(below, SvgMetrics.DETAIL));
  }

  /** Where the name ends and its badges begin. */
  double nameWidth() {
    return TextWidth.of(name, size) * SvgMetrics.BOLD + (badges.isEmpty() ? 0 : 8);
  }

  private double badgesWidth() {
    return badges.stream().mapToDouble(b -> SvgMetrics.badgeWidth(b) + 6).sum();
  }

  /** Its left end within a container. */
  double place(Drawing.Box box, double height, Drawing drawing) {
    List<Double> crossed = crossings(box, height, drawing);
    List<Double> starts = new ArrayList<>(List.of(box.x() + LEFT));
    crossed.forEach(x -> starts.add(x + CLEAR + 3));
    double end = box.x() + box.width() - 10;
    return starts.stream()
        .filter(s -> s + width() <= end)
        .filter(s -> crossed.stream().noneMatch(x -> x > s - CLEAR && x < s + width() + CLEAR))
        .findFirst()
        .orElse(box.x() + LEFT);
  }

  /** Where vertical lines cross the upper part of a container, from the left. */
  private static List<Double> crossings(Drawing.Box box, double height, Drawing drawing) {
    return Stream.concat(drawing.routes().stream(), drawing.attachments().values().stream())
        .flatMap(r -> verticals(r).stream())
        .filter(v -> v.x() > box.x() && v.x() < box.x() + box.width())
        .filter(v -> v.y() < box.y() + height && v.y() + v.height() > box.y())
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
