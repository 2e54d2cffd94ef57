package io.ringfence.cli;

import io.ringfence.cli.output.DiffReport;
import io.ringfence.cli.output.Json;
import io.ringfence.language.SourceFile;
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
      "Say what changes from one blueprint to another, or from a blueprint to a ruleset: flows"
          + " opened and closed, each with a witness.",
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
      "  ringfence diff ringfence.yaml ruleset.json --host web"
    })
final class DiffCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(index = "0", paramLabel = "BEFORE", description = "A blueprint's file or folder.")
  private String before;

  @Parameters(
      index = "1",
      paramLabel = "AFTER",
      description = "Another, or a ruleset in libnftables JSON.")
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
    LoadedBlueprint was = new BlueprintSource(shell).load(List.of(before));
    List<SourceFile> files = new BlueprintReader(shell).read(List.of(after));
    if (files.size() == 1 && RulesetFile.looksLike(files.getFirst().text())) {
      return ruleset(was, files.getFirst());
    }
    LoadedBlueprint is = new BlueprintSource(shell).loadFiles(files);
    BlueprintDiff diff =
        BlueprintDiff.of(new Subject(was.directory()), new Subject(is.directory()));
    switch (output) {
      case TEXT -> new DiffReport(shell.out()).print(diff);
      case JSON -> Json.print(shell.out(), DiffReport.json(diff));
    }
    return diff.isEmpty() ? ExitCode.OK : ExitCode.DIFFERENT;
  }

  private int ruleset(LoadedBlueprint was, SourceFile file) {
    Placement machine = placement.placement(was.directory());
    ReadBack back =
        ReadBack.compare(
            new NetworkProjection(was.directory()),
            machine,
            RulesetFile.parse(file.name(), file.text()));
    back.unreadable().stream()
        .findFirst()
        .ifPresent(
            u -> {
              throw new Failure("`" + file.name() + "` holds what is not understood: " + u);
            });
    ReadBackReport report = new ReadBackReport(shell.out(), was.directory());
    switch (output) {
      case TEXT -> report.printFlows(back);
      case JSON -> Json.print(shell.out(), ReadBackReport.json(back, machine, was.directory()));
    }
    return back.faithful() ? ExitCode.OK : ExitCode.DIFFERENT;
  }
}
