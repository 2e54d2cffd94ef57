package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.PortSet;
import io.ringfence.model.Workload;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Edit;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.RuleAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds workloads that may reach a name but can ask none of the resolvers for it. */
final class UnresolvableNames extends RuleAnalysis {
  private static final PortSet DNS = PortSet.parse("53/udp").union(PortSet.parse("53/tcp"));

  @Override
  protected List<Finding> findings(Subject subject, AccessRule rule) {
    Map<Workload, String> askers = new LinkedHashMap<>();
    for (Permit permit : subject.permits(rule)) {
      if (permit.fqdn().isPresent()) {
        subject.senders(permit).forEach(w -> askers.putIfAbsent(w, permit.fqdn().get()));
      }
    }
    if (askers.isEmpty()) {
      return List.of();
    }
    AddressSet resolvers = resolvers(subject);
    AddressSet able = able(subject, rule, resolvers);
    List<Finding> out = new ArrayList<>();
    askers.forEach(
        (workload, name) -> {
          if (!subject.directory().addresses(workload).overlaps(able)
              && !asks(subject, workload, resolvers)) {
            out.add(finding(subject, rule, workload, name, resolvers));
          }
        });
    return out;
  }

  /**
   * Who may ask is for rules between the two to say; where nobody may, anything nearby is told of.
   */
  @Override
  protected Set<String> touched(Edit edit, Set<String> found) {
    Set<String> out = new HashSet<>(found);
    if (edit.changesExceptions()) {
      edit.after().rules().forEach(r -> out.add(r.name()));
    }
    AddressSet resolvers = resolvers(edit.after());
    for (Subject subject : List.of(edit.before(), edit.after())) {
      for (Permit permit : edit.boxes()) {
        Optional<Permit> question = permit.intersect(Permit.box(AddressSet.ALL, resolvers, DNS));
        question.ifPresent(
            q ->
                subject.projection().index().between(q.from(), AddressSet.ALL).stream()
                    .filter(p -> p.fqdn().isPresent())
                    .forEach(p -> out.add(p.rule())));
      }
    }
    return out;
  }

  /** Of a rule's sources, some that can ask for sure; found at once, not one by one. */
  private static AddressSet able(Subject subject, AccessRule rule, AddressSet resolvers) {
    AddressSet sources = AddressSet.EMPTY;
    for (Permit permit : subject.permits(rule)) {
      sources = sources.union(permit.fqdn().isPresent() ? permit.from() : AddressSet.EMPTY);
    }
    AddressSet out = AddressSet.EMPTY;
    Permit asked = Permit.box(sources, resolvers, DNS);
    boolean exact = subject.forbidden().names().isEmpty() && !subject.hosts().tellProcessesApart();
    for (Permit permit : exact ? subject.permitted().index().meeting(asked) : List.<Permit>of()) {
      Optional<Permit> question =
          permit.fqdn().isEmpty() ? permit.intersect(asked) : Optional.empty();
      for (Family family : Family.values()) {
        if (question.isPresent() && question.get().to().hasAny(family)) {
          out = out.union(question.get().from().ofFamily(family));
        }
      }
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
    FlowSet questions = subject.space().of(asked);
    return subject.witnesses().any(questions.intersect(subject.permittedWithin(List.of(asked))));
  }

  private static Finding finding(
      Subject subject, AccessRule rule, Workload workload, String name, AddressSet resolvers) {
    AddressSet own = subject.directory().addresses(workload);
    AddressSet asked = resolvers.isEmpty() ? subject.directory().internet() : resolvers;
    PortSet question = PortSet.parse("53/udp");
    Flow nearest = subject.nearestDenied(own, asked, question);
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
