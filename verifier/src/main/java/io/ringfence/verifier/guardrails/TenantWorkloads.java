package io.ringfence.verifier.guardrails;

import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which workloads are members of which tenants by their identity. */
final class TenantWorkloads {
  private final Subject subject;
  private final Map<String, List<Workload>> byTenant = new HashMap<>();

  TenantWorkloads(Subject subject) {
    this.subject = subject;
    for (Workload workload : subject.blueprint().workloads().values()) {
      of(workload)
          .forEach(t -> byTenant.computeIfAbsent(t.name(), n -> new ArrayList<>()).add(workload));
    }
  }

  /** A tenant's workloads, in the blueprint's order. */
  List<Workload> of(Tenant tenant) {
    return byTenant.getOrDefault(tenant.name(), List.of());
  }

  /** The tenants that a workload is a member of. */
  List<Tenant> of(Workload workload) {
    return workload.identity().map(subject.directory()::tenants).orElse(List.of());
  }
}
