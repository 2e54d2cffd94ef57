package io.ringfence.cli;

import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.ProgressBar;
import io.ringfence.lab.Lab;
import io.ringfence.lab.LabOptions;
import io.ringfence.lab.Labs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab down}: takes a lab away. */
@Command(
    name = "down",
    description = "Take a lab down, also what a killed run left of it.",
    exitCodeList = {
      "0:nothing of it is left, or there was nothing",
      "1:it belongs to a command that is still running, or cannot be taken down",
      "64:the command line is wrong"
    },
    footer = {"  sudo ringfence lab down", "  sudo ringfence lab down --all"})
final class LabDownCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private LabSelection selection;

  @Option(names = "--all", description = "All that no running command holds.")
  private boolean all;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  LabDownCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Labs labs = selection.labs(shell);
    List<String> down = new ArrayList<>();
    try (ProgressBar bar = new ProgressBar(shell.err())) {
      for (String id : ids(labs)) {
        if (Lab.down(new LabOptions(id).withStateDirectory(labs.stateDirectory()), bar::at)) {
          down.add(id);
        }
      }
    }
    switch (output) {
      case TEXT -> shell.out().line(said(down));
      case JSON -> Json.print(shell.out(), Json.object().set("down", Json.strings(down)));
    }
    return ExitCode.OK;
  }

  private List<String> ids(Labs labs) {
    return all
        ? labs.all().stream()
            .filter(e -> e.holder() != Labs.Holder.COMMAND)
            .map(Labs.Entry::id)
            .toList()
        : selection
            .named(shell)
            .or(() -> selection.theOnly(shell))
            .or(() -> theOnlyRemains(labs))
            .map(List::of)
            .orElse(List.of());
  }

  /** What one killed run left, where nothing is up. */
  private static java.util.Optional<String> theOnlyRemains(Labs labs) {
    List<String> left =
        labs.all().stream()
            .filter(e -> e.holder() == Labs.Holder.NOBODY)
            .map(Labs.Entry::id)
            .collect(Collectors.toList());
    return left.size() == 1 ? java.util.Optional.of(left.getFirst()) : java.util.Optional.empty();
  }

  private static String said(List<String> down) {
    return down.isEmpty()
        ? "No lab was up."
        : (down.size() == 1 ? "Lab " : "Labs ") + String.join(", ", down) + " taken down.";
  }
}
