package io.ringfence.verifier.lint;

import io.ringfence.decision.Conditions;
import io.ringfence.model.AccessRule;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.RuleAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.List;
import java.util.Optional;

/** Finds rules whose condition is true or false whatever the facts are. */
final class ConstantConditions extends RuleAnalysis {
  /** One for all proofs: to build what reads conditions takes longer than most proofs. */
  private static final Conditions CONDITIONS = new Conditions();

  @Override
  protected List<Finding> findings(Subject subject, AccessRule rule) {
    if (rule.when().isEmpty()) {
      return List.of();
    }
    String condition = rule.when().get().cel();
    Optional<Boolean> always = CONDITIONS.constant(condition);
    return always.isPresent()
        ? List.of(finding(subject, rule, condition, always.get()))
        : List.of();
  }

  private static Finding finding(
      Subject subject, AccessRule rule, String condition, boolean always) {
    String message =
        "condition `"
            + condition
            + "` of rule `"
            + rule.name()
            + (always
                ? "` holds whatever the facts are, so it narrows nothing"
                : "` never holds, so the rule does not grant what it says");
    return UnboundedRoles.show(subject, Check.CONSTANT_CONDITION, rule, message);
  }
}
