package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Flow;
import io.ringfence.model.PortSet;
import io.ringfence.model.Workload;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Analysis;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds workloads that may reach a name but can ask none of the resolvers for it. */
final class UnresolvableNames implements Analysis {
  private static final PortSet DNS = PortSet.parse("53/udp").union(PortSet.parse("53/tcp"));

  @Override
  public List<Finding> findings(Subject subject) {
    AddressSet resolvers = resolvers(subject);
    List<Finding> out = new ArrayList<>();
    for (AccessRule rule : subject.rules()) {
      Map<Workload, String> askers = new LinkedHashMap<>();
      for (Permit permit : subject.permits(rule)) {
        if (permit.fqdn().isPresent()) {
          subject.senders(permit).forEach(w -> askers.putIfAbsent(w, permit.fqdn().get()));
        }
      }
      askers.forEach(
          (workload, name) -> {
            if (!asks(subject, workload, resolvers)) {
              out.add(finding(subject, rule, workload, name, resolvers));
            }
          });
    }
    return out;
  }

  private static AddressSet resolvers(Subject subject) {
    AddressSet out = AddressSet.EMPTY;
    for (String name : subject.blueprint().resolvers()) {
      Workload resolver = subject.blueprint().workloads().get(name);
      out = out.union(subject.directory().addresses(resolver));
    }
    return out;
  }

  /** Over the network, or on its own machine. */
  private static boolean asks(Subject subject, Workload workload, AddressSet resolvers) {
    AddressSet own = subject.directory().addresses(workload);
    for (AddressRange range : own.ranges()) {
      for (Address address : List.of(range.first(), range.last())) {
        if (subject.hosts().machine(address).overlaps(resolvers)) {
          return true;
        }
      }
    }
    Permit asked =
        new Permit(
            workload.name(),
            Permit.Leg.DIRECT,
            own,
            resolvers,
            Optional.empty(),
            DNS,
            workload.users(),
            workload.at());
    for (Permit permit : subject.permitted().index().meeting(asked)) {
      boolean exact = permit.fqdn().isEmpty() && subject.forbidden().names().isEmpty();
      Optional<Permit> question = exact ? permit.intersect(asked) : Optional.empty();
      if (question.flatMap(subject.witnesses()::flow).isPresent()) {
        return true;
      }
    }
    FlowSet questions = subject.space().box(own, resolvers, DNS, workload.users());
    return subject.witnesses().any(questions.intersect(subject.permittedSet()));
  }

  private static Finding finding(
      Subject subject, AccessRule rule, Workload workload, String name, AddressSet resolvers) {
    AddressSet own = subject.directory().addresses(workload);
    AddressSet asked = resolvers.isEmpty() ? subject.directory().internet() : resolvers;
    PortSet question = PortSet.parse("53/udp");
    Flow nearest = subject.nearest(own, asked, question, subject.permittedSet());
    String message =
        "`"
            + workload.name()
            + "` may reach "
            + name
            + " by rule `"
            + rule.name()
            + "` but can ask no resolver for it; denied, for one: "
            + subject.text(nearest);
    return Finding.of(Check.FQDN_WITHOUT_RESOLVER, rule.name(), message, rule.at(), nearest);
  }
}
