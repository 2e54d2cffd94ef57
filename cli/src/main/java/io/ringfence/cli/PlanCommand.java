package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.DiffReport;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Style;
import io.ringfence.verifier.rollout.Rollout;
import java.util.Optional;
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
      "1:it could not be done, or would cost a cluster its quorum (see --force)",
      "2:something would change",
      "64:the command line is wrong"
    },
    footer = {
      "  ringfence plan",
      "  ringfence plan -o json site/",
      "  ringfence plan --out rollout/    # then on every machine: ringfence apply rollout/step-1",
      "                                   # and once that is everywhere: ... rollout/step-2"
    })
final class PlanCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private BlueprintParameters blueprint;
  @Mixin private StateFolderOption state;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Write each step's blueprint to FOLDER/step-1, FOLDER/step-2, for `ringfence apply`.")
  private Optional<String> out = Optional.empty();

  @Option(
      names = "--force",
      description = "Plan it in one step although a cluster would lose its quorum.")
  private boolean force;

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
    RolloutReport rollout = new RolloutReport(shell.out(), plan.after());
    switch (output) {
      case TEXT -> {
        print(plan, changes);
        rollout.print(plan.rollout());
      }
      case JSON -> Json.print(shell.out(), json(plan, changes, rollout));
    }
    if (plan.rollout() instanceof Rollout.Refused && !force) {
      shell.err().line("refused; --force plans it all the same, and the cluster stops meanwhile");
      return ExitCode.ERROR;
    }
    out.ifPresent(folder -> new RolloutFolder(shell, folder).write(loaded, steps(plan)));
    return changes ? ExitCode.CHANGES : ExitCode.OK;
  }

  private Optional<Rollout.InSteps> steps(PlannedChange plan) {
    return plan.rollout() instanceof Rollout.InSteps steps && !force
        ? Optional.of(steps)
        : Optional.empty();
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

  private static ObjectNode json(PlannedChange plan, boolean changes, RolloutReport rollout) {
    ObjectNode out = DiffReport.json(plan.diff()).put("changes", changes);
    plan.before().ifPresent(g -> out.put("generation", g.number()));
    out.set("rollout", rollout.json(plan.rollout()));
    return out;
  }
}
