package io.ringfence.cli.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What stands at an edge: the rules that make it, those that share their ports together. */
final class EdgeLabel {
  /** Lines in a picture; the rest is counted. */
  static final int LINES_MAX = 5;

  private static final double LINE_WIDTH = 190;

  private EdgeLabel() {}

  /** Rules, or as many as a line holds, and the ports that they share. */
  record Line(String rules, String ports) {}

  /** Everything, as writers of text write it. Conditional rules bear a star. */
  static List<Line> whole(GraphEdge edge) {
    List<Line> out = new ArrayList<>();
    byPorts(edge).forEach((ports, rules) -> out.add(new Line(String.join(", ", rules), ports)));
    return out;
  }

  /** As much as a picture has room for. */
  static List<Line> drawn(GraphEdge edge) {
    List<Line> out = new ArrayList<>();
    byPorts(edge).forEach((ports, rules) -> out.addAll(wrapped(rules, ports)));
    if (out.size() <= LINES_MAX) {
      return out;
    }
    List<Line> some = new ArrayList<>(out.subList(0, LINES_MAX - 1));
    some.add(new Line("", "and more"));
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

  /** As many names a line as fit; the ports end the last. */
  private static List<Line> wrapped(List<String> rules, String ports) {
    String end = TextWidth.fitted(ports, SvgMetrics.DETAIL, LINE_WIDTH * 0.6);
    List<Line> out = new ArrayList<>();
    String line = "";
    for (int i = 0; i < rules.size(); i++) {
      boolean last = i == rules.size() - 1;
      String name = TextWidth.fitted(rules.get(i), SvgMetrics.DETAIL, LINE_WIDTH);
      String longer = line.isEmpty() ? name : line + " " + name;
      if (!line.isEmpty() && wide(longer + (last ? end : ","))) {
        out.add(new Line(line, ""));
        longer = name;
      }
      line = longer + (last ? "" : ",");
    }
    out.add(new Line(line, end));
    return out;
  }

  private static boolean wide(String text) {
    return TextWidth.of(text, SvgMetrics.DETAIL) > LINE_WIDTH;
  }
}
