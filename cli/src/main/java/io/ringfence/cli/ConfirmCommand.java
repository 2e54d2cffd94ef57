package io.ringfence.cli;

import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Style;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code confirm}: keep what was applied. */
@Command(
    name = "confirm",
    description = "Keep the generation that waits to be confirmed.",
    exitCodeList = {"0:kept", "1:none waits, or its time is up", "64:the command line is wrong"},
    footer = {"  sudo ringfence confirm"})
final class ConfirmCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private AgentOptions options;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  ConfirmCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    int generation = options.run(shell, (agent, namespace) -> agent.confirm());
    switch (output) {
      case TEXT ->
          shell
              .out()
              .line(
                  shell.out().in(Style.GREEN_BOLD, "confirmed")
                      + "  generation "
                      + generation
                      + " stays in force");
      case JSON -> Json.print(shell.out(), Json.object().put("generation", generation));
    }
    return ExitCode.OK;
  }
}
