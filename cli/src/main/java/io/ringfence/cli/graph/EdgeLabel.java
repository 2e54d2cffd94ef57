package io.ringfence.cli.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What stands at an edge: the rules that make it, those that share their ports on one line. */
final class EdgeLabel {
  /** Rules named on one line of a picture; the rest is counted. */
  static final int RULES_ON_LINE_MAX = 4;

  /** Lines in a picture; the rest is counted. */
  static final int LINES_MAX = 4;

  private static final double TEXT_MAX = 250;

  private EdgeLabel() {}

  /** Rules that share their ports. Conditional ones bear a star. */
  record Line(String rules, String ports) {}

  /** Everything, as writers of text write it. */
  static List<Line> whole(GraphEdge edge) {
    List<Line> out = new ArrayList<>();
    byPorts(edge).forEach((ports, rules) -> out.add(new Line(String.join(", ", rules), ports)));
    return out;
  }

  /** As much as a picture has room for. */
  static List<Line> drawn(GraphEdge edge) {
    List<Line> out = new ArrayList<>();
    byPorts(edge).forEach((ports, rules) -> out.add(shortened(rules, ports)));
    if (out.size() <= LINES_MAX) {
      return out;
    }
    List<Line> some = new ArrayList<>(out.subList(0, LINES_MAX - 1));
    some.add(new Line("", "and " + (out.size() - some.size()) + " more"));
    return some;
  }

  private static Map<String, List<String>> byPorts(GraphEdge edge) {
    Map<String, List<String>> out = new LinkedHashMap<>();
    for (GraphEdge.Passage passage : edge.passages()) {
      List<String> rules = out.computeIfAbsent(passage.ports(), k -> new ArrayList<>());
      String name = passage.rule() + (passage.conditional() ? "*" : "");
      if (!rules.contains(name)) {
        rules.add(name);
      }
    }
    return out;
  }

  private static Line shortened(List<String> rules, String ports) {
    int more = rules.size() - RULES_ON_LINE_MAX;
    String some =
        String.join(", ", rules.subList(0, Math.min(rules.size(), RULES_ON_LINE_MAX)))
            + (more > 0 ? " +" + more : "");
    String fitted = TextWidth.fitted(ports, SvgMetrics.DETAIL, TEXT_MAX / 2);
    double room = TEXT_MAX - TextWidth.of(fitted, SvgMetrics.DETAIL);
    return new Line(TextWidth.fitted(some, SvgMetrics.DETAIL, room), fitted);
  }
}
