package io.ringfence.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.FlowWords;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.targets.nftables.ImportedComparison;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.ReadBack;
import io.ringfence.targets.nftables.read.ImportedDiff;
import io.ringfence.targets.nftables.read.ImportedDiff.Change;
import io.ringfence.targets.nftables.read.ImportedRuleset;
import io.ringfence.targets.nftables.read.UnreadableException;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.List;

/** {@code diff} where a side is a ruleset that somebody else wrote. */
final class ForeignDiff {
  private final Shell shell;
  private final OutputFormat output;

  ForeignDiff(Shell shell, OutputFormat output) {
    this.shell = shell;
    this.output = output;
  }

  int rulesets(JsonNode before, JsonNode after) {
    List<Change> changes;
    try {
      changes = ImportedDiff.of(before, after);
    } catch (UnreadableException e) {
      throw new Failure("the rulesets cannot be compared: " + e.getMessage(), e);
    }
    switch (output) {
      case TEXT -> changes.forEach(this::print);
      case JSON -> Json.print(shell.out(), json(changes));
    }
    return changes.isEmpty() ? ExitCode.OK : ExitCode.DIFFERENT;
  }

  private void print(Change change) {
    head(change.opened(), change.witness().toString(), change.gate(), change.certain());
    Screen out = shell.out();
    out.prose("    ", "      ", "before: " + last(change.before()));
    out.prose("    ", "      ", "after: " + last(change.after()));
    change.dependsOn().forEach(d -> out.prose("    ", "      ", d));
  }

  private void head(boolean opened, String flow, String gate, boolean certain) {
    Screen out = shell.out();
    out.line(
        out.in(opened ? Style.GREEN : Style.RED, (opened ? "+ " : "- ") + flow)
            + "  "
            + gate
            + (certain ? "" : ", perhaps"));
  }

  private static String last(List<String> trace) {
    return trace.isEmpty() ? "no rule; accept" : trace.getLast();
  }

  private static ObjectNode json(List<Change> changes) {
    ObjectNode out = Json.object();
    ArrayNode opened = out.putArray("opened");
    ArrayNode closed = out.putArray("closed");
    for (Change change : changes) {
      ObjectNode node = (change.opened() ? opened : closed).addObject().put("gate", change.gate());
      node.put("certain", change.certain()).set("witness", Json.flow(change.witness()));
      node.set("before", Json.strings(change.before()));
      node.set("after", Json.strings(change.after()));
      node.set("dependsOn", Json.strings(change.dependsOn()));
    }
    return out;
  }

  /** From a blueprint to a ruleset, or {@code back}. */
  int ruleset(LoadedBlueprint blueprint, Placement machine, JsonNode listing, boolean back) {
    FlowSpace space = FlowSpace.of(blueprint.directory());
    NetworkProjection projection = new NetworkProjection(blueprint.directory());
    List<ImportedComparison.Difference> differences;
    try {
      ImportedRuleset ruleset = ImportedRuleset.read(listing, space);
      differences = ImportedComparison.compare(projection, machine, ruleset, space);
    } catch (UnreadableException e) {
      throw new Failure("the ruleset cannot be read: " + e.getMessage(), e);
    }
    FlowWords words = new FlowWords(blueprint.directory());
    ObjectNode json = Json.object().put("from", back ? "ruleset" : "blueprint");
    ArrayNode opened = json.putArray("opened");
    ArrayNode closed = json.putArray("closed");
    for (ImportedComparison.Difference d : differences) {
      boolean opens = d.kind() == ReadBack.Kind.EXCESS != back;
      if (output == OutputFormat.TEXT) {
        head(opens, words.text(d.witness()), d.gate(), d.certain());
        shell.out().prose("    ", "      ", last(d.trace()));
      } else {
        ObjectNode node = (opens ? opened : closed).addObject().put("gate", d.gate());
        node.put("certain", d.certain()).set("witness", Json.flow(d.witness()));
        node.set("trace", Json.strings(d.trace()));
        node.set("dependsOn", Json.strings(d.dependsOn()));
      }
    }
    if (output == OutputFormat.JSON) {
      Json.print(shell.out(), json);
    }
    return differences.isEmpty() ? ExitCode.OK : ExitCode.DIFFERENT;
  }
}
