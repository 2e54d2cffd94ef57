package io.ringfence.cli.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.cli.terminal.TextWrap;
import io.ringfence.verifier.BlueprintDiff;
import io.ringfence.verifier.reach.BlastRadius;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What changes from one blueprint to another, for people and machines. */
public final class DiffReport {
  private static final int RULE_WIDTH = 14;

  private final Screen screen;

  public DiffReport(Screen screen) {
    this.screen = screen;
  }

  /** Prints nothing where nothing changes. */
  public void print(BlueprintDiff diff) {
    changes("Rules", diff.rules());
    changes("Guardrails", diff.guardrails());
    flows("Flows opened, for instance", '+', diff.opened());
    flows("Flows closed, for instance", '-', diff.closed());
    operations("Operations granted", '+', diff.granted());
    operations("Operations revoked", '-', diff.revoked());
    radii(diff);
  }

  /** What the second lets through, where the first lets nothing through. */
  public void printPermitted(BlueprintDiff diff) {
    flows("Flows, for instance", '+', diff.opened());
    operations("Operations through gateways", '+', diff.granted());
  }

  private void heading(String text) {
    screen.line(screen.in(Style.BOLD, text));
  }

  private String signed(char sign, String text) {
    Style style =
        switch (sign) {
          case '+' -> Style.GREEN;
          case '-' -> Style.RED;
          default -> Style.YELLOW;
        };
    return screen.in(style, sign + " " + text);
  }

  private void changes(String title, List<BlueprintDiff.Change> changes) {
    if (!changes.isEmpty()) {
      heading(title);
      changes.forEach(c -> screen.line("  " + signed(sign(c.kind()), c.name())));
    }
  }

  private static char sign(BlueprintDiff.Kind kind) {
    return switch (kind) {
      case ADDED -> '+';
      case REMOVED -> '-';
      case CHANGED -> '~';
    };
  }

  private void flows(String title, char sign, List<BlueprintDiff.FlowChange> flows) {
    if (!flows.isEmpty()) {
      heading(title);
      for (BlueprintDiff.FlowChange flow : flows) {
        String rule = TextWrap.padded(flow.rule(), RULE_WIDTH);
        screen.line("  " + signed(sign, rule) + "  " + flow.text());
      }
    }
  }

  private void operations(String title, char sign, List<String> operations) {
    if (!operations.isEmpty()) {
      heading(title);
      operations.forEach(o -> screen.prose("  " + signed(sign, ""), "      ", o));
    }
  }

  private void radii(BlueprintDiff diff) {
    if (!diff.radii().isEmpty()) {
      heading("Blast radius");
    }
    for (BlueprintDiff.RadiusChange change : diff.radii()) {
      String start = "  " + TextWrap.padded(change.start(), RULE_WIDTH) + "  ";
      List<String> gained = words(change.gained());
      List<String> lost = words(change.lost());
      reach(start + signed('+', "reaches "), gained);
      reach(start + signed('-', "no longer "), lost);
    }
    if (diff.radiiLeftOut() > 0) {
      screen.line("  and " + Counted.of(diff.radiiLeftOut(), "start") + " not compared");
    }
  }

  private void reach(String start, List<String> places) {
    if (!places.isEmpty()) {
      screen.prose(start, " ".repeat(RULE_WIDTH + 6), String.join("; ", places));
    }
  }

  private static List<String> words(BlastRadius.Difference difference) {
    List<String> out = new ArrayList<>(difference.workloads());
    out.addAll(difference.destinations());
    out.addAll(difference.collections());
    return out;
  }

  /** {@code 2 rules change, 1 flow opens, ...}, in one line. */
  public static String summary(BlueprintDiff diff) {
    return String.join(
        ", ",
        Counted.of(diff.rules().size(), "rule") + " changed",
        Counted.of(diff.guardrails().size(), "guardrail") + " changed",
        "flows opened under " + Counted.of(diff.opened().size(), "rule"),
        "closed under " + diff.closed().size());
  }

  /** For machines. */
  public static ObjectNode json(BlueprintDiff diff) {
    ObjectNode out = Json.object().put("changes", !diff.isEmpty());
    out.set("rules", changes(diff.rules()));
    out.set("guardrails", changes(diff.guardrails()));
    out.set("opened", flows(diff.opened()));
    out.set("closed", flows(diff.closed()));
    out.set("granted", Json.strings(diff.granted()));
    out.set("revoked", Json.strings(diff.revoked()));
    ArrayNode radii = out.putArray("blastRadius");
    for (BlueprintDiff.RadiusChange change : diff.radii()) {
      ObjectNode node = radii.addObject().put("start", change.start());
      node.set("gained", Json.strings(words(change.gained())));
      node.set("lost", Json.strings(words(change.lost())));
    }
    return out;
  }

  private static ArrayNode changes(List<BlueprintDiff.Change> changes) {
    ArrayNode out = Json.array();
    for (BlueprintDiff.Change change : changes) {
      String kind = change.kind().name().toLowerCase(Locale.ROOT);
      out.addObject().put("name", change.name()).put("kind", kind);
    }
    return out;
  }

  private static ArrayNode flows(List<BlueprintDiff.FlowChange> flows) {
    ArrayNode out = Json.array();
    for (BlueprintDiff.FlowChange flow : flows) {
      out.addObject().put("rule", flow.rule()).set("witness", Json.flow(flow.witness()));
    }
    return out;
  }
}
