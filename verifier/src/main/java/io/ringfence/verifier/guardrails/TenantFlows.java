package io.ringfence.verifier.guardrails;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Audience;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Flow;
import io.ringfence.model.Gateway;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Listeners;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Senders;
import io.ringfence.model.Service;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The network's side of tenant isolation: flows of members to another tenant's addresses. */
final class TenantFlows {
  private final Subject subject;
  private final Guardrail.Isolated guardrail;

  TenantFlows(Subject subject, Guardrail.Isolated guardrail) {
    this.subject = subject;
    this.guardrail = guardrail;
  }

  /** What members of one tenant reach of another's: one finding per rule and thing reached. */
  List<Finding> findings(Tenant member, Tenant other) {
    List<Finding> out = new ArrayList<>();
    for (AccessRule rule : subject.rules()) {
      List<Permit> sent = sent(rule, member);
      String workload = "a workload of `" + other.name() + "`";
      for (Listeners listeners : listeners(other, member)) {
        add(rule, member, workload, sent, listeners.addresses(), listeners.ports(), out);
      }
      if (other.endpoint().isPresent()) {
        AddressSet endpoint = AddressSet.of(other.endpoint().get().address());
        add(
            rule,
            member,
            "the endpoint of `" + other.name() + "`",
            sent,
            endpoint,
            PortSet.ALL,
            out);
      }
      if (!other.collections().isEmpty() || other.rows().isPresent()) {
        databases().forEach(w -> addDatabase(rule, member, other, sent, w, out));
      }
    }
    return out;
  }

  /** Directly at a database, nothing tells one tenant's data from another's. */
  private void addDatabase(
      AccessRule rule,
      Tenant member,
      Tenant other,
      List<Permit> sent,
      Workload database,
      List<Finding> out) {
    String what = "data of `" + other.name() + "` in `" + database.name() + "`, past its gateway";
    PortSet ports = PortSet.EMPTY;
    for (Service service : database.services().values()) {
      if (service.audience() == Audience.GATEWAY) {
        ports = ports.union(service.ports());
      }
    }
    add(rule, member, what, sent, subject.directory().addresses(database), ports, out);
  }

  private List<Workload> databases() {
    Set<Workload> out = new LinkedHashSet<>();
    for (Gateway gateway : subject.blueprint().gateways().values()) {
      gateway.inFrontOf().forEach(w -> out.add(subject.blueprint().workloads().get(w)));
    }
    return List.copyOf(out);
  }

  private void add(
      AccessRule rule,
      Tenant member,
      String what,
      List<Permit> sent,
      AddressSet goal,
      PortSet ports,
      List<Finding> out) {
    for (Permit permit : sent) {
      Permit goals =
          new Permit(
              rule.name(), permit.leg(), AddressSet.ALL, goal, Optional.empty(), ports, rule.at());
      Optional<Flow> flow = permit.intersect(goals).flatMap(subject.witnesses()::flow);
      if (flow.isPresent()) {
        String message =
            "guardrail `%s` keeps tenants apart, and rule `%s` at %s lets a member of `%s` reach %s: %s"
                .formatted(
                    guardrail.name(),
                    rule.name(),
                    rule.at(),
                    member.name(),
                    what,
                    subject.text(flow.get()));
        out.add(
            Finding.of(
                Check.TENANTS_NOT_ISOLATED, guardrail.name(), message, guardrail.at(), flow.get()));
        return;
      }
    }
  }

  /** What a tenant's members may send under a rule; what a gateway sends is not theirs. */
  private List<Permit> sent(AccessRule rule, Tenant member) {
    List<Permit> out = new ArrayList<>();
    List<Senders> own = subject.directory().senders(workloads(member));
    for (Permit permit : subject.permits(rule)) {
      own.forEach(s -> permit.sentBy(s).ifPresent(out::add));
    }
    for (Endpoint from : rule.from()) {
      if (from.place() instanceof Place.OfTenant of && of.tenant().equals(member.name())) {
        out.addAll(subject.projection().permits(only(rule, from)));
      }
    }
    out.removeIf(p -> p.leg() == Permit.Leg.FROM_GATEWAY);
    return out;
  }

  private static AccessRule only(AccessRule rule, Endpoint from) {
    return new AccessRule(
        rule.name(),
        rule.origin(),
        List.of(from),
        rule.to(),
        rule.through(),
        rule.role(),
        rule.collections(),
        rule.allTenants(),
        rule.session(),
        rule.when(),
        rule.encryption(),
        rule.at());
  }

  /**
   * Where what is sent to one tenant's workloads, but for those that are another's too, arrives.
   */
  private List<Listeners> listeners(Tenant of, Tenant butFor) {
    List<Workload> theirs = new ArrayList<>(workloads(of));
    theirs.removeAll(workloads(butFor));
    return subject.directory().listeners(theirs);
  }

  private List<Workload> workloads(Tenant tenant) {
    return subject.blueprint().workloads().values().stream()
        .filter(w -> w.identity().filter(tenant::hasMember).isPresent())
        .toList();
  }
}
