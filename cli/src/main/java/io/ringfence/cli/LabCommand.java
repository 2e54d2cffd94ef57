package io.ringfence.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lab}: a blueprint's deployment from network namespaces. */
@Command(
    name = "lab",
    description = {
      "Build a blueprint's deployment from network namespaces of this machine: every host, router"
          + " and the internet, with something listening on every declared port.",
      "It has no route to this machine's own network: no packet leaves it."
    },
    exitCodeList = {"0:done", "1:it could not be done", "3:kernel and model differ"},
    footer = {
      "  sudo ringfence lab up examples/rag-platform.yaml",
      "  sudo ringfence lab enforce && sudo ringfence lab probe",
      "  sudo ringfence lab down"
    })
final class LabCommand implements Callable<Integer> {
  private final Shell shell;

  @Spec private CommandSpec spec;

  private LabCommand(Shell shell) {
    this.shell = shell;
  }

  /** With its own commands, in the order in which they are used. */
  static CommandLine line(Shell shell) {
    return new CommandLine(new LabCommand(shell))
        .addSubcommand("up", new LabUpCommand(shell))
        .addSubcommand("enforce", new LabEnforceCommand(shell))
        .addSubcommand("probe", new LabProbeCommand(shell))
        .addSubcommand("release", new LabReleaseCommand(shell))
        .addSubcommand("list", new LabListCommand(shell))
        .addSubcommand("down", new LabDownCommand(shell));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(shell.out().stream());
    return ExitCode.OK;
  }
}
