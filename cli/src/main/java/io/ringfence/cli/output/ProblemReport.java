package io.ringfence.cli.output;

import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.language.Problem;
import io.ringfence.language.SourceFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Problems of a blueprint, each with the line it stands in and a mark under the place. */
public final class ProblemReport {
  /** Problems shown on a terminal; the rest are counted. */
  public static final int SHOWN_MAX = 50;

  private final Screen screen;
  private final Excerpts excerpts;

  public ProblemReport(Screen screen, List<SourceFile> files) {
    this.screen = screen;
    this.excerpts = new Excerpts(screen, files);
  }

  public void print(List<Problem> problems) {
    problems.stream().limit(SHOWN_MAX).forEach(this::print);
    int more = problems.size() - SHOWN_MAX;
    if (more > 0) {
      screen.line(screen.in(Style.DIM, "... and " + more + " more"));
    }
    screen.line(summary(problems));
  }

  private void print(Problem problem) {
    Style style = style(problem.severity());
    screen.message(
        "  ",
        screen.in(Style.BOLD, problem.at() + ":")
            + " "
            + screen.in(style, problem.severity().name().toLowerCase(Locale.ROOT) + ":")
            + " "
            + problem.message());
    excerpts.print(problem.at(), style);
  }

  private static Style style(Problem.Severity severity) {
    return switch (severity) {
      case ERROR -> Style.RED_BOLD;
      case WARNING -> Style.YELLOW_BOLD;
    };
  }

  private String summary(List<Problem> problems) {
    List<String> parts = new ArrayList<>();
    for (Problem.Severity severity : Problem.Severity.values()) {
      int count = (int) problems.stream().filter(p -> p.severity() == severity).count();
      if (count > 0) {
        String word = Counted.of(count, severity.name().toLowerCase(Locale.ROOT));
        parts.add(screen.in(style(severity), word));
      }
    }
    return String.join(", ", parts);
  }
}
