package io.ringfence.verifier.guardrails;

import io.ringfence.model.Guardrail;
import io.ringfence.model.Tenant;
import io.ringfence.verifier.subject.Analysis;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;

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
        for (Tenant member : subject.blueprint().tenants().values()) {
          for (Tenant other : subject.blueprint().tenants().values()) {
            if (!member.equals(other)) {
              out.addAll(new TenantFlows(subject, isolated).findings(member, other));
              out.addAll(new TenantOperations(subject, isolated).findings(member, other));
            }
          }
        }
        out.addAll(new ExemptPrincipals(subject, isolated).findings());
      }
    }
    return out;
  }
}
