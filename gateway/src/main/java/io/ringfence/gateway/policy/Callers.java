package io.ringfence.gateway.policy;

import io.ringfence.model.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The grants of those who enter for one service, by where they send from and who they are.
 *
 * @param workloads of who is the workload there
 * @param members by tenant, of its members, whoever they are
 */
record Callers(AreaGrants workloads, Map<String, AreaGrants> members) {
  AreaGrants ofMembers(String tenant) {
    return members.getOrDefault(tenant, AreaGrants.NONE);
  }

  /** Gathers grants, in their order. */
  static final class Builder {
    private final Gathered workloads = new Gathered();
    private final Map<String, Gathered> members = new HashMap<>();

    /** Many areas have the same grants from a place; those share a set. */
    private final Map<List<Integer>, GrantSet> made = new HashMap<>();

    /** By the place that brings them, then by the area within it. */
    private static final class Gathered {
      private final Map<Place, Map<Integer, List<Grant>>> byPlace = new LinkedHashMap<>();

      void add(Place place, Area area, Grant grant) {
        List<Grant> grants =
            byPlace
                .computeIfAbsent(place, p -> new HashMap<>())
                .computeIfAbsent(area.number(), a -> new ArrayList<>());
        if (grants.isEmpty() || grants.getLast().order() != grant.order()) {
          grants.add(grant);
        }
      }
    }

    void addWorkload(Place place, Area area, Grant grant) {
      workloads.add(place, area, grant);
    }

    void addMember(String tenant, Place place, Area area, Grant grant) {
      members.computeIfAbsent(tenant, t -> new Gathered()).add(place, area, grant);
    }

    Callers build() {
      Map<String, AreaGrants> byTenant = new HashMap<>();
      members.forEach((tenant, gathered) -> byTenant.put(tenant, sets(gathered)));
      return new Callers(sets(workloads), byTenant);
    }

    private AreaGrants sets(Gathered gathered) {
      Map<Integer, List<GrantSet>> out = new HashMap<>();
      gathered
          .byPlace
          .values()
          .forEach(
              byArea ->
                  byArea.forEach(
                      (area, grants) ->
                          out.computeIfAbsent(area, a -> new ArrayList<>()).add(set(grants))));
      return new AreaGrants(out);
    }

    private GrantSet set(List<Grant> grants) {
      return made.computeIfAbsent(
          grants.stream().map(Grant::order).toList(), orders -> new GrantSet(grants));
    }
  }
}
