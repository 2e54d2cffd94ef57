package io.ringfence.gateway.doctor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Judges a catalogue. A gateway in front of a database of which anything is found must not serve:
 * its own narrowing is no boundary where the database's is open.
 *
 * <p>What is found of relations and functions is what tenants' roles reach. A caller of no tenant
 * reaches what its operator granted; only its powers are looked at, and {@code BYPASSRLS} only
 * where no rule gives it all tenants' data.
 */
public final class CatalogueCheck {
  private final Catalogue catalogue;
  private final Clientele clientele;
  private final Set<String> tenants;
  private final Map<String, String> columns;
  private final List<Finding> findings = new ArrayList<>();

  private CatalogueCheck(Catalogue catalogue, Clientele clientele) {
    this.catalogue = catalogue;
    this.clientele = clientele;
    this.tenants = clientele.tenantRoles();
    this.columns = clientele.columns();
  }

  /** What is left open, each with what closes it; none when all is well. */
  public static List<Finding> of(Catalogue catalogue, Clientele clientele) {
    CatalogueCheck check = new CatalogueCheck(catalogue, clientele);
    catalogue.roles().forEach(check::role);
    catalogue.relations().forEach(check::relation);
    catalogue.functions().forEach(check::function);
    catalogue.keys().forEach(check::key);
    return List.copyOf(check.findings);
  }

  // --- Roles ---

  private void role(Catalogue.Role role) {
    for (String power : new TreeSet<>(role.powers())) {
      if (!power.equals("BYPASSRLS") || !clientele.others().getOrDefault(role.name(), false)) {
        found(
            "role `%s` has %s".formatted(role.name(), power),
            "ALTER ROLE %s NO%s".formatted(name(role.name()), power));
      }
    }
    if (!tenants.contains(role.name())) {
      return;
    }
    for (String other : new TreeSet<>(role.memberOf())) {
      found(
          "role `%s` is a member of `%s`, whose rights it has".formatted(role.name(), other),
          "REVOKE %s FROM %s".formatted(name(other), name(role.name())));
    }
  }

  // --- Relations ---

  private void relation(Catalogue.Relation relation) {
    Set<String> readers = readers(relation);
    if (isShared(relation)) {
      ownership(relation);
      excess(relation);
    }
    if (readers.isEmpty() || isOwnAlone(relation)) {
      return;
    }
    switch (relation.kind()) {
      case TABLE -> table(relation);
      case VIEW -> {
        if (!relation.invoker()) {
          found(
              "view `%s` shows what its owner sees to %s"
                  .formatted(relation.name(), listed(readers)),
              "ALTER VIEW %s SET (security_invoker = true)".formatted(path(relation.name())));
        }
      }
      case MATERIALIZED_VIEW ->
          found(
              "materialized view `%s` is reached by %s and has no policies"
                  .formatted(relation.name(), listed(readers)),
              revoke(relation, readers));
      case FOREIGN_TABLE ->
          found(
              "foreign table `%s` is reached by %s and leads elsewhere"
                  .formatted(relation.name(), listed(readers)),
              revoke(relation, readers));
    }
  }

  private void ownership(Catalogue.Relation relation) {
    if (tenants.contains(relation.owner())) {
      found(
          "`%s` is shared, and owned by tenant's role `%s`, which may change its policies"
              .formatted(relation.name(), relation.owner()),
          "ALTER TABLE %s OWNER TO CURRENT_USER".formatted(path(relation.name())));
    }
  }

  private void excess(Catalogue.Relation relation) {
    for (String excess : new TreeSet<>(relation.excess())) {
      int space = excess.lastIndexOf(' ');
      String role = excess.substring(0, space);
      if (tenants.contains(role)) {
        found(
            "`%s`: %s goes past row security".formatted(relation.name(), excess),
            "REVOKE %s ON %s FROM PUBLIC, %s"
                .formatted(excess.substring(space + 1), path(relation.name()), name(role)));
      }
    }
  }

