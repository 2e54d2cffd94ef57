package io.ringfence.gateway.doctor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Judges a catalogue. A gateway in front of a database of which anything is found must not serve:
 * its own narrowing is no boundary where the database's is open.
 */
public final class CatalogueCheck {
  private final Catalogue catalogue;
  private final Optional<String> tenantColumn;
  private final List<String> findings = new ArrayList<>();

  private CatalogueCheck(Catalogue catalogue, Optional<String> tenantColumn) {
    this.catalogue = catalogue;
    this.tenantColumn = tenantColumn;
  }

  /**
   * What is left open, each in the operator's words with what to do; none when all is well.
   *
   * @param tenantColumn tells the tenants' rows apart in what they share, where they do
   */
  public static List<String> of(Catalogue catalogue, Optional<String> tenantColumn) {
    CatalogueCheck check = new CatalogueCheck(catalogue, tenantColumn);
    catalogue.roles().forEach(check::role);
    catalogue.relations().forEach(check::relation);
    catalogue.functions().forEach(check::function);
    catalogue.keys().forEach(check::key);
    return List.copyOf(check.findings);
  }

  private void role(Catalogue.Role role) {
    for (String power : new TreeSet<>(role.powers())) {
      found("role `%s` has %s; ALTER ROLE it to NO%s", role.name(), power, power);
    }
    for (String other : new TreeSet<>(role.memberOf())) {
      found("role `%s` is a member of `%s`, whose rights it has; REVOKE that", role.name(), other);
    }
  }

  private void relation(Catalogue.Relation relation) {
    if (isRole(relation.owner())) {
      // Its own alone is its own business; what others read as well is not.
      if (isShared(relation)) {
        found(
            "`%s` is owned by tenant's role `%s`, which may change its policies; give it another"
                + " owner",
            relation.name(), relation.owner());
      }
    }
    for (String excess : new TreeSet<>(relation.excess())) {
      if (isShared(relation)) {
        found("`%s`: %s goes past row security; REVOKE it", relation.name(), excess);
      }
    }
    if (relation.readers().isEmpty()) {
      return;
    }
    switch (relation.kind()) {
      case TABLE -> table(relation);
      case VIEW -> {
        if (!relation.invoker()) {
          found(
              "view `%s` shows what its owner sees to %s; ALTER VIEW it SET (security_invoker ="
                  + " true)",
              relation.name(), readers(relation));
        }
      }
      case MATERIALIZED_VIEW ->
          found(
              "materialized view `%s` is reached by %s and has no policies; REVOKE it",
              relation.name(), readers(relation));
      case FOREIGN_TABLE ->
          found(
              "foreign table `%s` is reached by %s and leads elsewhere; REVOKE it",
              relation.name(), readers(relation));
    }
  }

  private void table(Catalogue.Relation table) {
    if (!isShared(table)) {
      return;
    }
    if (!table.guarded()) {
      found(
          "table `%s` is shared by %s without row security that is forced; ALTER TABLE it ENABLE"
              + " ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
          table.name(), readers(table));
      return;
    }
    Set<String> without = new TreeSet<>(table.readers());
    without.removeAll(table.policyFor());
    for (String role : without) {
      found("table `%s` has no policy for role `%s`; CREATE POLICY", table.name(), role);
    }
  }

  private void function(Catalogue.Function function) {
    if (!function.callers().isEmpty()) {
      found(
          "function `%s` runs as `%s` for %s; make it SECURITY INVOKER, or REVOKE it",
          function.name(), function.owner(), String.join(", ", new TreeSet<>(function.callers())));
    }
  }

  /** A key without the tenant tells one tenant what another has: a duplicate is an error. */
  private void key(Catalogue.Key key) {
    boolean shared =
        catalogue.relations().stream().anyMatch(r -> r.name().equals(key.table()) && isShared(r));
    if (shared && tenantColumn.isPresent() && !key.columns().contains(tenantColumn.get())) {
      found(
          "key `%s` of `%s` is without `%s`, so that its errors tell what others have; put it into"
              + " the key",
          key.name(), key.table(), tenantColumn.get());
    }
  }

  private boolean isShared(Catalogue.Relation relation) {
    Set<String> known = new HashSet<>(relation.readers());
    if (isRole(relation.owner())) {
      known.add(relation.owner());
    }
    return known.size() > 1;
  }

  private boolean isRole(String name) {
    return catalogue.roles().stream().anyMatch(r -> r.name().equals(name));
  }

  private static String readers(Catalogue.Relation relation) {
    return String.join(", ", new TreeSet<>(relation.readers()));
  }

  private void found(String text, Object... values) {
    findings.add(text.formatted(values));
  }
}
