package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.FindingReport;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.output.JunitReport;
import io.ringfence.cli.output.ProblemReport;
import io.ringfence.cli.output.Report;
import io.ringfence.cli.output.SarifLog;
import io.ringfence.language.Loaded;
import io.ringfence.language.SourceFile;
import io.ringfence.model.Directory;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code lint} and {@code verify} have in common: the blueprint, the format, the file. */
final class FindingOptions {
  @Mixin private BlueprintParameters blueprint;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private FindingFormat output = FindingFormat.TEXT;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write to this file instead of standard output.")
  private Optional<String> file = Optional.empty();

  boolean isText() {
    return output == FindingFormat.TEXT;
  }

  /** The blueprint's proof from now on. */
  ProofWatch watch(Shell shell) {
    boolean asJson = output == FindingFormat.JSON;
    if (!isText() && !asJson || file.isPresent()) {
      throw new Failure("--watch writes to standard output, as text or json");
    }
    if (blueprint.names.contains(BlueprintReader.STANDARD_INPUT)) {
      throw new Failure("--watch needs files; standard input does not change");
    }
    return new ProofWatch(shell, blueprint.names, asJson);
  }

  /**
   * The blueprint to check; absent when it is not valid, which is then said in the format that was
   * asked for.
   */
  Optional<LoadedBlueprint> load(Shell shell) {
    List<SourceFile> files = new BlueprintReader(shell).read(blueprint.names);
    Loaded loaded = BlueprintSource.parse(files);
    if (loaded.blueprint().isEmpty()) {
      sayInvalid(shell, files, loaded);
      return Optional.empty();
    }
    if (!loaded.problems().isEmpty()) {
      new ProblemReport(shell.err(), files).print(loaded.problems());
    }
    return loaded
        .blueprint()
        .map(b -> new LoadedBlueprint(files, b, new Directory(b), loaded.problems()));
  }

  private void sayInvalid(Shell shell, List<SourceFile> files, Loaded loaded) {
    switch (output) {
      case TEXT -> throw new InvalidBlueprint(files, loaded.problems());
      case JSON -> {
        ObjectNode out = Json.object().put("valid", false);
        out.set("problems", ValidateCommand.problems(loaded.problems()));
        OutputFile.write(shell, file, out.toPrettyString());
      }
      case CSV -> OutputFile.write(shell, file, FindingReport.csvOfProblems(loaded.problems()));
      case SARIF -> {
        SarifLog log = new SarifLog(RootCommand.version());
        OutputFile.write(shell, file, log.ofProblems(loaded.problems()).toPrettyString());
      }
      case JUNIT -> OutputFile.write(shell, file, JunitReport.ofProblems(loaded.problems()));
    }
  }

  /** Writes a report for machines. */
  void write(Shell shell, String name, Report report) {
    switch (output) {
      case TEXT -> throw new IllegalStateException("people are told otherwise");
      case JSON -> OutputFile.write(shell, file, json(name, report).toPrettyString());
      case CSV -> OutputFile.write(shell, file, FindingReport.csv(report.findings()));
      case SARIF -> {
        SarifLog log = new SarifLog(RootCommand.version());
        OutputFile.write(shell, file, log.of(report.findings()).toPrettyString());
      }
      case JUNIT -> OutputFile.write(shell, file, JunitReport.of(name, report));
    }
  }

  private static ObjectNode json(String name, Report report) {
    ObjectNode out = Json.object().put("valid", true).put("name", name);
    out.put("clean", report.isClean());
    ObjectNode checked = out.putObject("checked");
    for (Report.Case one : report.cases()) {
      ObjectNode node =
          checked
              .withArray("/" + one.group().replace(' ', '-'))
              .addObject()
              .put("name", one.name());
      node.put("holds", one.holds());
    }
    out.set("findings", FindingReport.json(report.findings()));
    return out;
  }
}
