package io.ringfence.cli.output;

import io.ringfence.model.SourceLocation;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Severity;
import java.util.List;
import java.util.stream.Stream;

/**
 * What was checked and what was found.
 *
 * @param cases everything that was checked, the good included
 */
public record Report(List<Case> cases) {
  public Report {
    cases = List.copyOf(cases);
  }

  /**
   * One thing that holds, or has findings.
   *
   * @param group what kind of check it is, such as {@code guardrails}
   * @param at where what is checked stands, if it stands in a blueprint
   */
  public record Case(String group, String name, SourceLocation at, List<Finding> findings) {
    public Case {
      findings = List.copyOf(findings);
    }

    /** True when nothing in it is worse than good to know. */
    public boolean holds() {
      return findings.stream().allMatch(f -> f.severity() == Severity.INFO);
    }
  }

  public List<Finding> findings() {
    return cases.stream().flatMap(c -> c.findings().stream()).toList();
  }

  public Stream<Case> failed() {
    return cases.stream().filter(c -> !c.holds());
  }

  public boolean isClean() {
    return failed().findAny().isEmpty();
  }
}
