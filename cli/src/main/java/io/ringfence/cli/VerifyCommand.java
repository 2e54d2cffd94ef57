package io.ringfence.cli;

import io.ringfence.cli.output.Counted;
import io.ringfence.cli.output.FindingReport;
import io.ringfence.cli.output.FlowWords;
import io.ringfence.cli.output.Report;
import io.ringfence.cli.terminal.ProgressBar;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.cli.terminal.TextWrap;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.subject.Severity;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code verify}: proves guardrails, least privilege, tests and every artifact. */
@Command(
    name = "verify",
    description =
        "Prove the guardrails, least privilege, the tests, and the ruleset of every machine.",
    exitCodeList = {
      "0:all holds",
      "1:the blueprint is not valid",
      "3:something does not hold, or is more open than it need be",
      "64:the command line is wrong"
    },
    footer = {
      "  ringfence verify",
      "  ringfence verify site/ -o junit --out verify.xml",
      "  ringfence verify --watch site/"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int GROUP_WIDTH = 17;

  private final Shell shell;

  @Mixin private FindingOptions options;

  @Option(
      names = "--watch",
      description = {
        "Go on: prove again whenever a file of the blueprint changes, at the cost of what changed,"
            + " and say which findings came and went. Without the rulesets. Ends with Ctrl-C."
      })
  private boolean watch;

  VerifyCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (watch) {
      return options.watch(shell).run();
    }
    long begun = System.nanoTime();
    Optional<LoadedBlueprint> loaded = options.load(shell);
    if (loaded.isEmpty()) {
      return ExitCode.ERROR;
    }
    Report report = report(loaded.get());
    if (options.isText()) {
      print(loaded.get(), report, System.nanoTime() - begun);
    } else {
      options.write(shell, loaded.get().blueprint().name(), report);
    }
    return report.isClean() ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private Report report(LoadedBlueprint loaded) {
    Subject subject = new Subject(loaded.directory());
    List<Report.Case> cases = new ArrayList<>(Verdicts.of(Verification.of(subject)));
    try (ProgressBar bar = new ProgressBar(shell.err())) {
      cases.addAll(new Artifacts(subject.projection()).prove(bar::at));
    }
    return new Enforcement(subject.projection()).of(new Report(cases));
  }

  private void print(LoadedBlueprint loaded, Report report, long nanos) {
    Screen out = shell.out();
    FindingReport findings =
        new FindingReport(out, loaded.files(), new FlowWords(loaded.directory()));
    boolean quiet = !findings.printBad(report.findings());
    out.line(quiet ? out.in(Style.BOLD, loaded.blueprint().name()) : "");
    group(report, Verdicts.GUARDRAILS, "guardrail", "proved over every flow there can be");
    group(report, Verdicts.TESTS, "test", "as expected");
    group(report, Verdicts.LEAST_PRIVILEGE, "check", "find nothing");
    group(report, Artifacts.GROUP, "ruleset", "read back: exactly the blueprint's flows");
    findings.printWorthKnowing(report.findings());
    out.line();
    out.line(verdict(findings, report) + String.format("  in %.2f s", nanos / 1e9));
  }

  private void group(Report report, String group, String noun, String good) {
    List<Report.Case> cases = report.cases().stream().filter(c -> c.group().equals(group)).toList();
    List<Report.Case> failed = cases.stream().filter(c -> !c.holds()).toList();
    String text =
        failed.isEmpty()
            ? Counted.of(cases.size(), noun) + " " + good
            : failed.size() + " of " + Counted.of(cases.size(), noun) + ": " + names(failed);
    Screen out = shell.out();
    String mark = mark(failed);
    String label = "  " + mark + " " + TextWrap.padded(group, GROUP_WIDTH);
    out.prose(label, " ".repeat(TextWrap.columns(label)), cases.isEmpty() ? "none" : text);
  }

  private String mark(List<Report.Case> failed) {
    boolean wrong =
        failed.stream()
            .flatMap(c -> c.findings().stream())
            .anyMatch(f -> f.severity() == Severity.ERROR);
    Screen out = shell.out();
    return failed.isEmpty()
        ? out.in(Style.GREEN, "✓")
        : wrong ? out.in(Style.RED, "✗") : out.in(Style.YELLOW, "!");
  }

  private static String names(List<Report.Case> cases) {
    return String.join(", ", cases.stream().map(Report.Case::name).toList());
  }

  private String verdict(FindingReport findings, Report report) {
    return report.isClean()
        ? shell.out().in(Style.GREEN_BOLD, "verified")
        : findings.summary(report.findings());
  }
}
