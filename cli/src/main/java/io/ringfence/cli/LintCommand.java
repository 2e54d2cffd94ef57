package io.ringfence.cli;

import io.ringfence.cli.output.Counted;
import io.ringfence.cli.output.FindingReport;
import io.ringfence.cli.output.FlowWords;
import io.ringfence.cli.output.Report;
import io.ringfence.cli.terminal.Style;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.subject.Subject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lint}: what is more open than it need be. */
@Command(
    name = "lint",
    description = "Say what is more open than it need be, each with a flow that shows it.",
    exitCodeList = {
      "0:nothing found",
      "1:the blueprint is not valid",
      "3:something found",
      "64:the command line is wrong"
    },
    footer = {"  ringfence lint", "  ringfence lint site/ -o sarif --out ringfence.sarif"})
final class LintCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private FindingOptions options;

  LintCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Optional<LoadedBlueprint> loaded = options.load(shell);
    if (loaded.isEmpty()) {
      return ExitCode.ERROR;
    }
    Subject subject = new Subject(loaded.get().directory());
    Report report =
        new Enforcement(subject.projection()).of(new Report(cases(Verification.lint(subject))));
    if (options.isText()) {
      print(loaded.get(), report);
    } else {
      options.write(shell, loaded.get().blueprint().name(), report);
    }
    return report.isClean() ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private static List<Report.Case> cases(Verification lint) {
    return Verdicts.of(lint).stream()
        .filter(c -> c.group().equals(Verdicts.LEAST_PRIVILEGE) || !c.findings().isEmpty())
        .toList();
  }

  private void print(LoadedBlueprint loaded, Report report) {
    FindingReport out =
        new FindingReport(shell.out(), loaded.files(), new FlowWords(loaded.directory()));
    out.printBad(report.findings());
    out.printWorthKnowing(report.findings());
    String name = loaded.blueprint().name();
    if (report.isClean()) {
      String checks = Counted.of(report.cases().size(), "check");
      shell.out().line(shell.out().in(Style.GREEN_BOLD, "clean") + "  " + name + ": " + checks);
    } else {
      shell.out().line(name + ": " + out.summary(report.findings()));
    }
  }
}
