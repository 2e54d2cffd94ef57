package io.ringfence.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Counted;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.targets.nftables.read.Simplification;
import io.ringfence.targets.nftables.read.UnreadableException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code simplify}: a smaller ruleset that does the same, proved. */
@Command(
    name = "simplify",
    description = {
      "Print a smaller ruleset that does the same: without rules that make no difference, and with"
          + " neighbours that differ in one value made one.",
      "",
      "It is proved equal over all flows before it is printed, however what is not understood turns"
          + " out. Nothing is loaded. What was done, and what is left alone and why, is said on"
          + " standard error."
    },
    exitCodeList = {
      "0:an equal ruleset is printed, also where nothing could be simplified",
      "1:it cannot be read, or equality cannot be proved",
      "64:the command line is wrong"
    },
    footer = {
      "  ringfence simplify --nft /etc/nftables.conf >smaller.nft",
      "  sudo ringfence simplify --nft live -o json"
    })
final class SimplifyCommand implements Callable<Integer> {
  private final Shell shell;

  @Option(
      names = "--nft",
      required = true,
      paramLabel = "FILE",
      description = "nft's own text, JSON of `nft -j list ruleset`, or `live` for this kernel's.")
  private String file;

  @Mixin private NamespaceOption namespace;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  SimplifyCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    JsonNode listing = new ForeignRuleset(shell).readNft(file, namespace);
    try {
      Simplification simple = Simplification.of(listing);
      switch (output) {
        case TEXT -> {
          tell(simple, shell.err());
          shell.out().stream().print(new NftText(file).text(simple.ruleset().toString()));
        }
        case JSON -> Json.print(shell.out(), json(simple));
      }
      return ExitCode.OK;
    } catch (UnreadableException e) {
      throw new Failure("`" + file + "` is not simplified: " + e.getMessage(), e);
    }
  }

  private static void tell(Simplification simple, Screen out) {
    for (Simplification.Change change : simple.changes()) {
      String what = change.into().isEmpty() ? "dropped" : "merged";
      String places = String.join("; ", change.places());
      out.line(out.in(Style.YELLOW, what) + "  " + places);
      change.rules().forEach(r -> out.prose("    - ", "      ", r));
      if (!change.into().isEmpty()) {
        out.prose("    + ", "      ", change.into());
      }
      out.prose("    ", "      ", change.why());
    }
    for (Simplification.Left left : simple.left()) {
      out.prose(
          "left alone  ", "    ", left.place() + ": " + left.rule() + " (" + left.why() + ")");
    }
    out.line(
        "proved equal; "
            + Counted.of(simple.changes().size(), "change")
            + ", "
            + Counted.of(simple.left().size(), "rule")
            + " left alone for what else they do");
  }

  private static ObjectNode json(Simplification simple) {
    ObjectNode out = Json.object();
    out.set("ruleset", simple.ruleset());
    ArrayNode changes = out.putArray("changes");
    for (Simplification.Change change : simple.changes()) {
      ObjectNode node = changes.addObject();
      node.set("places", Json.strings(change.places()));
      node.set("rules", Json.strings(change.rules()));
      node.put("into", change.into()).put("why", change.why());
    }
    ArrayNode left = out.putArray("left");
    for (Simplification.Left one : simple.left()) {
      left.addObject().put("place", one.place()).put("rule", one.rule()).put("why", one.why());
    }
    return out;
  }
}
