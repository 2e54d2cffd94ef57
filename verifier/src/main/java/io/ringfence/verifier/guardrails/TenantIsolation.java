package io.ringfence.verifier.guardrails;

import io.ringfence.model.Guardrail;
import io.ringfence.model.Tenant;
import io.ringfence.verifier.subject.Edit;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Outcome;
import io.ringfence.verifier.subject.PartAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
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
    return new Look(subject, TenantGoods.of(subject), TenantRules.of(subject));
  }

  @Override
  protected Function<Member, Found> lookAgain(Function<Member, Found> before, Edit edit) {
    return before instanceof Look look
        ? new Look(edit.after(), look.goods(), look.rules().after(edit))
        : look(edit.after());
  }

  @Override
  protected Predicate<Member> named(Edit edit) {
    Set<String> names = TenantRules.named(edit);
    return part -> names.contains(part.tenant().name());
  }

  private record Look(Subject subject, TenantGoods goods, TenantRules rules)
      implements Function<Member, Found> {
    @Override
    public Found apply(Member part) {
      TenantFlows flows = new TenantFlows(subject, part.guardrail(), goods, rules);
      TenantOperations operations = new TenantOperations(subject, part.guardrail(), goods, rules);
      Tenant member = part.tenant();
      Set<String> others = new HashSet<>(flows.touched(member));
      others.addAll(operations.touched(member));
      others.remove(member.name());
      List<Finding> out = new ArrayList<>();
      for (Tenant other : inOrder(subject, others)) {
        out.addAll(flows.findings(member, other));
        out.addAll(operations.findings(member, other));
      }
      return new Found(out, List.of(flows.outOf(member)));
    }
  }

  private static List<Tenant> inOrder(Subject subject, Set<String> some) {
    Map<String, Tenant> all = subject.blueprint().tenants();
    return some.size() < 2
        ? some.stream().map(all::get).toList()
        : all.values().stream().filter(t -> some.contains(t.name())).toList();
  }
}
