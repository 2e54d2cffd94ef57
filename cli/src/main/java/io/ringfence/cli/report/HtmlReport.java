package io.ringfence.cli.report;

import io.ringfence.cli.graph.Markup;

/** Writes a demo's report as one HTML file that needs nothing else. */
public final class HtmlReport {
  private HtmlReport() {}

  public static String write(DemoReport report) {
    Markup out = new Markup();
    HeadlineSection.write(report, out);
    navigation(out);
    PictureSections pictures = new PictureSections(report, out);
    pictures.graph();
    matrix(report, out);
    ProofSections.guardrails(report, out);
    ProofSections.findings(report, out);
    pictures.blastRadius();
    AttackSection.write(report, out);
    KernelSection.write(report.kernel(), out);
    DatabaseSection.write(report, out);
    NextSection.write(report, out);
    return HtmlPage.of(report.about().deployment() + ": segmentation report", out);
  }

  private static void navigation(Markup out) {
    out.open("nav", "aria-label", "Sections").open("ul");
    item(out, "graph", "Graph");
    item(out, "matrix", "Matrix");
    item(out, "guardrails", "Guardrails");
    item(out, "findings", "Findings");
    item(out, "blast-radius", "Blast radius");
    item(out, "attack", "Attack");
    item(out, "kernel", "Kernel");
    item(out, "database", "Database");
    item(out, "next", "Next");
    out.close().close().line();
  }

  private static void item(Markup out, String id, String text) {
    out.open("li").element("a", text, "href", "#" + id).close();
  }

  private static void matrix(DemoReport report, Markup out) {
    HtmlWords.section(
        out,
        "matrix",
        "Segmentation matrix",
        "Which segments may open connections to which, at which ports, by which rules. What no"
            + " rule permits is denied, inside segments too.");
    out.add(report.matrix().toFragment()).close().line();
  }
}
