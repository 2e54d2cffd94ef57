package io.ringfence.gateway.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The grants of those who enter for one service, by where they send from and who they are.
 *
 * @param workloads of who is the workload there
 * @param members by tenant, of its members, whoever they are
 */
record Callers(AreaGrants workloads, Map<String, AreaGrants> members) {
  /** Null when nobody who is the workload there has a grant. */
  GrantSet ofWorkload(Area area) {
    return workloads.of(area);
  }

  /** Null when the tenant's members have no grant there. */
  GrantSet ofMember(String tenant, Area area) {
    return members.getOrDefault(tenant, AreaGrants.NONE).of(area);
  }

  /** Gathers grants, in their order. */
  static final class Builder {
    private final Map<Integer, List<Grant>> workloads = new HashMap<>();
    private final Map<String, Map<Integer, List<Grant>>> members = new HashMap<>();

    /** Many areas have the same grants; those share a set. */
    private final Map<List<Integer>, GrantSet> made = new HashMap<>();

    void addWorkload(Area area, Grant grant) {
      add(workloads, area, grant);
    }

    void addMember(String tenant, Area area, Grant grant) {
      add(members.computeIfAbsent(tenant, t -> new HashMap<>()), area, grant);
    }

    private static void add(Map<Integer, List<Grant>> to, Area area, Grant grant) {
      List<Grant> grants = to.computeIfAbsent(area.number(), a -> new ArrayList<>());
      if (grants.isEmpty() || grants.getLast().order() != grant.order()) {
        grants.add(grant);
      }
    }

    Callers build() {
      Map<String, AreaGrants> byTenant = new HashMap<>();
      members.forEach((tenant, grants) -> byTenant.put(tenant, sets(grants)));
      return new Callers(sets(workloads), byTenant);
    }

    private AreaGrants sets(Map<Integer, List<Grant>> byArea) {
      Map<Integer, GrantSet> out = new HashMap<>();
      byArea.forEach((area, grants) -> out.put(area, set(grants)));
      return new AreaGrants(out);
    }

    private GrantSet set(List<Grant> grants) {
      return made.computeIfAbsent(
          grants.stream().map(Grant::order).toList(), orders -> new GrantSet(grants));
    }
  }
}
