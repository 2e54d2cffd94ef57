package io.ringfence.cli.report;

import io.ringfence.cli.graph.Markup;

/** The real database: what it answered before and after, and what is left to a gateway. */
final class DatabaseSection {
  private DatabaseSection() {}

  static void write(DemoReport report, Markup out) {
    DemoReport.Database database = report.database();
    HtmlWords.section(
        out,
        "database",
        "The database",
        database.engine()
            + ", holding "
            + database.holds()
            + ". The same queries, before and after.");
    if (database.queries().isEmpty()) {
      HtmlWords.nothing(out, "It was not asked.");
    } else {
      queries(database, out);
    }
    residue(report, out);
    out.close().line();
  }

  private static void queries(DemoReport.Database database, Markup out) {
    HtmlTable table = new HtmlTable(out, "who", "asks", "", "before", "after");
    for (DemoReport.Query query : database.queries()) {
      boolean may = query.legitimate();
      table.row().head(query.who()).cell(o -> o.element("code", query.asked()));
      table.cell(o -> HtmlWords.badge(o, may ? "note" : "warn", may ? "permitted" : "forbidden"));
      table.cell(o -> answer(o, query.before(), may));
      table.cell(o -> answer(o, query.after(), may)).endRow();
    }
    table.end();
  }

  private static void answer(Markup out, DemoReport.Answer answer, boolean legitimate) {
    String tone = answer.answered() == legitimate ? "good" : "bad";
    HtmlWords.badge(out, tone, answer.answered() ? "answered" : "refused");
    out.text(" " + answer.text());
  }

  private static void residue(DemoReport report, Markup out) {
    out.element("h3", "What packets cannot show");
    out.element("p", "Parts of rules that no packet filter can enforce, and who enforces them.");
    if (report.residue().isEmpty()) {
      HtmlWords.nothing(out, "None: the network layer enforces every rule wholly.");
      return;
    }
    HtmlTable table = new HtmlTable(out, "rule", "limits", "for", "today", "stands at");
    for (DemoReport.Residue residue : report.residue()) {
      table.row().head(residue.rule()).cell(residue.part()).cell(residue.enforcer());
      boolean enforced = residue.enforced();
      String word = enforced ? "enforced" : "not enforced yet";
      table.cell(o -> HtmlWords.badge(o, enforced ? "good" : "warn", word));
      table.cell(o -> HtmlWords.at(o, residue.at())).endRow();
    }
    table.end();
  }
}
