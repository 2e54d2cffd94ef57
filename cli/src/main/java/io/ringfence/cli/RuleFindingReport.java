package io.ringfence.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.targets.nftables.read.RuleFinding;
import io.ringfence.targets.nftables.read.RuleFindings;
import io.ringfence.targets.nftables.read.UnreadableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of somebody else's ruleset that make no difference, for people and machines.
 *
 * @param notLooked why none were looked for; empty when they were
 */
record RuleFindingReport(List<RuleFinding> findings, String notLooked) {
  static RuleFindingReport of(JsonNode listing) {
    try {
      return new RuleFindingReport(RuleFindings.of(listing), "");
    } catch (UnreadableException e) {
      return new RuleFindingReport(List.of(), e.getMessage());
    }
  }

  boolean isEmpty() {
    return findings.isEmpty();
  }

  void print(Screen out) {
    if (!notLooked.isEmpty()) {
      out.line("rules that make no difference were not looked for: " + notLooked);
    }
    for (RuleFinding finding : findings.stream().filter(RuleFinding::certain).toList()) {
      out.line(
          out.in(Style.YELLOW, finding.kind().text())
              + "  "
              + finding.place()
              + ": "
              + finding.text());
      out.prose("    ", "      ", why(finding));
      finding.witness().ifPresent(w -> out.line("    as " + w));
    }
    perhaps().forEach((on, places) -> printPerhaps(out, on, places));
  }

  private static void printPerhaps(Screen out, String on, List<String> rules) {
    out.prose("", "  ", "if what is not understood always matches at " + on + ", it shadows:");
    rules.forEach(r -> out.prose("    ", "      ", r));
  }

  /** Rules that something not understood may shadow, by where that stands. */
  private Map<String, List<String>> perhaps() {
    Map<String, List<String>> out = new LinkedHashMap<>();
    for (RuleFinding finding : findings) {
      if (!finding.certain()) {
        out.computeIfAbsent(String.join("; ", finding.dependsOn()), k -> new ArrayList<>())
            .add(finding.place() + ": " + finding.text());
      }
    }
    return out;
  }

  private static String why(RuleFinding finding) {
    String by = String.join("; ", finding.by());
    return by.isEmpty() ? finding.why() : finding.why() + ": " + by;
  }

  ArrayNode json() {
    ArrayNode out = Json.array();
    for (RuleFinding finding : findings) {
      ObjectNode node = out.addObject().put("kind", finding.kind().text());
      node.put("place", finding.place()).put("rule", finding.text()).put("why", finding.why());
      node.set("by", Json.strings(finding.by()));
      node.put("certain", finding.certain()).set("dependsOn", Json.strings(finding.dependsOn()));
      finding.witness().ifPresent(w -> node.set("witness", Json.flow(w)));
    }
    return out;
  }

  /** Into what a command prints: the findings, or why there are none. */
  void addTo(ObjectNode out) {
    out.set("rules", json());
    if (!notLooked.isEmpty()) {
      out.put("rulesNotLookedFor", notLooked);
    }
  }
}
