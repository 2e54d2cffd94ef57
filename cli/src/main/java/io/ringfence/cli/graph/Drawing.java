package io.ringfence.cli.graph;

import java.util.List;
import java.util.Map;

/**
 * Where everything of a segment graph stands, in pixels from the top left corner.
 *
 * @param tiers by tier name
 * @param zones by segment name
 * @param nodes by node id
 * @param routes one for each edge, in the graph's order
 * @param attachments from a private endpoint to its gateway, by the endpoint's id
 */
record Drawing(
    double width,
    double height,
    Map<String, Box> tiers,
    Map<String, Box> zones,
    Map<String, Box> nodes,
    List<Route> routes,
    Map<String, Route> attachments) {
  record Box(double x, double y, double width, double height) {
    double centerX() {
      return x + width / 2;
    }

    double centerY() {
      return y + height / 2;
    }
  }

  record Point(double x, double y) {}

  /** An edge's bends, both ends included, and the box of its label. */
  record Route(List<Point> points, Box label) {
    Route {
      points = List.copyOf(points);
    }
  }
}
