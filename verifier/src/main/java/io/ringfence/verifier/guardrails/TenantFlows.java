package io.ringfence.verifier.guardrails;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Listeners;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Senders;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The network's side of tenant isolation: flows of members to another tenant's addresses. */
final class TenantFlows {
  private final Subject subject;
  private final Guardrail.Isolated guardrail;

  private final TenantGoods goods;
  private final TenantRules rules;
  private final AddressSet memberAddresses;
  private final Map<String, Map<AccessRule, List<Permit>>> sent = new HashMap<>();

  TenantFlows(Subject subject, Guardrail.Isolated guardrail, TenantGoods goods, TenantRules rules) {
    this.subject = subject;
    this.guardrail = guardrail;
    this.goods = goods;
    this.rules = rules;
    this.memberAddresses = subject.directory().memberAddresses();
  }

  /** The tenants of which something may be reached; no other needs to be looked at. */
  Set<String> touched(Tenant member) {
    Set<String> out = new HashSet<>();
    for (List<Permit> permits : sent(member).values()) {
      for (Permit permit : permits) {
        boolean pastGateway =
            permit.to().overlaps(goods.behindDoors())
                && goods.doors().values().stream().anyMatch(d -> permit.meets(d));
        if (pastGateway) {
          return subject.blueprint().tenants().keySet();
        }
        if (permit.to().overlaps(goods.endpoints())) {
          subject.blueprint().tenants().values().stream()
              .filter(t -> t.endpoint().filter(e -> permit.to().contains(e.address())).isPresent())
              .forEach(t -> out.add(t.name()));
        }
        subject
            .workloadsIn(permit.to().intersect(memberAddresses))
            .forEach(w -> subject.tenants(w).forEach(t -> out.add(t.name())));
      }
    }
    return out;
  }

  /** What members of one tenant reach of another's: one finding per rule and thing reached. */
  List<Finding> findings(Tenant member, Tenant other) {
    List<Finding> out = new ArrayList<>();
    for (Map.Entry<AccessRule, List<Permit>> one : sent(member).entrySet()) {
      AccessRule rule = one.getKey();
      List<Permit> sent = one.getValue();
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
        goods.doors().keySet().forEach(w -> addDatabase(rule, member, other, sent, w, out));
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
    Permit door = goods.doors().get(database);
    add(rule, member, what, sent, door.to(), door.ports(), out);
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

  /**
   * What a tenant's members may send, by rule in their order; what a gateway sends is not theirs.
   */
  private Map<AccessRule, List<Permit>> sent(Tenant member) {
    return sent.computeIfAbsent(
        member.name(),
        m -> {
          Map<AccessRule, List<Permit>> byRule = new HashMap<>();
          addOwn(member, byRule);
          addBorne(member, byRule);
          Map<AccessRule, List<Permit>> out = new LinkedHashMap<>();
          for (AccessRule rule : subject.inOrder(byRule.keySet())) {
            List<Permit> permits = byRule.get(rule);
            permits.removeIf(p -> p.leg() == Permit.Leg.FROM_GATEWAY);
            if (!permits.isEmpty()) {
              out.put(rule, permits);
            }
          }
          return out;
        });
  }

  /** What workloads send that their identity makes members. */
  private void addOwn(Tenant member, Map<AccessRule, List<Permit>> out) {
    List<Senders> own = subject.directory().senders(subject.directory().members(member));
    for (Permit permit : subject.projection().index().meeting(outOf(member))) {
      AccessRule rule = subject.directory().rule(permit.rule()).orElseThrow();
      List<Permit> sent = out.computeIfAbsent(rule, r -> new ArrayList<>());
      own.forEach(s -> permit.sentBy(s).ifPresent(sent::add));
    }
  }

  /** What bearers of the tenant's token send. */
  private void addBorne(Tenant member, Map<AccessRule, List<Permit>> out) {
    for (AccessRule rule : rules.borne().getOrDefault(member.name(), List.of())) {
      List<Permit> sent = out.computeIfAbsent(rule, r -> new ArrayList<>());
      for (Endpoint from : rule.from()) {
        if (from.place() instanceof Place.OfTenant of && of.tenant().equals(member.name())) {
          sent.addAll(subject.projection().permits(only(rule, from)));
        }
      }
    }
  }

  /** All that a tenant's members could send. */
  Permit outOf(Tenant tenant) {
    AddressSet own = AddressSet.EMPTY;
    for (Senders senders : subject.directory().senders(subject.directory().members(tenant))) {
      own = own.union(senders.addresses());
    }
    return new Permit(
        tenant.name(),
        Permit.Leg.DIRECT,
        own,
        AddressSet.ALL,
        Optional.empty(),
        PortSet.ALL,
        tenant.at());
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
    List<Workload> theirs = new ArrayList<>(subject.directory().members(of));
    theirs.removeAll(subject.directory().members(butFor));
    return subject.directory().listeners(theirs);
  }
}
