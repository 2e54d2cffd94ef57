package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Style;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  RollbackCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    OptionalInt to = generation == null ? OptionalInt.empty() : OptionalInt.of(generation);
    OptionalInt now = options.run(shell, (agent, namespace) -> agent.rollback(to));
    switch (output) {
      case TEXT -> shell.out().line(now.isPresent() ? inForce(now.getAsInt()) : nothing());
      case JSON -> {
        ObjectNode out = Json.object();
        now.ifPresent(n -> out.put("generation", n));
        Json.print(shell.out(), out);
      }
    }
    return ExitCode.OK;
  }

  private String inForce(int generation) {
    return shell.out().in(Style.GREEN_BOLD, "in force") + "  generation " + generation;
  }

  private String nothing() {
    return shell.out().in(Style.YELLOW_BOLD, "nothing in force")
        + "  the table is gone; whatever the network lets through passes";
  }
}
