package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Counted;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.output.ProblemReport;
import io.ringfence.cli.terminal.Style;
import io.ringfence.language.Loaded;
import io.ringfence.language.Problem;
import io.ringfence.language.SourceFile;
import io.ringfence.model.Blueprint;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code validate}: is this a blueprint, and if not, what is wrong with it. */
@Command(
    name = "validate",
    description = "Say everything that is wrong with a blueprint, and what to write instead.",
    exitCodeList = {"0:valid", "1:not valid", "64:the command line is wrong"})
final class ValidateCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private BlueprintParameters blueprint;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  ValidateCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    List<SourceFile> files = new BlueprintReader(shell).read(blueprint.names);
    Loaded loaded = BlueprintSource.parse(files);
    switch (output) {
      case TEXT -> print(files, loaded);
      case JSON -> Json.print(shell.out(), json(loaded));
    }
    return loaded.blueprint().isPresent() ? ExitCode.OK : ExitCode.ERROR;
  }

  private void print(List<SourceFile> files, Loaded loaded) {
    if (!loaded.problems().isEmpty()) {
      new ProblemReport(shell.out(), files).print(loaded.problems());
    }
    loaded
        .blueprint()
        .ifPresent(
            b -> shell.out().line(shell.out().in(Style.GREEN_BOLD, "valid") + "  " + describe(b)));
  }

  /** {@code rag-platform: 5 segments, 9 workloads, ...}. */
  private static String describe(Blueprint b) {
    return b.name()
        + ": "
        + String.join(
            ", ",
            Counted.of(b.segments().size(), "segment"),
            Counted.of(b.workloads().size(), "workload"),
            Counted.of(b.tenants().size(), "tenant"),
            Counted.of(b.rules().size(), "rule"),
            Counted.of(b.guardrails().size(), "guardrail"),
            Counted.of(b.tests().size(), "test"));
  }

  private static ObjectNode json(Loaded loaded) {
    ObjectNode out = Json.object().put("valid", loaded.blueprint().isPresent());
    loaded.blueprint().ifPresent(b -> out.put("name", b.name()));
    out.set("problems", problems(loaded.problems()));
    return out;
  }

  static ArrayNode problems(List<Problem> problems) {
    ArrayNode out = Json.array();
    for (Problem problem : problems) {
      ObjectNode node = out.addObject();
      node.put("severity", problem.severity().name().toLowerCase(Locale.ROOT));
      node.setAll(Json.location(problem.at()));
      node.put("message", problem.message());
    }
    return out;
  }
}
