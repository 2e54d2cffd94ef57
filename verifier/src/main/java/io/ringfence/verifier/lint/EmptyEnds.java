package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Flow;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Service;
import io.ringfence.model.Workload;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.RuleAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;

/** Finds ends of rules that name nothing: no address, or no port that anything listens at. */
final class EmptyEnds extends RuleAnalysis {
  @Override
  protected List<Finding> findings(Subject subject, AccessRule rule) {
    List<Finding> out = new ArrayList<>();
    if (rule.origin() != AccessRule.Origin.RESOLVERS) {
      for (Endpoint from : rule.from()) {
        if (subject.directory().ruleAddresses(from.place()).isEmpty()) {
          out.add(finding(subject, rule, from, AddressSet.EMPTY, goals(subject, rule)));
        }
      }
      for (Endpoint to : rule.to()) {
        if (isEmpty(subject, rule, to)) {
          AddressSet there = subject.directory().ruleAddresses(to.place());
          out.add(finding(subject, rule, to, sources(subject, rule), there));
        }
      }
    }
    return out;
  }

  static boolean isEmpty(Subject subject, AccessRule rule, Endpoint to) {
    if (isPlainWorkload(subject, rule, to)) {
      return false;
    }
    boolean served = rule.through().isEmpty() && !(to.ports() instanceof Endpoint.Ports.OfService);
    return subject.directory().ruleAddresses(to.place()).isEmpty()
        || !served && ports(subject, to).isEmpty()
        || served && arrivesNowhere(subject, to);
  }

  /** A workload that takes in what comes to any port; {@code management:} names every one. */
  private static boolean isPlainWorkload(Subject subject, AccessRule rule, Endpoint to) {
    if (!(to.place() instanceof Place.OfWorkload place) || rule.through().isPresent()) {
      return false;
    }
    Workload workload = subject.blueprint().workloads().get(place.workload());
    return !(to.ports() instanceof Endpoint.Ports.OfService)
        && workload.process().isEmpty()
        && !workload.addresses().isEmpty();
  }

  /** Processes take in only what comes to ports that they listen at. */
  private static boolean arrivesNowhere(Subject subject, Endpoint to) {
    PortSet ports = to.ports() instanceof Endpoint.Ports.Explicit p ? p.ports() : PortSet.ALL;
    return subject.directory().ruleListeners(to.place(), ports).isEmpty();
  }

  /** The ports at which the end's workloads have services that it means. */
  private static PortSet ports(Subject subject, Endpoint to) {
    PortSet out = PortSet.EMPTY;
    for (Workload workload : subject.directory().workloads(to.place())) {
      for (Service service : workload.services().values()) {
        out = out.union(meant(to, service));
      }
    }
    return out;
  }

  private static PortSet meant(Endpoint to, Service service) {
    return switch (to.ports()) {
      case Endpoint.Ports.Any p -> service.ports();
      case Endpoint.Ports.Explicit p -> service.ports().intersect(p.ports());
      case Endpoint.Ports.OfService p ->
          p.service().equals(service.name()) ? service.ports() : PortSet.EMPTY;
    };
  }

  private static AddressSet sources(Subject subject, AccessRule rule) {
    AddressSet out = AddressSet.EMPTY;
    for (Endpoint from : rule.from()) {
      out = out.union(subject.directory().ruleAddresses(from.place()));
    }
    return out;
  }

  private static AddressSet goals(Subject subject, AccessRule rule) {
    AddressSet out = AddressSet.EMPTY;
    for (Endpoint to : rule.to()) {
      out = out.union(subject.directory().ruleAddresses(to.place()));
    }
    return out;
  }

  /** The ports written at the end, or at the rule's other end. */
  private static PortSet named(AccessRule rule, Endpoint end) {
    Endpoint goal = rule.from().contains(end) ? rule.to().getFirst() : end;
    return goal.ports() instanceof Endpoint.Ports.Explicit p
        ? p.ports()
        : PortSet.parse("1-65535/tcp");
  }

  private static Finding finding(
      Subject subject, AccessRule rule, Endpoint end, AddressSet from, AddressSet to) {
    Flow nearest = subject.nearest(from, to, named(rule, end), subject.flows(rule));
    String message =
        "`"
            + end.text()
            + "` in rule `"
            + rule.name()
            + "` names nothing there is; not permitted by it, for one: "
            + subject.text(nearest);
    return Finding.of(Check.SELECTS_NOTHING, rule.name(), message, end.at(), nearest);
  }
}
