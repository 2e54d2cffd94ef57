package io.ringfence.cli.report;

import static io.ringfence.cli.report.HtmlWords.count;

import io.ringfence.cli.graph.GraphView;
import io.ringfence.cli.graph.Markup;
import io.ringfence.cli.graph.SegmentPicture;

/** The sections with pictures: the segment graph and the blast radius, before and after. */
final class PictureSections {
  private final DemoReport report;
  private final SegmentPicture picture;
  private final Markup out;

  PictureSections(DemoReport report, Markup out) {
    this.report = report;
    this.picture = new SegmentPicture(report.graph());
    this.out = out;
  }

  void graph() {
    HtmlWords.section(
        out,
        "graph",
        "Segment graph",
        "Before, nothing stands between the segments. After, each line is a rule of the"
            + " blueprint, and there is no other way.");
    HtmlWords.tabs(
        out,
        "graph",
        drawn(new GraphView.Open(report.openBefore())),
        drawn(new GraphView.Permitted()));
    out.close().line();
  }

  private Markup drawn(GraphView view) {
    Markup box = new Markup().open("div", "class", "picture", "tabindex", "0");
    return box.add(picture.toFragment(view)).close().line();
  }

  void blastRadius() {
    DemoReport.BlastRadius before = report.blastBefore();
    DemoReport.BlastRadius after = report.blastAfter();
    HtmlWords.section(
        out,
        "blast-radius",
        "Blast radius of " + after.start(),
        "Everything that falls, hop after hop, once "
            + after.start()
            + " is compromised; down to the collections reached through a gateway. Before: "
            + count(before.reached().size(), "place")
            + ". After: "
            + count(after.reached().size(), "place")
            + ".");
    HtmlWords.tabs(out, "blast", radius(before), radius(after));
    out.close().line();
  }

  private Markup radius(DemoReport.BlastRadius radius) {
    Markup both = drawn(radius.view());
    if (radius.reached().isEmpty()) {
      return HtmlWords.nothing(both, "Nothing but itself.");
    }
    HtmlTable table = new HtmlTable(both, "reached", "what", "along", "how");
    for (DemoReport.Reached reached : radius.reached()) {
      table.row().head(reached.name());
      table.cell(o -> HtmlWords.badge(o, tone(reached.kind()), word(reached.kind())));
      table.cell(o -> HtmlWords.path(o, reached.path())).cell(reached.how()).endRow();
    }
    table.end();
    return both;
  }

  private static String tone(DemoReport.Kind kind) {
    return switch (kind) {
      case WORKLOAD -> "bad";
      case OUTSIDE -> "bad";
      case COLLECTION -> "warn";
    };
  }

  private static String word(DemoReport.Kind kind) {
    return switch (kind) {
      case WORKLOAD -> "workload";
      case OUTSIDE -> "outside";
      case COLLECTION -> "collection";
    };
  }
}
