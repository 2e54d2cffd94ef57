package io.ringfence.cli;

import io.ringfence.cli.terminal.Style;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code rollback}: back to an earlier generation. */
@Command(
    name = "rollback",
    description = {
      "Take back the generation that waits to be confirmed; else go to an earlier one.",
    },
    exitCodeList = {"0:done", "1:there is nothing to go back to", "64:the command line is wrong"},
    footer = {"  sudo ringfence rollback", "  sudo ringfence rollback 3"})
final class RollbackCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private AgentOptions options;

  @Parameters(
      arity = "0..1",
      paramLabel = "GENERATION",
      description = "The one to go to; by default the last that was confirmed.")
  private Integer generation;

  RollbackCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    OptionalInt to = generation == null ? OptionalInt.empty() : OptionalInt.of(generation);
    OptionalInt now = options.run(shell, (agent, namespace) -> agent.rollback(to));
    shell
        .out()
        .line(
            now.isPresent()
                ? shell.out().in(Style.GREEN_BOLD, "in force")
                    + "  generation "
                    + now.getAsInt()
                    + ", confirmed"
                : shell.out().in(Style.YELLOW_BOLD, "nothing in force")
                    + "  the table is gone; whatever the network lets through passes");
    return ExitCode.OK;
  }
}
