package io.ringfence.verifier.guardrails;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Place;
import io.ringfence.model.Tenant;
import io.ringfence.verifier.subject.Edit;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Outcome;
import io.ringfence.verifier.subject.PartAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Proves {@code isolated: tenants}: no member of one tenant reaches another's workloads, endpoint,
 * collections or rows under any rule.
 *
 * <p>A member is a workload whose identity makes it one, wherever a rule takes it in, or whoever
 * bears the tenant's token, under a rule for that tenant.
 */
public final class TenantIsolation extends PartAnalysis<TenantIsolation.Member> {
  /** One tenant, whose members are looked at under one guardrail. */
  record Member(Guardrail.Isolated guardrail, Tenant tenant) {}

  @Override
  public Outcome outcome(Subject subject) {
    List<Outcome> out = new ArrayList<>(List.of(super.outcome(subject)));
    guardrails(subject).forEach(g -> out.add(new ExemptPrincipals(g).outcome(subject)));
    return Outcome.joined(out);
  }

  private static List<Guardrail.Isolated> guardrails(Subject subject) {
    List<Guardrail.Isolated> out = new ArrayList<>();
    for (Guardrail guardrail : subject.blueprint().guardrails()) {
      if (guardrail instanceof Guardrail.Isolated isolated) {
        out.add(isolated);
      }
    }
    return out;
  }

  @Override
  protected List<Member> parts(Subject subject) {
    List<Member> out = new ArrayList<>();
    for (Guardrail.Isolated guardrail : guardrails(subject)) {
      subject.blueprint().tenants().values().forEach(t -> out.add(new Member(guardrail, t)));
    }
    return out;
  }

  @Override
  protected Function<Member, Found> look(Subject subject) {
    Map<Guardrail, TenantFlows> flows = new HashMap<>();
    Map<Guardrail, TenantOperations> operations = new HashMap<>();
    for (Guardrail.Isolated guardrail : guardrails(subject)) {
      flows.put(guardrail, new TenantFlows(subject, guardrail));
      operations.put(guardrail, new TenantOperations(subject, guardrail));
    }
    return part ->
        look(subject, part.tenant(), flows.get(part.guardrail()), operations.get(part.guardrail()));
  }

  private static Found look(
      Subject subject, Tenant member, TenantFlows flows, TenantOperations operations) {
    List<Finding> out = new ArrayList<>();
    Set<String> others = new HashSet<>(flows.touched(member));
    others.addAll(operations.touched(member));
    others.remove(member.name());
    for (Tenant other : inOrder(subject, others)) {
      out.addAll(flows.findings(member, other));
      out.addAll(operations.findings(member, other));
    }
    return new Found(out, List.of(flows.outOf(member)));
  }

  /** The tenants that a changed rule is for, by its ends or by what it grants. */
  @Override
  protected Predicate<Member> named(Edit edit) {
    Set<String> names = new HashSet<>();
    for (AccessRule rule : edit.rules()) {
      for (Endpoint from : rule.from()) {
        if (from.place() instanceof Place.OfTenant of) {
          names.add(of.tenant());
        }
      }
      edit.after().grants().under(rule).forEach(g -> g.tenant().ifPresent(names::add));
    }
    return part -> names.contains(part.tenant().name());
  }

  private static List<Tenant> inOrder(Subject subject, Set<String> some) {
    Map<String, Tenant> all = subject.blueprint().tenants();
    return some.size() < 2
        ? some.stream().map(all::get).toList()
        : all.values().stream().filter(t -> some.contains(t.name())).toList();
  }
}
