package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Flow;
import io.ringfence.model.PortSet;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.RuleAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.List;

/** Finds rules that permit nothing, or one side of a gateway only, for want of a common family. */
final class FamilyMismatch extends RuleAnalysis {
  @Override
  protected List<Finding> findings(Subject subject, AccessRule rule) {
    boolean written = rule.origin() != AccessRule.Origin.RESOLVERS;
    return written && !whole(subject.permits(rule), rule) && named(subject, rule)
        ? List.of(finding(subject, rule))
        : List.of();
  }

  /** Whether some end on each side names something; if none does, that is another finding. */
  private static boolean named(Subject subject, AccessRule rule) {
    return rule.from().stream()
            .anyMatch(e -> !subject.directory().ruleAddresses(e.place()).isEmpty())
        && rule.to().stream().anyMatch(e -> !EmptyEnds.isEmpty(subject, rule, e));
  }

  private static boolean whole(List<Permit> permits, AccessRule rule) {
    return rule.through().isEmpty()
        ? !permits.isEmpty()
        : permits.stream().anyMatch(p -> p.leg() == Permit.Leg.TO_GATEWAY)
            && permits.stream().anyMatch(p -> p.leg() == Permit.Leg.FROM_GATEWAY);
  }

  private static Finding finding(Subject subject, AccessRule rule) {
    Endpoint from = rule.from().getFirst();
    Endpoint to = rule.to().getFirst();
    AddressSet sources = subject.directory().ruleAddresses(from.place());
    AddressSet goals = subject.directory().ruleAddresses(to.place());
    PortSet ports =
        to.ports() instanceof Endpoint.Ports.Explicit p ? p.ports() : PortSet.parse("1-65535/tcp");
    Flow nearest = subject.nearest(sources, goals, ports, subject.flows(rule));
    String message =
        "the ends of rule `"
            + rule.name()
            + "` share no address family"
            + rule.through().map(g -> " with gateway `" + g + "`").orElse("")
            + ", so it lets nothing through; not permitted by it, for one: "
            + subject.text(nearest);
    return Finding.of(Check.NO_SHARED_FAMILY, rule.name(), message, rule.at(), nearest);
  }
}
