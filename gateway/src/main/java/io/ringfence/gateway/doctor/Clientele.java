package io.ringfence.gateway.doctor;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Place;
import io.ringfence.model.Tenant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who comes to a database through a gateway, by the roles they log in with.
 *
 * @param tenants each has the role of its name
 * @param others roles of callers that are no tenant's, and whether a rule gives them all tenants'
 */
public record Clientele(List<Tenant> tenants, Map<String, Boolean> others) {
  public Clientele {
    tenants = List.copyOf(tenants);
    others = Map.copyOf(others);
  }

  /** Those of a gateway, by its rules. */
  public static Clientele of(Directory directory, String gateway) {
    Map<String, Boolean> others = new TreeMap<>();
    for (AccessRule rule : directory.rules()) {
      if (rule.through().filter(gateway::equals).isEmpty()) {
        continue;
      }
      rule.from().stream()
          .map(Endpoint::place)
          .filter(p -> !(p instanceof Place.OfTenant))
          .map(directory::workloads)
          .flatMap(List::stream)
          .flatMap(w -> w.identity().stream())
          .filter(id -> directory.tenants(id).isEmpty())
          .forEach(id -> others.merge(lastPart(id), rule.allTenants(), Boolean::logicalOr));
    }
    Collection<Tenant> tenants = directory.blueprint().tenants().values();
    tenants.forEach(t -> others.remove(t.name()));
    return new Clientele(List.copyOf(tenants), others);
  }

  private static String lastPart(String identity) {
    return identity.substring(identity.lastIndexOf('/') + 1);
  }

  /** The roles of tenants. */
  public Set<String> tenantRoles() {
    return tenants.stream().map(Tenant::name).collect(Collectors.toCollection(TreeSet::new));
  }

  /** All roles, tenants' first. */
  public List<String> roles() {
    List<String> out = new java.util.ArrayList<>(tenantRoles());
    out.addAll(new TreeSet<>(others.keySet()));
    return out;
  }

  /** By the full name of a shared table, the column that tells tenants' rows apart. */
  Map<String, String> columns() {
    Map<String, String> out = new TreeMap<>();
    for (Tenant tenant : tenants) {
      tenant.rows().ifPresent(r -> out.put(fullName(r.collection()), r.key()));
    }
    return out;
  }

  private static String fullName(String collection) {
    return collection.contains(".") ? collection : "public." + collection;
  }

  /** The tenants that a table is of by name, without those that have rows of it. */
  Set<String> owners(String table) {
    String collection = table.startsWith("public.") ? table.substring(7) : table;
    return tenants.stream()
        .filter(t -> t.owns(collection) && t.rows().isEmpty())
        .map(Tenant::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
