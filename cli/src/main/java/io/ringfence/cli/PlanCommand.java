package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.DiffReport;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Style;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code plan}: what applying would change. */
@Command(
    name = "plan",
    description =
        "Say what applying would change against the last confirmed generation: rules, flows opened"
            + " and closed, blast radius.",
    exitCodeList = {
      "0:nothing would change",
      "1:it could not be done",
      "2:something would change",
      "64:the command line is wrong"
    },
    footer = {"  ringfence plan", "  ringfence plan -o json site/"})
final class PlanCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private BlueprintParameters blueprint;
  @Mixin private StateFolderOption state;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  PlanCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    LoadedBlueprint loaded = new BlueprintSource(shell).load(blueprint.names);
    PlannedChange plan = PlannedChange.of(state.store(shell), loaded);
    boolean changes = plan.changes(loaded.texts());
    switch (output) {
      case TEXT -> print(plan, changes);
      case JSON -> Json.print(shell.out(), json(plan, changes));
    }
    return changes ? ExitCode.CHANGES : ExitCode.OK;
  }

  private void print(PlannedChange plan, boolean changes) {
    if (changes) {
      plan.print(shell.out());
    } else {
      shell
          .out()
          .line(
              shell.out().in(Style.GREEN_BOLD, "same")
                  + "  generation "
                  + plan.before().orElseThrow().number()
                  + " is this blueprint");
    }
  }

  private static ObjectNode json(PlannedChange plan, boolean changes) {
    ObjectNode out = DiffReport.json(plan.diff()).put("changes", changes);
    plan.before().ifPresent(g -> out.put("generation", g.number()));
    return out;
  }
}
