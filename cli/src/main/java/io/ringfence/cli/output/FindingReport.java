package io.ringfence.cli.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.language.SourceFile;
import io.ringfence.verifier.Finding;
import io.ringfence.verifier.Severity;
import java.util.ArrayList;
import java.util.List;

/** Findings for people: what, where, the flow that shows it. */
public final class FindingReport {
  private static final String INDENT = "        ";

  private final Screen screen;
  private final Excerpts excerpts;
  private final FlowWords flows;

  public FindingReport(Screen screen, List<SourceFile> files, FlowWords flows) {
    this.screen = screen;
    this.excerpts = new Excerpts(screen, files);
    this.flows = flows;
  }

  /** All of them, the worst last, where the eye is when the command ends. */
  public void print(List<Finding> findings) {
    for (Severity severity : List.of(Severity.INFO, Severity.WARNING, Severity.ERROR)) {
      findings.stream().filter(f -> f.severity() == severity).forEach(this::print);
    }
  }

  private void print(Finding finding) {
    Style style = style(finding.severity());
    screen.line(
        screen.in(Style.BOLD, finding.at() + ":")
            + " "
            + screen.in(style, finding.severity().text() + ":")
            + " "
            + finding.message()
            + " "
            + screen.in(Style.DIM, "[" + finding.check() + "]"));
    excerpts.print(finding.at(), style);
    finding.witness().ifPresent(w -> screen.line(INDENT + label("witness") + flows.text(w)));
    finding.request().ifPresent(r -> screen.line(INDENT + label("witness") + flows.text(r)));
    finding.details().forEach(d -> screen.prose(INDENT, INDENT + "  ", d));
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
    }
    return out;
  }
}
