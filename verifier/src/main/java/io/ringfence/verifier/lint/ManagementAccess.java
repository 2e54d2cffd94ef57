package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Analysis;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Lists what {@code management:} reaches. */
final class ManagementAccess implements Analysis {
  @Override
  public List<Finding> findings(Subject subject) {
    List<Finding> out = new ArrayList<>();
    for (AccessRule rule : subject.rules()) {
      if (rule.origin() != AccessRule.Origin.MANAGEMENT) {
        continue;
      }
      Optional<Flow> flow = subject.witnesses().flow(subject.flows(rule));
      if (flow.isPresent()) {
        List<String> reached = reached(subject, rule);
        String message =
            "`management:` reaches "
                + reached.size()
                + (reached.size() == 1 ? " workload" : " workloads")
                + ": "
                + subject.text(flow.get());
        out.add(
            Finding.of(Check.MANAGEMENT_ACCESS, rule.name(), message, rule.at(), flow.get())
                .withDetails(reached));
      }
    }
    return out;
  }

  /** The workloads that it reaches in some family, in the blueprint's order. */
  private static List<String> reached(Subject subject, AccessRule rule) {
    Set<String> names = new HashSet<>();
    for (Permit permit : subject.permits(rule)) {
      for (Family family : Family.values()) {
        AddressSet there = permit.to().ofFamily(family);
        if (!permit.from().ofFamily(family).isEmpty()) {
          permit
              .between(AddressSet.ALL, there)
              .ifPresent(p -> subject.receivers(p).forEach(w -> names.add(w.name())));
        }
      }
    }
    return subject.blueprint().workloads().keySet().stream().filter(names::contains).toList();
  }
}
