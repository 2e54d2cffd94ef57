package io.ringfence.cli.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.language.Problem;
import io.ringfence.language.SourceFile;
import io.ringfence.model.Flow;
import io.ringfence.model.SourceLocation;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Findings for people: what, where, the flow that shows it. */
public final class FindingReport {
  private static final String INDENT = "        ";

  /** Longer details of what is only worth knowing are left to JSON. */
  private static final int DETAILS_MAX = 160;

  private final Screen screen;
  private final Excerpts excerpts;
  private final FlowWords flows;

  public FindingReport(Screen screen, List<SourceFile> files, FlowWords flows) {
    this.screen = screen;
    this.excerpts = new Excerpts(screen, files);
    this.flows = flows;
  }

  /** Those that should not be, the worst last, where the eye is; false when there is none. */
  public boolean printBad(List<Finding> findings) {
    for (Severity severity : List.of(Severity.WARNING, Severity.ERROR)) {
      findings.stream().filter(f -> f.severity() == severity).forEach(this::print);
    }
    return findings.stream().anyMatch(f -> f.severity() != Severity.INFO);
  }

  /** What is true, permitted, and still to be known; a line or two each. */
  public void printWorthKnowing(List<Finding> findings) {
    List<Finding> infos = findings.stream().filter(f -> f.severity() == Severity.INFO).toList();
    if (!infos.isEmpty()) {
      screen.line();
      screen.line("  Worth knowing:");
      infos.forEach(f -> screen.prose("  - ", "    ", f.message() + details(f) + where(f)));
    }
  }

  private static String details(Finding finding) {
    String all = String.join("; ", finding.details());
    return all.isEmpty() || all.length() > DETAILS_MAX ? "" : ": " + all;
  }

  private String where(Finding finding) {
    return finding.at().line() == 0 ? "" : " " + screen.in(Style.DIM, "(" + finding.at() + ")");
  }

  private void print(Finding finding) {
    Style style = style(finding.severity());
    screen.message(
        "  ",
        screen.in(Style.BOLD, finding.at() + ":")
            + " "
            + screen.in(style, finding.severity().text() + ":")
            + " "
            + finding.message()
            + " "
            + screen.in(Style.DIM, "[" + finding.check() + "]"));
    excerpts.print(finding.at(), style);
    witness(finding).ifPresent(w -> screen.prose(INDENT + label("witness"), " ".repeat(17), w));
    finding.details().forEach(d -> screen.prose(INDENT, INDENT + "  ", d));
    finding.enforced().forEach(e -> screen.prose(INDENT + label("there"), INDENT + "  ", e.text()));
  }

  /** Unless the message names the flow already. */
  private Optional<String> witness(Finding finding) {
    Optional<Flow> flow = finding.witness();
    boolean said =
        flow.filter(f -> finding.message().contains(f.source().toString()))
            .filter(f -> finding.message().contains(f.destination().toString()))
            .isPresent();
    return said
        ? Optional.empty()
        : flow.map(flows::text).or(() -> finding.request().map(flows::text));
  }

  private String label(String word) {
    return screen.in(Style.DIM, word + "  ");
  }

  public static Style style(Severity severity) {
    return switch (severity) {
      case ERROR -> Style.RED_BOLD;
      case WARNING -> Style.YELLOW_BOLD;
      case INFO -> Style.CYAN;
    };
  }

  /** {@code 1 error, 2 warnings}; empty when there is none worse than good to know. */
  public String summary(List<Finding> findings) {
    List<String> parts = new ArrayList<>();
    for (Severity severity : List.of(Severity.ERROR, Severity.WARNING)) {
      long count = findings.stream().filter(f -> f.severity() == severity).count();
      if (count > 0) {
        parts.add(screen.in(style(severity), Counted.of(count, severity.text())));
      }
    }
    return String.join(", ", parts);
  }

  /** For machines. */
  public static ArrayNode json(List<Finding> findings) {
    ArrayNode out = Json.array();
    for (Finding finding : findings) {
      ObjectNode node = out.addObject();
      node.put("check", finding.check()).put("severity", finding.severity().text());
      node.put("subject", finding.subject()).put("message", finding.message());
      node.set("at", Json.location(finding.at()));
      finding.witness().ifPresent(w -> node.set("witness", Json.flow(w)));
      finding.request().ifPresent(r -> node.set("request", Json.request(r)));
      node.set("details", Json.strings(finding.details()));
      node.set("enforced", Json.enforced(finding.enforced()));
    }
    return out;
  }

  private static final List<String> COLUMNS =
      List.of("check", "severity", "subject", "file", "line", "column", "message", "witness");

  /** For spreadsheets. */
  public static String csv(List<Finding> findings) {
    StringBuilder out = new StringBuilder(Csv.line(COLUMNS));
    for (Finding f : findings) {
      String witness = f.witness().map(Flow::toString).orElse("");
      out.append(row(f.check(), f.severity().text(), f.subject(), f.at(), f.message(), witness));
    }
    return out.toString();
  }

  /** The same columns for what is no valid blueprint. */
  public static String csvOfProblems(List<Problem> problems) {
    StringBuilder out = new StringBuilder(Csv.line(COLUMNS));
    for (Problem p : problems) {
      String severity = p.severity().name().toLowerCase(Locale.ROOT);
      out.append(row("invalid-blueprint", severity, "", p.at(), p.message(), ""));
    }
    return out.toString();
  }

  private static String row(
      String check,
      String severity,
      String subject,
      SourceLocation at,
      String message,
      String witness) {
    String line = Integer.toString(at.line());
    String column = Integer.toString(at.column());
    return Csv.line(List.of(check, severity, subject, at.file(), line, column, message, witness));
  }
}
