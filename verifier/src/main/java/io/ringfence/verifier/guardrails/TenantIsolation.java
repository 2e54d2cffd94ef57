package io.ringfence.verifier.guardrails;

import io.ringfence.model.Guardrail;
import io.ringfence.model.Tenant;
import io.ringfence.verifier.subject.Analysis;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Proves {@code isolated: tenants}: no member of one tenant reaches another's workloads, endpoint,
 * collections or rows under any rule.
 *
 * <p>A member is a workload whose identity makes it one, wherever a rule takes it in, or whoever
 * bears the tenant's token, under a rule for that tenant.
 */
public final class TenantIsolation implements Analysis {
  @Override
  public List<Finding> findings(Subject subject) {
    List<Finding> out = new ArrayList<>();
    for (Guardrail guardrail : subject.blueprint().guardrails()) {
      if (guardrail instanceof Guardrail.Isolated isolated) {
        TenantWorkloads members = new TenantWorkloads(subject);
        TenantFlows flows = new TenantFlows(subject, isolated, members);
        TenantOperations operations = new TenantOperations(subject, isolated, members);
        for (Tenant member : subject.blueprint().tenants().values()) {
          Set<Tenant> others = new LinkedHashSet<>(flows.touched(member));
          others.addAll(operations.touched(member));
          for (Tenant other : inOrder(subject, others)) {
            if (!member.equals(other)) {
              out.addAll(flows.findings(member, other));
              out.addAll(operations.findings(member, other));
            }
          }
        }
        out.addAll(new ExemptPrincipals(subject, isolated).findings());
      }
    }
    return out;
  }

  private static List<Tenant> inOrder(Subject subject, Set<Tenant> some) {
    return some.isEmpty()
        ? List.of()
        : subject.blueprint().tenants().values().stream().filter(some::contains).toList();
  }
}
