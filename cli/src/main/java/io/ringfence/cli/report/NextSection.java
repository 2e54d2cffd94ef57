package io.ringfence.cli.report;

import io.ringfence.cli.graph.Markup;

/** What to do next, and who wrote the report. */
final class NextSection {
  private NextSection() {}

  static void write(DemoReport report, Markup out) {
    HtmlWords.section(out, "next", "What to do next", "In this order.");
    out.open("ol", "class", "steps").line();
    for (DemoReport.NextStep step : report.next()) {
      HtmlWords.sentence(out.open("li"), step.what());
      step.command().ifPresent(c -> out.element("span", c, "class", "code"));
      out.close().line();
    }
    out.close().close().line();
    DemoReport.About about = report.about();
    out.open("footer").text("Written by ringfence " + about.version() + " on ");
    out.text(about.date() + " from " + about.source() + ".").close().line();
  }
}
