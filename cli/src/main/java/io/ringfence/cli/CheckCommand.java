package io.ringfence.cli;

import io.ringfence.agent.KernelTable;
import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.cli.output.Counted;
import io.ringfence.cli.output.DiffReport;
import io.ringfence.cli.output.FlowWords;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.model.Directory;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.ReadBack;
import io.ringfence.verifier.BlueprintDiff;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.subject.Subject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code check}: whether what is there does exactly what the blueprint says. */
@Command(
    name = "check",
    description = {
      "Say whether a ruleset, or the kernel, lets through exactly what the blueprint permits; or"
          + " whether two blueprints permit the same.",
    },
    exitCodeList = {
      "0:faithful: neither excess nor missing",
      "1:it could not be read",
      "3:it differs",
      "64:the command line is wrong"
    },
    footer = {
      "  ringfence check ruleset.json --host web      # of `ringfence render -o json` or `nft -j"
          + " list`",
      "  sudo ringfence check live --host web         # what the kernel holds now",
      "  ringfence check before.yaml after.yaml",
      "  ringfence check --nft /etc/nftables.conf --host web",
      "  iptables-save >v4; ip6tables-save >v6; ringfence check --nft v4 --nft v6 --host web"
    })
final class CheckCommand implements Callable<Integer> {
  /** The artifact that is the kernel's own. */
  private static final String LIVE = "live";

  private static final String OBSERVED = "observed only, and let through: ";

  private final Shell shell;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ARTIFACT",
      description =
          "libnftables JSON, `-` for standard input, `live` for this kernel; or a blueprint.")
  private String artifact = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "BLUEPRINT",
      description = "A second blueprint, to compare the first with.")
  private Optional<String> other = Optional.empty();

  @Option(
      names = "--nft",
      paramLabel = "FILE",
      description =
          "A whole ruleset that somebody else wrote: nft's own text or JSON, what iptables-save and"
              + " ip6tables-save print (give both), or `live` for this kernel's. With --host or"
              + " --router it is held against the blueprint, else told what it lets through.")
  private List<String> foreign = List.of();

  @Mixin private PlacementOptions placement;
  @Mixin private BlueprintOption blueprint;
  @Mixin private NamespaceOption namespace;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  CheckCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (!foreign.isEmpty()) {
      return new ForeignCheck(shell, output).run(foreign, placement, blueprint, namespace);
    }
    if (artifact.isEmpty()) {
      throw new Failure("name what to check: ARTIFACT, or --nft FILE");
    }
    return other.isPresent() ? checkBlueprints(other.get()) : checkArtifact();
  }

  private int checkBlueprints(String second) {
    BlueprintSource source = new BlueprintSource(shell);
    LoadedBlueprint before = source.load(List.of(artifact));
    LoadedBlueprint after = source.load(List.of(second));
    BlueprintDiff diff =
        BlueprintDiff.of(new Subject(before.directory()), new Subject(after.directory()));
    boolean same =
        diff.opened().isEmpty()
            && diff.closed().isEmpty()
            && diff.granted().isEmpty()
            && diff.revoked().isEmpty();
    if (output == OutputFormat.JSON) {
      Json.print(shell.out(), DiffReport.json(diff).put("faithful", same));
    } else if (same) {
      say("both permit the same flows and the same operations");
    } else {
      new DiffReport(shell.out()).print(diff);
    }
    return same ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private int checkArtifact() {
    LoadedBlueprint loaded = new BlueprintSource(shell).load(blueprint.names);
    Placement machine = placement.placement(loaded.directory());
    NetworkProjection projection = new NetworkProjection(loaded.directory());
    ReadBack back = ReadBack.compare(projection, machine, RulesetFile.parse(artifact, json()));
    if (!back.unreadable().isEmpty()) {
      String first = back.unreadable().getFirst();
      int more = back.unreadable().size() - 1;
      throw new Failure(
          "`%s` holds what is not understood: %s%s"
              .formatted(artifact, first, more > 0 ? ", and " + more + " more" : ""));
    }
    switch (output) {
      case TEXT -> print(back, machine, loaded.directory());
      case JSON -> Json.print(shell.out(), ReadBackReport.json(back, machine, loaded.directory()));
    }
    return back.faithful() ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private String json() {
    if (artifact.equals(LIVE)) {
      try (NetworkNamespace entered = namespace.enter()) {
        return new KernelTable(entered)
            .listing()
            .orElseThrow(
                () -> new Failure("the kernel has no table `inet " + KernelTable.NAME + "`"));
      }
    }
    return new BlueprintReader(shell).read(List.of(artifact)).getFirst().text();
  }

  private void print(ReadBack back, Placement machine, Directory directory) {
    Screen out = shell.out();
    if (back.faithful()) {
      say(Placements.title(machine) + ": lets through exactly the blueprint's flows");
    } else {
      new ReadBackReport(out, directory).print(back);
      long excess = count(back, ReadBack.Kind.EXCESS);
      long missing = back.differences().size() - excess;
      out.line(
          "%s: %s, %s"
              .formatted(
                  Placements.title(machine),
                  Counted.of(excess, "kind") + " of flow in excess",
                  missing + " missing"));
    }
    back.observed().witness().ifPresent(w -> out.line(OBSERVED + new FlowWords(directory).text(w)));
  }

  private static long count(ReadBack back, ReadBack.Kind kind) {
    return back.differences().stream().filter(d -> d.kind() == kind).count();
  }

  private void say(String text) {
    shell.out().line(shell.out().in(Style.GREEN_BOLD, "faithful") + "  " + text);
  }
}
