package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.verifier.subject.Analysis;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;

/** Lists the rules that reach the data of every tenant. */
final class AllTenants implements Analysis {
  @Override
  public List<Finding> findings(Subject subject) {
    List<Finding> out = new ArrayList<>();
    for (AccessRule rule : subject.rules()) {
      if (rule.allTenants()) {
        String message = "rule `" + rule.name() + "` reaches the data of every tenant";
        out.add(UnboundedRoles.show(subject, Check.TENANTS_ALL, rule, message));
      }
    }
    return out;
  }
}
