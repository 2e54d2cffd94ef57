package io.ringfence.cli;

import io.ringfence.cli.output.Counted;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.ProgressBar;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab enforce}: the blueprint's rulesets, into every kernel of a lab. */
@Command(
    name = "enforce",
    description = {
      "Load every host's and router's ruleset, and read each back.",
      "It takes the place of what was enforced in the lab. A blueprint whose rules have changed"
          + " since `lab up` may be named."
    },
    exitCodeList = {
      "0:in force in every kernel, as the kernels say too",
      "1:no such lab is up, or the blueprint is not valid or another one's",
      "3:a kernel holds something else than the blueprint says",
      "64:the command line is wrong"
    },
    footer = {"  sudo ringfence lab enforce", "  sudo ringfence lab enforce next.yaml"})
final class LabEnforceCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private LabSelection selection;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  LabEnforceCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    try (LabSelection.Open open = selection.open(shell)) {
      List<String> differences = enforce(open);
      selection.labs(shell).keep(open.options().id(), open.loaded().texts());
      switch (output) {
        case TEXT -> print(open, differences);
        case JSON ->
            Json.print(
                shell.out(),
                Json.object()
                    .put("id", open.options().id())
                    .put("blueprint", open.loaded().blueprint().name())
                    .put("tables", open.lab().placements().size())
                    .set("differences", Json.strings(differences)));
      }
      return differences.isEmpty() ? ExitCode.OK : ExitCode.FINDINGS;
    }
  }

  private List<String> enforce(LabSelection.Open open) {
    try (ProgressBar bar = new ProgressBar(shell.err())) {
      return new LabEnforcement(open.lab(), open.loaded()).carryOut(bar::at);
    }
  }

  private void print(LabSelection.Open open, List<String> differences) {
    Screen out = shell.out();
    String where =
        open.loaded().blueprint().name()
            + ", in "
            + Counted.of(open.lab().placements().size(), "kernel");
    if (differences.isEmpty()) {
      out.line(
          out.in(Style.GREEN_BOLD, "in force")
              + "  "
              + where
              + ", read back from each: no flow too many, none missing");
      return;
    }
    out.line(out.in(Style.RED_BOLD, "differs") + "  " + where);
    differences.forEach(d -> out.prose("  ", "    ", d));
  }
}
