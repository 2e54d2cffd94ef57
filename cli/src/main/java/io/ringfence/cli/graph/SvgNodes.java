package io.ringfence.cli.graph;

import java.util.List;

/** Paints the nodes of a view: what they are, and how they fare in it. */
final class SvgNodes {
  private final SegmentPicture picture;
  private final GraphView view;
  private final Markup out;

  SvgNodes(SegmentPicture picture, GraphView view, Markup out) {
    this.picture = picture;
    this.view = view;
    this.out = out;
  }

  void paint(GraphNode node, Drawing.Box box) {
    State state = state(node);
    out.open("g", "class", state == State.QUIET ? "rf-quiet" : "rf-shown");
    double corner = node.kind().outside() ? Math.min(22, box.height() / 2) : 8;
    SvgShapes.box(
        out, box, corner, ("rf-node rf-node-" + word(node.kind())) + state.style("rf-node"));
    icon(node, box, state);
    String on = state == State.START ? " rf-on-start" : "";
    double x = box.x() + SvgMetrics.ICON_COLUMN;
    double chips = chips(node, box);
    double room = box.width() - SvgMetrics.ICON_COLUMN - 8;
    SvgShapes.text(
        out,
        TextWidth.fitted(node.label(), SvgMetrics.LABEL, room - chips),
        x,
        box.y() + 21,
        "rf-label" + on);
    double y = box.y() + 37;
    for (String detail : details(node)) {
      SvgShapes.text(
          out, TextWidth.fitted(detail, SvgMetrics.DETAIL, room), x, y, "rf-detail" + on);
      y += SvgMetrics.DETAIL_LINE;
    }
    out.close().line();
  }

  /** Its own lines, or what is reached of it. */
  private List<String> details(GraphNode node) {
    List<String> limited =
        view instanceof GraphView.BlastRadius v
            ? v.limited().getOrDefault(node.id(), List.of())
            : List.of();
    return limited.isEmpty()
        ? node.details()
        : limited.subList(0, Math.min(limited.size(), node.details().size()));
  }

  private static String word(GraphNode.Kind kind) {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }

  private void icon(GraphNode node, Drawing.Box box, State state) {
    double y = box.y() + Math.min(11, box.height() / 2 - 8);
    out.empty(
        "path",
        "class",
        "rf-icon rf-icon-" + word(node.kind()) + state.style("rf-icon"),
        "transform",
        "translate(" + SvgPath.number(box.x() + 10) + " " + SvgPath.number(y) + ")",
        "d",
        SvgIcons.of(node.kind()));
  }

  /** The width they take. */
  private double chips(GraphNode node, Drawing.Box box) {
    double taken = 0;
    if (view instanceof GraphView.Permitted) {
      for (String chip : picture.notes().chips(node.id())) {
        double width = SvgMetrics.chipWidth(chip);
        SvgShapes.chip(out, chip, box.x() + box.width() - taken - width - 7, box.y() + 9);
        taken += width + 4;
      }
    }
    return taken;
  }

  /** How a node fares in a view. */
  private enum State {
    SHOWN(""),
    QUIET(""),
    /** Reached through a gateway, for some operations only. */
    LIMITED("limited"),
    REACHED("reached"),
    START("start");

    private final String suffix;

    State(String suffix) {
      this.suffix = suffix;
    }

    String style(String prefix) {
      return suffix.isEmpty() ? "" : " " + prefix + "-" + suffix;
    }
  }

  private State state(GraphNode node) {
    return switch (view) {
      case GraphView.Permitted v -> State.SHOWN;
      case GraphView.Open v ->
          v.reachable().stream().anyMatch(p -> p.to().equals(node.id()))
              ? State.REACHED
              : State.SHOWN;
      case GraphView.BlastRadius v -> {
        if (v.start().contains(node.id())) {
          yield State.START;
        }
        if (v.reached().contains(node.id())) {
          yield State.REACHED;
        }
        yield v.limited().containsKey(node.id()) ? State.LIMITED : State.QUIET;
      }
    };
  }
}
