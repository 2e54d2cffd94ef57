package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.FlowWords;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.decision.Authorizer;
import io.ringfence.model.Directory;
import io.ringfence.model.Verdict;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.ReadBack;
import io.ringfence.targets.nftables.ReadBack.Kind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** How a ruleset differs from a blueprint, for people and machines. */
final class ReadBackReport {
  /** Differences told to people. */
  private static final int SHOWN_MAX = 5;

  /** How the situation of a flow's opening is worded. */
  private static final String FIRST = "a first packet";

  private final Screen screen;
  private final FlowWords flows;
  private final Authorizer authorizer;

  ReadBackReport(Screen screen, Directory directory) {
    this.screen = screen;
    this.flows = new FlowWords(directory);
    this.authorizer = new Authorizer(directory);
  }

  /** Some differences, each with its situation and the rules that the witness goes by. */
  void print(ReadBack back) {
    for (ReadBack.Difference difference : back.differences().stream().limit(SHOWN_MAX).toList()) {
      screen.line(
          screen.in(style(difference.kind()), word(difference.kind()))
              + "  "
              + flows.text(difference.witness())
              + "  "
              + screen.in(Style.DIM, difference.situation()));
      screen.prose("    ", "      ", blueprint(difference));
      difference.trace().forEach(t -> screen.prose("    ", "      ", t));
    }
    int more = back.differences().size() - SHOWN_MAX;
    if (more > 0) {
      screen.line(screen.in(Style.DIM, "and " + more + " more; -o json has them all"));
    }
  }

  /** The rule or guardrail of the blueprint that decides the witness, and where it stands. */
  private String blueprint(ReadBack.Difference difference) {
    Verdict verdict = authorizer.decide(difference.witness());
    return "blueprint: "
        + (verdict.permitted() ? "permitted by `" : "denied by `")
        + verdict.decider()
        + "`"
        + verdict.at().map(a -> " at " + a).orElse("");
  }

  /** What the ruleset opens and closes: of flows' first packets, if it differs in those. */
  void printFlows(ReadBack back, boolean reversed) {
    Set<String> lines = new LinkedHashSet<>();
    List<ReadBack.Difference> first =
        back.differences().stream().filter(d -> d.situation().endsWith(FIRST)).toList();
    for (ReadBack.Difference difference : first.isEmpty() ? back.differences() : first) {
      boolean opened = (difference.kind() == Kind.EXCESS) != reversed;
      String text = (opened ? "+ " : "- ") + flows.text(difference.witness());
      lines.add(screen.in(opened ? Style.GREEN : Style.RED, text));
    }
    lines.forEach(screen::line);
  }

  private static Style style(Kind kind) {
    return switch (kind) {
      case EXCESS -> Style.RED_BOLD;
      case MISSING -> Style.YELLOW_BOLD;
    };
  }

  static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  static ObjectNode json(ReadBack back, Placement machine, Directory directory) {
    Authorizer authorizer = new Authorizer(directory);
    ObjectNode out = Json.object().put("placement", Placements.title(machine));
    out.put("faithful", back.faithful());
    ArrayNode differences = out.putArray("differences");
    for (ReadBack.Difference difference : back.differences()) {
      ObjectNode node = differences.addObject().put("kind", word(difference.kind()));
      node.put("situation", difference.situation());
      node.set("witness", Json.flow(difference.witness()));
      Verdict verdict = authorizer.decide(difference.witness());
      ObjectNode blueprint = node.putObject("blueprint").put("decider", verdict.decider());
      verdict.at().ifPresent(a -> blueprint.set("at", Json.location(a)));
      node.set("trace", Json.strings(difference.trace()));
    }
    back.observed().witness().ifPresent(w -> out.set("observed", Json.flow(w)));
    return out;
  }
}
