package io.ringfence.cli;

import io.ringfence.cli.output.Counted;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.targets.nftables.Generation;
import io.ringfence.targets.nftables.NftablesRenderer;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.Residue;
import io.ringfence.targets.nftables.ruleset.Ruleset;
import io.ringfence.verifier.projection.NetworkProjection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code render}: the nftables ruleset of a machine, and what it leaves to others. */
@Command(
    name = "render",
    description = {
      "Print the nftables ruleset of a machine, or write those of all.",
      "What no packet filter can enforce is named on standard error, with who enforces it."
    },
    exitCodeList = {
      "0:rendered",
      "1:the blueprint is not valid, or has no such machine",
      "64:the command line is wrong"
    },
    footer = {
      "  ringfence render --host web",
      "  ringfence render --host 10.20.2.11 -o json | sudo nft -j -c -f -",
      "  ringfence render --all --out rulesets/"
    })
final class RenderCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private BlueprintParameters blueprint;

  @Mixin private PlacementOptions placement;

  @Option(names = "--all", description = "Every host and router; needs --out.")
  private boolean all;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      description = "A file to write to, or with --all a folder.")
  private Optional<String> out = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; both load with nft(8).")
  private Format output = Format.NFT;

  private enum Format {
    NFT(".nft"),
    JSON(".json");

    private final String ending;

    Format(String ending) {
      this.ending = ending;
    }

    String text(Ruleset ruleset) {
      return switch (this) {
        case NFT -> ruleset.text();
        case JSON -> ruleset.json().toPrettyString() + "\n";
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  RenderCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    LoadedBlueprint loaded = new BlueprintSource(shell).load(blueprint.names);
    NetworkProjection projection = new NetworkProjection(loaded.directory());
    Placements placements = new Placements(loaded.directory());
    if (all) {
      renderAll(projection, placements.all());
    } else {
      Placement one = placement.placement(loaded.directory());
      OutputFile.write(shell, out, text(projection, one));
      say(Residue.of(projection, one));
    }
    return ExitCode.OK;
  }

  /** Generation 1: {@code apply} stamps the number of its own. */
  private String text(NetworkProjection projection, Placement placement) {
    return output.text(NftablesRenderer.render(projection, placement, new Generation(1)));
  }

  private void renderAll(NetworkProjection projection, List<Placement> placements) {
    String folder = out.orElseThrow(() -> new Failure("--all needs --out FOLDER"));
    Set<Residue> residue = new LinkedHashSet<>();
    for (Placement placement : placements) {
      String name = Placements.title(placement).replace(' ', '-') + output.ending;
      Path path = shell.path(folder).resolve(name);
      OutputFile.write(path, folder + "/" + name, text(projection, placement));
      residue.addAll(Residue.of(projection, placement));
    }
    shell.err().line("written  " + folder + ": " + Counted.of(placements.size(), "ruleset"));
    say(new ArrayList<>(residue));
  }

  private void say(List<Residue> residue) {
    if (residue.isEmpty()) {
      return;
    }
    Screen err = shell.err();
    err.line(err.in(Style.BOLD, "Residue") + ", which no packet filter enforces:");
    for (Residue one : residue) {
      err.prose("  - ", "    ", one.text() + " " + err.in(Style.DIM, "(" + one.at() + ")"));
    }
  }
}
