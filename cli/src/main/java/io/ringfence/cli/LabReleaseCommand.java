package io.ringfence.cli;

import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Style;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab release}: nothing is enforced in a lab any more. */
@Command(
    name = "release",
    description = "Take every ruleset out of the lab's kernels again.",
    exitCodeList = {
      "0:nothing is enforced in it",
      "1:no such lab is up",
      "64:the command line is wrong"
    },
    footer = {"  sudo ringfence lab release"})
final class LabReleaseCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private LabSelection selection;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  LabReleaseCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    try (LabSelection.Open open = selection.open(shell)) {
      open.lab().release();
      switch (output) {
        case TEXT ->
            shell
                .out()
                .line(
                    shell.out().in(Style.YELLOW_BOLD, "released")
                        + "  nothing is enforced in lab "
                        + open.options().id()
                        + " any more");
        case JSON ->
            Json.print(
                shell.out(),
                Json.object()
                    .put("id", open.options().id())
                    .put("blueprint", open.loaded().blueprint().name()));
      }
    }
    return ExitCode.OK;
  }
}
