package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.Listeners;
import io.ringfence.model.Workload;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.RuleAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists what {@code management:} reaches. */
final class ManagementAccess extends RuleAnalysis {
  @Override
  protected List<Finding> findings(Subject subject, AccessRule rule) {
    if (rule.origin() != AccessRule.Origin.MANAGEMENT) {
      return List.of();
    }
    Optional<Flow> flow = subject.witnesses().flow(subject.flows(rule));
    return flow.map(f -> finding(subject, rule, f)).stream().toList();
  }

  private static Finding finding(Subject subject, AccessRule rule, Flow flow) {
    List<String> reached = reached(subject, rule);
    String message =
        "`management:` reaches "
            + reached.size()
            + (reached.size() == 1 ? " workload" : " workloads")
            + ": "
            + subject.text(flow);
    return Finding.of(Check.MANAGEMENT_ACCESS, rule.name(), message, rule.at(), flow)
        .withDetails(reached);
  }

  /** The workloads that it reaches in some family, in the blueprint's order. */
  private static List<String> reached(Subject subject, AccessRule rule) {
    List<Permit> parts = new ArrayList<>();
    List<AddressRange> there = new ArrayList<>();
    for (Permit permit : subject.permits(rule)) {
      for (Family family : Family.values()) {
        Optional<Permit> part =
            permit.between(permit.from().ofFamily(family), permit.to().ofFamily(family));
        part.ifPresent(parts::add);
        part.ifPresent(p -> there.addAll(p.to().ranges()));
      }
    }
    AddressSet all = new AddressSet(there);
    List<String> out = new ArrayList<>();
    for (Workload workload : subject.blueprint().workloads().values()) {
      boolean reached =
          workload.process().isEmpty()
              ? subject.directory().addresses(workload).overlaps(all)
              : takes(subject.directory().listeners(workload), parts);
      if (reached) {
        out.add(workload.name());
      }
    }
    return out;
  }

  private static boolean takes(Listeners listeners, List<Permit> parts) {
    return parts.stream().anyMatch(p -> p.arrivingAt(listeners).isPresent());
  }
}
