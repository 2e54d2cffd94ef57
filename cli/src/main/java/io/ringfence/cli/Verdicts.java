package io.ringfence.cli;

import io.ringfence.cli.output.Report;
import io.ringfence.model.BlueprintTest;
import io.ringfence.model.Guardrail;
import io.ringfence.model.SourceLocation;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The findings of a verification by what was checked, the good included. */
final class Verdicts {
  static final String GUARDRAILS = "guardrails";
  static final String TESTS = "tests";
  static final String LEAST_PRIVILEGE = "least privilege";

  /** What is true of the blueprint as a whole. */
  static final String DEPLOYMENT = "deployment";

  private Verdicts() {}

  static List<Report.Case> of(Verification verification) {
    List<Report.Case> out = new ArrayList<>();
    List<Finding> rest = new ArrayList<>(verification.findings());
    for (Guardrail guardrail : verification.subject().blueprint().guardrails()) {
      List<Finding> own = take(rest, guardrail.name(), guardrail.at());
      out.add(new Report.Case(GUARDRAILS, guardrail.name(), guardrail.at(), own));
    }
    List<BlueprintTest> tests = verification.subject().blueprint().tests();
    for (int i = 0; i < tests.size(); i++) {
      String name = "test " + (i + 1);
      SourceLocation at = tests.get(i).at();
      out.add(new Report.Case(TESTS, name + " at " + at, at, take(rest, name, at)));
    }
    for (Check check : Check.values()) {
      byCheck(check, rest).ifPresent(out::add);
    }
    return out;
  }

  private static List<Finding> take(List<Finding> rest, String subject, SourceLocation at) {
    List<Finding> own =
        rest.stream().filter(f -> f.subject().equals(subject) && f.at().equals(at)).toList();
    rest.removeAll(own);
    return own;
  }

  /** A case for each check of least privilege, and for others only where they found something. */
  private static Optional<Report.Case> byCheck(Check check, List<Finding> rest) {
    List<Finding> own = rest.stream().filter(f -> f.check().equals(check.text())).toList();
    boolean lint = check.severity() == Severity.WARNING;
    if (own.isEmpty() && !lint) {
      return Optional.empty();
    }
    String group = lint ? LEAST_PRIVILEGE : DEPLOYMENT;
    return Optional.of(new Report.Case(group, check.text(), SourceLocation.BUILT_IN, own));
  }
}
