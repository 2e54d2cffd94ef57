package io.ringfence.language;

import io.ringfence.model.SourceLocation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gathers problems, so that all are reported at once, in the order in which they stand. */
final class Problems {
  private final List<String> files;
  private final Set<Problem> found = new LinkedHashSet<>();
  private int errors;
  private int unreported;

  /** For files of these names, in the order in which they are read. */
  Problems(List<String> files) {
    this.files = files;
  }

  void error(SourceLocation at, String message) {
    errors++;
    add(new Problem(Problem.Severity.ERROR, at, message));
  }

  void warn(SourceLocation at, String message) {
    add(new Problem(Problem.Severity.WARNING, at, message));
  }

  private void add(Problem problem) {
    if (found.size() < LimitsMax.PROBLEMS_MAX) {
      found.add(problem);
    } else {
      unreported++;
    }
  }

  /** How many errors there are so far. */
  int errors() {
    return errors;
  }

  /** Sorted by file, line and column. */
  List<Problem> list() {
    List<Problem> out = new ArrayList<>(found);
    out.sort(
        Comparator.comparingInt((Problem p) -> files.indexOf(p.at().file()))
            .thenComparingInt(p -> p.at().line())
            .thenComparingInt(p -> p.at().column()));
    if (unreported > 0) {
      SourceLocation last = out.getLast().at();
      out.add(
          new Problem(
              errors > 0 ? Problem.Severity.ERROR : Problem.Severity.WARNING,
              last,
              "and " + unreported + " more problems"));
    }
    return List.copyOf(out);
  }
}
