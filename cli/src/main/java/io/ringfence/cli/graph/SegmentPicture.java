package io.ringfence.cli.graph;

import io.ringfence.model.Mode;
import java.util.ArrayList;
import java.util.List;

/** A segment graph laid out once, to be drawn in any of its views. */
public final class SegmentPicture {
  private static final double TITLE_HEIGHT = 62;

  private final SegmentGraph graph;
  private final SupportNotes notes;
  private final List<GraphEdge> drawn;
  private final Drawing drawing;

  public SegmentPicture(SegmentGraph graph) {
    this.graph = graph;
    this.notes = new SupportNotes(graph);
    this.drawn = graph.edges().stream().filter(e -> !SupportNotes.notes(e)).toList();
    this.drawing = LayeredLayout.draw(graph, notes, drawn);
  }

  SegmentGraph graph() {
    return graph;
  }

  SupportNotes notes() {
    return notes;
  }

  /** The edges that are drawn, each with its route in {@link #drawing()}. */
  List<GraphEdge> drawn() {
    return drawn;
  }

  Drawing drawing() {
    return drawing;
  }

  /** The style sheet that a page which holds fragments must have. */
  public static String css() {
    return SvgStyle.CSS;
  }

  /** An SVG file: with its own style sheet, background, title and legend. */
  public String toSvg(GraphView view) {
    SvgLegend legend = new SvgLegend(this, view, width());
    double height = TITLE_HEIGHT + drawing.height() + legend.height();
    Markup out = new Markup();
    root(out, view, height, "xmlns", "http://www.w3.org/2000/svg");
    out.style(SvgStyle.CSS);
    out.empty("rect", "class", "rf-page", "width", "100%", "height", "100%").line();
    out.element("text", graph.name(), "class", "rf-title", "x", "24", "y", "38").line();
    out.element("text", SvgWords.subtitle(view), "class", "rf-subtitle", "x", "24", "y", "58");
    paint(out, view, legend, TITLE_HEIGHT);
    return out.close().line().toString();
  }

  /** An SVG element for a page that has {@link #css()}, with a legend. */
  public Markup toFragment(GraphView view) {
    SvgLegend legend = new SvgLegend(this, view, width());
    Markup out = new Markup();
    root(out, view, drawing.height() + legend.height(), "style", "max-width:" + limit());
    paint(out, view, legend, 0);
    return out.close().line();
  }

  /** No picture is drawn larger than it is. */
  private String limit() {
    return SvgPath.number(width()) + "px";
  }

  private double width() {
    return Math.max(drawing.width(), 560);
  }

  private void root(Markup out, GraphView view, double height, String... more) {
    String w = SvgPath.number(width());
    String h = SvgPath.number(height);
    List<String> attributes = new ArrayList<>(List.of(more));
    attributes.addAll(List.of("class", "rf", "role", "img", "viewBox", "0 0 " + w + " " + h));
    attributes.addAll(List.of("width", w, "height", h));
    out.open("svg", attributes.toArray(String[]::new)).line();
    out.element("title", graph.name() + ": " + SvgWords.subtitle(view)).line();
    out.element("desc", SvgWords.description(graph, view)).line();
  }

  private void paint(Markup out, GraphView view, SvgLegend legend, double top) {
    double left = (width() - drawing.width()) / 2;
    String shift = "translate(" + SvgPath.number(left) + " " + SvgPath.number(top) + ")";
    out.open("g", "transform", shift).line();
    new SvgPainter(this, view, out).paint();
    out.close().line();
    out.open("g", "transform", "translate(0 " + SvgPath.number(top + drawing.height()) + ")");
    legend.paint(out.line());
    out.close().line();
  }

  /** The words on a zone's badges: how it is isolated, and whether it only observes. */
  static List<String> badges(SegmentGraph.Zone zone) {
    List<String> out = new ArrayList<>(List.of(zone.isolation().text()));
    if (zone.mode() == Mode.OBSERVE) {
      out.add(zone.mode().text());
    }
    return out;
  }
}
