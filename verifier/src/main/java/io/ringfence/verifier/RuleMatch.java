package io.ringfence.verifier;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Says whether a rule permits a flow, and if not, which part of it comes nearest and fails. */
record RuleMatch(Subject subject, AccessRule rule) {
  Explanation.Step explain(Flow flow) {
    for (Permit permit : subject.permits(rule)) {
      if (permit.contains(flow)) {
        return new Explanation.Step(rule.name(), rule.at(), true, permits(permit));
      }
    }
    return new Explanation.Step(rule.name(), rule.at(), false, "does not permit it: " + miss(flow));
  }

  private String permits(Permit permit) {
    String gateway = rule.through().map(g -> "`" + g + "`").orElse("");
    return switch (permit.leg()) {
      case DIRECT -> "permits it";
      case TO_GATEWAY -> "permits it as the way to gateway " + gateway + ", which then decides";
      case FROM_GATEWAY -> "permits it as the way on from gateway " + gateway;
    };
  }

  /** The failing parts of the box that fails in the fewest. */
  private String miss(Flow flow) {
    if (rule.through().isPresent() && ends(flow)) {
      return "it goes through gateway `"
          + rule.through().get()
          + "`, and the direct path stays denied";
    }
    List<String> best = null;
    for (Permit permit : subject.permits(rule)) {
      List<String> failing = failing(permit, flow);
      if (best == null || failing.size() < best.size()) {
        best = failing;
      }
    }
    return best == null ? "it permits nothing at all" : String.join("; ", best);
  }

  private boolean ends(Flow flow) {
    return rule.from().stream()
            .flatMap(e -> subject.directory().ruleSenders(e.place()).stream())
            .anyMatch(s -> s.addresses().contains(flow.source()) && s.users().contains(flow.user()))
        && rule.to().stream()
            .anyMatch(
                e -> subject.directory().ruleAddresses(e.place()).contains(flow.destination()));
  }

  private List<String> failing(Permit permit, Flow flow) {
    List<String> out = new ArrayList<>();
    if (!permit.from().contains(flow.source())) {
      out.add("the source " + subject.text(flow.source()) + " is not " + sources(permit));
    }
    if (!permit.users().contains(flow.user())) {
      out.add(
          (flow.user().isPresent() ? "user " + flow.user().getAsLong() : "an unknown user")
              + " is not user "
              + permit.users());
    }
    if (!permit.to().contains(flow.destination())) {
      out.add("the destination " + subject.text(flow.destination()) + " is not " + goals(permit));
    }
    if (permit.fqdn().isPresent() && !permit.fqdn().equals(flow.fqdn())) {
      out.add("the resolvers did not answer " + permit.fqdn().get() + " with the destination");
    }
    if (!permit.ports().contains(flow.protocol(), flow.port())) {
      boolean ported = flow.protocol().hasPorts() || flow.protocol().isIcmp();
      Object port =
          ported ? new PortRange(flow.protocol(), flow.port(), flow.port()) : flow.protocol();
      out.add(port + " is not " + permit.ports());
    }
    return out;
  }

  private String sources(Permit permit) {
    return permit.leg() == Permit.Leg.FROM_GATEWAY ? gateway() : words(rule.from());
  }

  private String goals(Permit permit) {
    return permit.leg() == Permit.Leg.TO_GATEWAY ? gateway() : words(rule.to());
  }

  private String gateway() {
    return "gateway `" + rule.through().orElseThrow() + "`";
  }

  private static String words(List<Endpoint> ends) {
    return ends.stream()
        .map(e -> "`" + e.place().text() + "`")
        .distinct()
        .collect(Collectors.joining(" or "));
  }
}
