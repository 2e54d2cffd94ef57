package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.RuleAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.List;

/** Lists the rules that reach the data of every tenant. */
final class AllTenants extends RuleAnalysis {
  @Override
  protected List<Finding> findings(Subject subject, AccessRule rule) {
    if (!rule.allTenants()) {
      return List.of();
    }
    String message = "rule `" + rule.name() + "` reaches the data of every tenant";
    return List.of(UnboundedRoles.show(subject, Check.TENANTS_ALL, rule, message));
  }
}
