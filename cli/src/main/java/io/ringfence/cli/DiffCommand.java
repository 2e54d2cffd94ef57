package io.ringfence.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.DiffReport;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Style;
import io.ringfence.language.SourceFile;
import io.ringfence.targets.iptables.SaveFile;
import io.ringfence.targets.nftables.ArtifactDiff;
import io.ringfence.targets.nftables.NftablesRenderer;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.ReadBack;
import io.ringfence.verifier.BlueprintDiff;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.subject.Subject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code diff}: what the second permits and the first does not, and the other way round. */
@Command(
    name = "diff",
    description = {
      "Say what changes from one blueprint or ruleset to another: flows opened and closed, each"
          + " with a witness. A ruleset is what `render` writes, `nft -j list ruleset` prints,"
          + " nft's own text or what `iptables-save` prints, whoever wrote it; what is not"
          + " understood is taken to turn out alike where both have it, and changes that hang on it"
          + " say `perhaps`.",
    },
    exitCodeOnExecutionException = ExitCode.DIFF_ERROR,
    exitCodeList = {
      "0:no difference",
      "1:differences",
      "2:it could not be done",
      "64:the command line is wrong"
    },
    footer = {
      "  ringfence diff before.yaml after.yaml",
      "  ringfence diff ringfence.yaml ruleset.json --host web",
      "  ringfence diff old.nft new.json",
      "  ringfence diff ringfence.yaml /etc/nftables.conf --host web"
    })
final class DiffCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(
      index = "0",
      paramLabel = "BEFORE",
      description = "A blueprint's file or folder, or a ruleset.")
  private String before;

  @Parameters(
      index = "1",
      paramLabel = "AFTER",
      description = "Another. Rulesets are JSON or nft's text.")
  private String after;

  @Mixin private PlacementOptions placement;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  DiffCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    BlueprintReader reader = new BlueprintReader(shell);
    List<SourceFile> was = reader.read(List.of(before));
    List<SourceFile> is = reader.read(List.of(after));
    if (isRuleset(was)) {
      return isRuleset(is)
          ? rulesets(was.getFirst(), is.getFirst())
          : ruleset(blueprint(is), was.getFirst(), true);
    }
    return isRuleset(is)
        ? ruleset(blueprint(was), is.getFirst(), false)
        : blueprints(blueprint(was), blueprint(is));
  }

  private static boolean isRuleset(List<SourceFile> files) {
    return files.size() == 1
        && (RulesetFile.looksLike(files.getFirst().text())
            || SaveFile.looksLike(files.getFirst().text()));
  }

  /** Whether it has tables that are not ours. */
  private static boolean isForeign(JsonNode json) {
    for (JsonNode item : json.path("nftables")) {
      JsonNode table = (item.has("add") ? item.get("add") : item).path("table");
      if (table.isObject()
          && !(table.path("name").asText().equals(NftablesRenderer.TABLE)
              && table.path("family").asText().equals("inet"))) {
        return true;
      }
    }
    return false;
  }

  private LoadedBlueprint blueprint(List<SourceFile> files) {
    return new BlueprintSource(shell).loadFiles(files);
  }

  private int blueprints(LoadedBlueprint was, LoadedBlueprint is) {
    BlueprintDiff diff =
        BlueprintDiff.of(new Subject(was.directory()), new Subject(is.directory()));
    switch (output) {
      case TEXT -> new DiffReport(shell.out()).print(diff);
      case JSON -> Json.print(shell.out(), DiffReport.json(diff));
    }
    return diff.isEmpty() ? ExitCode.OK : ExitCode.DIFFERENT;
  }

  /** From the blueprint to the ruleset, or {@code back} from the ruleset to the blueprint. */
  private int ruleset(LoadedBlueprint blueprint, SourceFile file, boolean back) {
    JsonNode json = new ForeignRuleset(shell).parse(file);
    if (isForeign(json)) {
      if (!placement.isGiven()) {
        throw new Failure(
            "`"
                + file.name()
                + "` does not say whose ruleset it is; name --host HOST or --router"
                + " ROUTER");
      }
      Placement theirs = placement.placement(blueprint.directory());
      return new ForeignDiff(shell, output).ruleset(blueprint, theirs, json, back);
    }
    Placement machine =
        placement.isGiven()
            ? placement.placement(blueprint.directory())
            : new Placements(blueprint.directory()).of(json);
    ReadBack read = ReadBack.compare(new NetworkProjection(blueprint.directory()), machine, json);
    refuseUnreadable(file.name(), read.unreadable());
    ReadBackReport report = new ReadBackReport(shell.out(), blueprint.directory());
    switch (output) {
      case TEXT -> report.printFlows(read, back);
      case JSON ->
          Json.print(
              shell.out(),
              ReadBackReport.json(read, machine, blueprint.directory())
                  .put("from", back ? "ruleset" : "blueprint"));
    }
    return read.faithful() ? ExitCode.OK : ExitCode.DIFFERENT;
  }

  private int rulesets(SourceFile was, SourceFile is) {
    JsonNode first = new ForeignRuleset(shell).parse(was);
    JsonNode second = new ForeignRuleset(shell).parse(is);
    if (isForeign(first) || isForeign(second)) {
      return new ForeignDiff(shell, output).rulesets(first, second);
    }
    ArtifactDiff diff = ArtifactDiff.of(first, second);
    refuseUnreadable(was.name() + "` or `" + is.name(), diff.unreadable());
    switch (output) {
      case TEXT -> print(diff);
      case JSON -> Json.print(shell.out(), json(diff));
    }
    return diff.changes().isEmpty() ? ExitCode.OK : ExitCode.DIFFERENT;
  }

  private static void refuseUnreadable(String name, List<String> constructs) {
    if (!constructs.isEmpty()) {
      throw new Failure("`" + name + "` holds what is not understood: " + constructs.getFirst());
    }
  }

  /** Each with the rules that decide it in both. */
  private void print(ArtifactDiff diff) {
    for (ArtifactDiff.Change change : diff.changes()) {
      String flow = (change.opened() ? "+ " : "- ") + change.witness();
      Style style = change.opened() ? Style.GREEN : Style.RED;
      shell.out().line(shell.out().in(style, flow) + "  " + change.gate());
      shell.out().prose("    ", "      ", "before: " + change.before().getLast());
      shell.out().prose("    ", "      ", "after: " + change.after().getLast());
    }
  }

  private static ObjectNode json(ArtifactDiff diff) {
    ObjectNode out = Json.object();
    ArrayNode opened = out.putArray("opened");
    ArrayNode closed = out.putArray("closed");
    for (ArtifactDiff.Change change : diff.changes()) {
      ObjectNode node = (change.opened() ? opened : closed).addObject().put("gate", change.gate());
      node.set("witness", Json.flow(change.witness()));
      node.set("before", Json.strings(change.before()));
      node.set("after", Json.strings(change.after()));
    }
    return out;
  }
}
