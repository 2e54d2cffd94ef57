package io.ringfence.cli.report;

import static io.ringfence.cli.report.HtmlWords.count;
import static io.ringfence.cli.report.HtmlWords.number;

import io.ringfence.cli.graph.Markup;

/** What a breach reached before and after, step by step. */
final class AttackSection {
  private AttackSection() {}

  static void write(DemoReport report, Markup out) {
    DemoReport.Attack before = report.attackBefore();
    DemoReport.Attack after = report.attackAfter();
    HtmlWords.section(
        out,
        "attack",
        "The attack from " + before.from(),
        "The same breach, played before and after with real packets. Before, "
            + succeeded(before)
            + " got further than the blueprint's rules permit; after, "
            + succeeded(after)
            + ".");
    HtmlWords.tabs(out, "steps", steps(before), steps(after));
    out.close().line();
  }

  private static String succeeded(DemoReport.Attack attack) {
    return number(attack.succeeded()) + " of " + count(attack.steps().size(), "step");
  }

  private static Markup steps(DemoReport.Attack attack) {
    Markup out = new Markup();
    if (attack.steps().isEmpty()) {
      return HtmlWords.nothing(out, "Not played.");
    }
    HtmlTable table = new HtmlTable(out, "technique", "after", "along", "outcome", "stopped by");
    attack.steps().forEach(s -> step(s, table));
    table.end();
    return out;
  }

  private static void step(DemoReport.Step step, HtmlTable table) {
    table.row().head(step.technique()).cell(step.aim());
    table.cell(o -> HtmlWords.path(o, step.path()));
    table.cell(o -> result(o, step.result()).text(" " + step.outcome()));
    table.cell(o -> step.stoppedBy().ifPresent(by -> o.element("code", by))).endRow();
  }

  private static Markup result(Markup out, DemoReport.Result result) {
    return switch (result) {
      case SUCCEEDED -> HtmlWords.badge(out, "bad", "succeeded");
      case AS_PERMITTED -> HtmlWords.badge(out, "note", "as permitted");
      case STOPPED -> HtmlWords.badge(out, "good", "stopped");
    };
  }
}