  private void table(Catalogue.Relation table) {
    if (!isShared(table)) {
      foreign(table);
      return;
    }
    if (!table.guarded()) {
      found(
          "table `%s` is shared by %s without row security that is forced"
              .formatted(table.name(), listed(readers(table))),
          columns.containsKey(table.name())
              ? "ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
                  .formatted(path(table.name()))
              : revoke(table, readers(table)));
      return;
    }
    Set<String> without = new TreeSet<>(readers(table));
    without.removeAll(table.policyFor());
    for (String role : without) {
      found(
          "table `%s` has no policy for role `%s`".formatted(table.name(), role),
          columns.containsKey(table.name())
              ? "CREATE POLICY own_rows ON %s USING (%s = current_user)"
                  .formatted(path(table.name()), name(columns.get(table.name())))
              : revoke(table, Set.of(role)));
    }
  }

  /** A table that is one tenant's by its name, and that another's role alone reaches. */
  private void foreign(Catalogue.Relation table) {
    Set<String> owners = clientele.owners(table.name());
    for (String reader : new TreeSet<>(readers(table))) {
      if (!owners.isEmpty() && !owners.contains(reader)) {
        found(
            "table `%s` is tenant `%s`'s, and role `%s` reaches it"
                .formatted(table.name(), String.join(", ", owners), reader),
            revoke(table, Set.of(reader)));
      }
    }
  }

  private static String revoke(Catalogue.Relation relation, Set<String> from) {
    List<String> names = from.stream().sorted().map(CatalogueCheck::name).toList();
    return "REVOKE ALL ON %s FROM PUBLIC, %s"
        .formatted(path(relation.name()), String.join(", ", names));
  }

  // --- Functions and keys ---

  private void function(Catalogue.Function function) {
    Set<String> callers = tenantsAmong(function.callers());
    if (!callers.isEmpty()) {
      int arguments = function.name().indexOf('(');
      String path = path(function.name().substring(0, arguments));
      found(
          "function `%s` runs as `%s` for %s"
              .formatted(
                  function.name().substring(0, arguments), function.owner(), listed(callers)),
          "ALTER FUNCTION %s%s SECURITY INVOKER"
              .formatted(path, function.name().substring(arguments)));
    }
  }

  /** A key without the tenant tells one tenant what another has: a duplicate is an error. */
  private void key(Catalogue.Key key) {
    Optional<String> column = column(key.table());
    boolean shared =
        catalogue.relations().stream().anyMatch(r -> r.name().equals(key.table()) && isShared(r));
    if (shared && column.isPresent() && !key.columns().contains(column.get())) {
      found(
          "key `%s` of `%s` is without `%s`, so that its errors tell what others have"
              .formatted(key.name(), key.table(), column.get()),
          "ALTER TABLE %s DROP CONSTRAINT %s, and make it anew with %s in it"
              .formatted(path(key.table()), name(key.name()), name(column.get())));
    }
  }

  /** What tells tenants' rows apart: as the blueprint says, or in all other tables that say so. */
  private Optional<String> column(String table) {
    return Optional.ofNullable(columns.get(table))
        .or(() -> new TreeSet<>(columns.values()).stream().findFirst());
  }

  // --- Who ---

  /** Several tenants reach it, or the blueprint has rows of several there. */
  private boolean isShared(Catalogue.Relation relation) {
    Set<String> known = new HashSet<>(readers(relation));
    if (tenants.contains(relation.owner())) {
      known.add(relation.owner());
    }
    return known.size() > 1 || (!known.isEmpty() && columns.containsKey(relation.name()));
  }

  /** A tenant's own that nobody else reaches shows it what it may see anyhow. */
  private boolean isOwnAlone(Catalogue.Relation relation) {
    return relation.kind() != Catalogue.Kind.FOREIGN_TABLE
        && readers(relation).equals(Set.of(relation.owner()))
        && !columns.containsKey(relation.name());
  }

  private Set<String> readers(Catalogue.Relation relation) {
    return tenantsAmong(relation.readers());
  }

  private Set<String> tenantsAmong(Collection<String> roles) {
    Set<String> out = new TreeSet<>(roles);
    out.retainAll(tenants);
    return out;
  }

  // --- Words ---

  private static String listed(Set<String> names) {
    return String.join(", ", new TreeSet<>(names));
  }

  /** An identifier, quoted. */
  private static String name(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  /** {@code SCHEMA.NAME}, quoted. */
  private static String path(String text) {
    int dot = text.indexOf('.');
    return name(text.substring(0, dot)) + "." + name(text.substring(dot + 1));
  }

  private void found(String text, String repair) {
    findings.add(new Finding(text, repair));
  }
}
