package io.ringfence.gateway.policy;

import io.ringfence.model.Blueprint;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Principal;
import io.ringfence.model.Tenant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which tenants an identity is a member of, and which own a collection. */
final class Memberships {
  private final Map<String, List<String>> tenantsByIdentity = new HashMap<>();
  private final Map<String, NameTable<String>> ownNames = new HashMap<>();
  private final Map<String, Set<String>> sharersByCollection = new HashMap<>();
  private final NameTable<String> allNames;

  Memberships(Blueprint blueprint) {
    NameTable.Builder<String> all = new NameTable.Builder<>();
    for (Tenant tenant : blueprint.tenants().values()) {
      for (Tenant.Member member : tenant.members()) {
        if (member instanceof Tenant.Member.Spiffe spiffe) {
          addMember(spiffe.id(), tenant.name());
        }
      }
      tenant
          .rows()
          .ifPresent(
              r ->
                  sharersByCollection
                      .computeIfAbsent(r.collection(), c -> new HashSet<>())
                      .add(tenant.name()));
      NameTable.Builder<String> own = new NameTable.Builder<>();
      for (NamePattern pattern : patterns(tenant)) {
        own.add(0, pattern, tenant.name());
        all.add(0, pattern, tenant.name());
      }
      ownNames.put(tenant.name(), own.build());
    }
    allNames = all.build();
  }

  private void addMember(String identity, String tenant) {
    List<String> tenants = tenantsByIdentity.computeIfAbsent(identity, i -> new ArrayList<>());
    if (!tenants.contains(tenant)) {
      tenants.add(tenant);
    }
  }

  private static List<NamePattern> patterns(Tenant tenant) {
    List<NamePattern> out = new ArrayList<>(tenant.collections());
    // A shared collection is named, never matched: a star in its name is refused at load.
    tenant.rows().ifPresent(r -> out.add(new NamePattern(r.collection())));
    return out;
  }

  /** The tenants of an identity by itself, in the order declared. */
  List<String> of(Optional<String> identity) {
    return identity.isEmpty()
        ? List.of()
        : tenantsByIdentity.getOrDefault(identity.get(), List.of());
  }

  /** True when a principal's proofs name two tenants. */
  boolean contradictory(Principal principal) {
    List<String> tenants = of(principal.identity());
    return tenants.size() > 1
        || (tenants.size() == 1
            && principal.claimedTenant().isPresent()
            && !principal.claimedTenant().get().equals(tenants.getFirst()));
  }

  /** The one tenant of a principal that is not contradictory; null when it is a member of none. */
  String tenant(Principal principal) {
    if (principal.claimedTenant().isPresent()) {
      return principal.claimedTenant().get();
    }
    List<String> tenants = of(principal.identity());
    return tenants.isEmpty() ? null : tenants.getFirst();
  }

  boolean owned(String collection) {
    return allNames.first(collection, t -> true) != null;
  }

  /** True when it is another's alone; who has rows of it shares it with all who have. */
  boolean ownedByAnother(String tenant, String collection) {
    Set<String> sharers = sharersByCollection.getOrDefault(collection, Set.of());
    boolean shares = sharers.contains(tenant);
    return allNames.first(collection, t -> !t.equals(tenant) && !(shares && sharers.contains(t)))
        != null;
  }

  /** True when the tenant owns it; false for a tenant that there is not. */
  boolean owns(String tenant, String collection) {
    NameTable<String> names = ownNames.get(tenant);
    return names != null && names.first(collection, t -> true) != null;
  }
}
