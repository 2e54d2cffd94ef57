package io.ringfence.cli;

import io.ringfence.agent.Agent;
import io.ringfence.agent.AgentStatus;
import io.ringfence.agent.PersistUnit;
import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.cli.compile.CompiledState;
import io.ringfence.cli.output.Counted;
import io.ringfence.cli.output.FindingReport;
import io.ringfence.cli.output.FlowWords;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.rollout.Rollout;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Severity;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apply}: a blueprint into this machine's kernel, to be confirmed in time. */
@Command(
    name = "apply",
    description = {
      "Load a machine's ruleset into this kernel. It reverts by itself unless it is confirmed in"
          + " time, also when the connection or this command is lost.",
    },
    exitCodeList = {
      "0:in force, and waiting for `ringfence confirm`; or nothing to change",
      "1:refused or failed; then what was in force before still is",
      "64:the command line is wrong"
    },
    footer = {
      "  sudo ringfence apply --host web",
      "  sudo ringfence confirm   # from a new connection: that it can be opened is the proof",
      "  sudo ringfence apply site/ --router edge --confirm-within 5m --persist"
    })
final class ApplyCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private BlueprintParameters blueprint;
  @Mixin private PlacementOptions placement;
  @Mixin private AgentOptions options;

  @Option(
      names = "--confirm-within",
      paramLabel = "TIME",
      description = "30s, 5m, 1h: how long until it reverts; by default ${DEFAULT-VALUE}.")
  private String within = "60s";

  @Option(
      names = "--force",
      description =
          "Even if the management path, the SSH connection in use, or the quorum of a cluster would"
              + " be cut.")
  private boolean force;

  @Option(
      names = "--persist",
      description = "Have the confirmed generation loaded at boot, and kept by an agent.")
  private boolean persist;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  ApplyCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Duration limit = Facts.span(within);
    Privileges.require();
    refusePersistingElsewhere();
    LoadedBlueprint loaded = new BlueprintSource(shell).load(blueprint.names);
    PlannedChange plan = PlannedChange.of(options.store(shell), loaded);
    refuseWhatDoesNotHold(loaded, Verification.of(plan.after()));
    refuseWithoutQuorum(plan);
    return options.run(shell, (agent, namespace) -> apply(agent, namespace, loaded, plan, limit));
  }

  private void refusePersistingElsewhere() {
    if (persist && options.isElsewhere()) {
      throw new Failure(
          "--persist is for this machine's own network: a namespace is not there at boot");
    }
  }

  private void refuseWhatDoesNotHold(LoadedBlueprint loaded, Verification verification) {
    List<Finding> errors = verification.findings(Severity.ERROR);
    if (!errors.isEmpty()) {
      new FindingReport(shell.err(), loaded.files(), new FlowWords(loaded.directory()))
          .printBad(errors);
      throw new Failure(
          loaded.blueprint().name()
              + " does not hold ("
              + Counted.of(errors.size(), "error")
              + "); nothing was applied");
    }
  }

  private void refuseWithoutQuorum(PlannedChange plan) {
    if (force || plan.rollout() instanceof Rollout.AnyOrder) {
      return;
    }
    new RolloutReport(shell.err(), plan.after()).print(plan.rollout());
    throw new Failure(
        plan.rollout() instanceof Rollout.InSteps
            ? "a cluster would lose its quorum; have the steps written by `ringfence plan --out"
                + " FOLDER` and apply FOLDER/step-1 to every machine first. Nothing was applied"
            : "a cluster would lose its quorum; nothing was applied (--force applies it, and the"
                + " cluster stops)");
  }

  private int apply(
      Agent agent,
      NetworkNamespace namespace,
      LoadedBlueprint loaded,
      PlannedChange plan,
      Duration limit) {
    Placement machine =
        placement.isGiven()
            ? placement.placement(loaded.directory())
            : new Placements(loaded.directory()).here(namespace);
    CompiledState desired = new CompiledState(loaded.texts(), plan.after().projection(), machine);
    AgentStatus status = agent.status();
    refuseWhileOneWaits(status);
    if (!force && isInForce(status, plan, desired)) {
      sayNothing(plan.before().orElseThrow().number());
      persist();
      return ExitCode.OK;
    }
    if (output == OutputFormat.TEXT) {
      plan.print(shell.out());
      shell.out().line();
    }
    if (!agreed(machine)) {
      shell.out().line("Nothing was applied.");
      return ExitCode.ERROR;
    }
    say(agent.apply(desired, limit, force), desired.placement());
    persist();
    return ExitCode.OK;
  }

  /** The agent refuses too, but only after the plan was shown and agreed to. */
  private void refuseWhileOneWaits(AgentStatus status) {
    status
        .pending()
        .filter(p -> p.deadline().isAfter(shell.clock().instant()))
        .ifPresent(
            p -> {
              throw new Failure(
                  "generation %d waits to be confirmed: `ringfence confirm%s` or `ringfence rollback%s` first"
                      .formatted(p.number(), options.repeated(), options.repeated()));
            });
  }

  /** The same blueprint on the same machine, and a kernel that holds it. */
  private static boolean isInForce(AgentStatus status, PlannedChange plan, CompiledState desired) {
    return !plan.changes(desired.sources())
        && status.placement().equals(desired.placement())
        && status.pending().isEmpty()
        && status.drift().isEmpty();
  }

  private void sayNothing(int generation) {
    switch (output) {
      case TEXT ->
          shell
              .out()
              .line(
                  shell.out().in(Style.GREEN_BOLD, "same")
                      + "  generation "
                      + generation
                      + " is this blueprint, and in force");
      case JSON ->
          Json.print(
              shell.out(), Json.object().put("generation", generation).put("applied", false));
    }
  }

  private boolean agreed(Placement machine) {
    if (yes) {
      return true;
    }
    if (!shell.terminal().asks()) {
      throw new Failure("nobody is there to be asked; --yes applies without asking");
    }
    return Answers.yes(
        shell,
        "Apply this to %s? It reverts in %s unless confirmed."
            .formatted(Placements.title(machine), within));
  }

  private void say(Agent.Applied applied, String machine) {
    if (output == OutputFormat.JSON) {
      Json.print(
          shell.out(),
          Json.object()
              .put("generation", applied.generation())
              .put("applied", true)
              .put("placement", machine)
              .put("revertsAt", applied.confirmBefore().toString())
              .put("takenOver", applied.takenOver()));
      return;
    }
    Screen out = shell.out();
    out.line(
        out.in(Style.GREEN_BOLD, "in force")
            + "  generation "
            + applied.generation()
            + " on "
            + machine
            + ", as the kernel says too");
    if (applied.takenOver() > 0) {
      out.line(
          "          "
              + Counted.of(applied.takenOver(), "live connection")
              + " taken over, none cut");
    }
    out.line(
        out.in(Style.YELLOW_BOLD, "reverts ")
            + "  in "
            + within
            + " unless you run:  ringfence confirm"
            + options.repeated());
  }

  private void persist() {
    if (!persist) {
      return;
    }
    new PersistUnit(Installation.command(shell), options.store(shell).folder())
        .write(Installation.units(shell));
    shell
        .err()
        .line(
            "at boot   the confirmed generation is loaded before the network is up; to have it kept"
                + " from now on: systemctl daemon-reload && systemctl start ringfence-agent");
  }
}
