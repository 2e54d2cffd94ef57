package io.ringfence.cli.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.cli.terminal.Table;
import io.ringfence.model.Verdict;
import io.ringfence.verifier.Explanation;
import java.util.List;

/** A verdict and the whole of its trace. */
public final class ExplanationReport {
  /** Guardrails, and rules, that say nothing and are shown all the same. */
  private static final int IDLE_SHOWN_MAX = 30;

  private static final String NOT = "does not permit it: ";

  private final Screen screen;

  public ExplanationReport(Screen screen) {
    this.screen = screen;
  }

  public void print(Explanation explanation) {
    Verdict verdict = explanation.verdict();
    String word =
        verdict.permitted()
            ? screen.in(Style.GREEN_BOLD, "PERMIT")
            : screen.in(Style.RED_BOLD, "DENY");
    screen.line(word + "  " + screen.in(Style.BOLD, explanation.what()));
    screen.line("  " + decider(verdict));
    screen.line();
    Table table = new Table("", "", "", "");
    int left = rows(table, explanation.guardrails(), screen.in(Style.RED, "✗"));
    left += rows(table, explanation.rules(), screen.in(Style.GREEN, "✓"));
    table.print(screen, "  ");
    if (left > 0) {
      screen.line("  " + screen.in(Style.DIM, "and " + left + " more that do not apply"));
    }
    explanation.enforced().forEach(e -> screen.prose("  ", "    ", e.text()));
    explanation.notes().forEach(n -> screen.prose("  note: ", "        ", n));
  }

  private static String decider(Verdict verdict) {
    return verdict
        .at()
        .map(at -> "by `" + verdict.decider() + "` at " + at)
        .orElse("no rule permits it: " + verdict.decider());
  }

  /** Returns how many were left out. */
  private int rows(Table table, List<Explanation.Step> steps, String mark) {
    int idle = 0;
    for (Explanation.Step step : steps) {
      if (step.applies() || idle++ < IDLE_SHOWN_MAX) {
        row(table, step, mark);
      }
    }
    return Math.max(0, idle - IDLE_SHOWN_MAX);
  }

  /** Reasons come last: they are long, and wrap best there. */
  private void row(Table table, Explanation.Step step, String mark) {
    boolean applies = step.applies();
    table.row(
        applies ? mark : screen.in(Style.DIM, "·"),
        applies ? screen.in(Style.BOLD, step.name()) : step.name(),
        screen.in(Style.DIM, step.at().toString()),
        reason(step));
  }

  private static String reason(Explanation.Step step) {
    return step.reason().startsWith(NOT) ? step.reason().substring(NOT.length()) : step.reason();
  }

  /** For machines. */
  public static ObjectNode json(Explanation explanation) {
    Verdict verdict = explanation.verdict();
    ObjectNode out = Json.object().put("what", explanation.what());
    out.put("verdict", verdict.permitted() ? "permit" : "deny").put("decider", verdict.decider());
    verdict.at().ifPresent(a -> out.set("at", Json.location(a)));
    out.set("trace", Json.strings(verdict.trace()));
    out.set("guardrails", steps(explanation.guardrails()));
    out.set("rules", steps(explanation.rules()));
    out.set("notes", Json.strings(explanation.notes()));
    out.set("enforced", Json.enforced(explanation.enforced()));
    return out;
  }

  private static ArrayNode steps(List<Explanation.Step> steps) {
    ArrayNode out = Json.array();
    for (Explanation.Step step : steps) {
      ObjectNode node = out.addObject().put("name", step.name());
      node.put("applies", step.applies()).put("reason", step.reason());
      node.set("at", Json.location(step.at()));
    }
    return out;
  }
}
