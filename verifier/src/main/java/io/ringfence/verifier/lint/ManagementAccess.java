package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Flow;
import io.ringfence.model.Workload;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Analysis;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Lists what {@code management:} reaches. */
final class ManagementAccess implements Analysis {
  @Override
  public List<Finding> findings(Subject subject) {
    List<Finding> out = new ArrayList<>();
    for (AccessRule rule : subject.rules()) {
      Optional<Flow> flow = subject.witnesses().flow(subject.flows(rule));
      if (rule.origin() == AccessRule.Origin.MANAGEMENT && flow.isPresent()) {
        Set<String> reached = new LinkedHashSet<>();
        for (Permit permit : subject.permits(rule)) {
          subject.receivers(permit).stream().map(Workload::name).forEach(reached::add);
        }
        String message =
            "`management:` reaches "
                + reached.size()
                + (reached.size() == 1 ? " workload" : " workloads")
                + ": "
                + subject.text(flow.get());
        out.add(
            Finding.of(Check.MANAGEMENT_ACCESS, rule.name(), message, rule.at(), flow.get())
                .withDetails(List.copyOf(reached)));
      }
    }
    return out;
  }
}
