package io.ringfence.cli;

import io.ringfence.cli.terminal.Style;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code confirm}: keep what was applied. */
@Command(
    name = "confirm",
    description = "Keep the generation that waits to be confirmed.",
    exitCodeList = {"0:kept", "1:none waits, or its time is up", "64:the command line is wrong"},
    footer = {"  sudo ringfence confirm"})
final class ConfirmCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private AgentOptions options;

  ConfirmCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    int generation = options.run(shell, (agent, namespace) -> agent.confirm());
    shell
        .out()
        .line(
            shell.out().in(Style.GREEN_BOLD, "confirmed")
                + "  generation "
                + generation
                + " stays in force");
    return ExitCode.OK;
  }
}
