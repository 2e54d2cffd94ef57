package io.ringfence.cli.report;

import static io.ringfence.cli.report.HtmlWords.count;

import io.ringfence.cli.graph.Markup;

/** The sections on what was proved and what was found. */
final class ProofSections {
  private ProofSections() {}

  static void guardrails(DemoReport report, Markup out) {
    HtmlWords.section(
        out,
        "guardrails",
        "Guardrails",
        "What must hold whatever the rules say. Proved means: over every flow of every address,"
            + " protocol and port, not over a sample. A violated one shows a flow that breaks it.");
    if (report.guardrails().isEmpty()) {
      HtmlWords.nothing(out, "The blueprint has none.");
    } else {
      HtmlTable table = new HtmlTable(out, "guardrail", "demands", "verdict", "stands at");
      report.guardrails().forEach(g -> guardrail(g, table));
      table.end();
    }
    out.close().line();
  }

  private static void guardrail(DemoReport.Guardrail guardrail, HtmlTable table) {
    String tone = guardrail.proved() ? "good" : "bad";
    String verdict = guardrail.proved() ? "proved" : "violated";
    table.row().head(guardrail.name()).cell(guardrail.meaning());
    table.cell(o -> HtmlWords.witness(HtmlWords.badge(o, tone, verdict), guardrail.witness()));
    table.cell(o -> HtmlWords.at(o, guardrail.at())).endRow();
  }

  static void findings(DemoReport report, Markup out) {
    HtmlWords.section(
        out,
        "findings",
        "Findings",
        "What the checks for least privilege found in the blueprint: "
            + count(report.findings().size(), "finding")
            + ".");
    if (report.findings().isEmpty()) {
      HtmlWords.nothing(out, "None: no rule is wider than it needs to be.");
    } else {
      HtmlTable table = new HtmlTable(out, "severity", "finding", "check", "stands at");
      report.findings().forEach(f -> finding(f, table));
      table.end();
    }
    out.close().line();
  }

  private static void finding(DemoReport.Finding finding, HtmlTable table) {
    table.row();
    table.cell(o -> HtmlWords.badge(o, tone(finding.severity()), word(finding.severity())));
    table.cell(o -> HtmlWords.witness(HtmlWords.sentence(o, finding.message()), finding.witness()));
    table.cell(o -> o.element("code", finding.check()));
    table.cell(o -> HtmlWords.at(o, finding.at())).endRow();
  }

  private static String tone(DemoReport.Severity severity) {
    return switch (severity) {
      case ERROR -> "bad";
      case WARNING -> "warn";
      case NOTE -> "note";
    };
  }

  private static String word(DemoReport.Severity severity) {
    return severity.name().toLowerCase(java.util.Locale.ROOT);
  }
}
