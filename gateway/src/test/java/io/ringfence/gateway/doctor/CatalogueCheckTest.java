package io.ringfence.gateway.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.gateway.doctor.Catalogue.Function;
import io.ringfence.gateway.doctor.Catalogue.Key;
import io.ringfence.gateway.doctor.Catalogue.Kind;
import io.ringfence.gateway.doctor.Catalogue.Relation;
import io.ringfence.gateway.doctor.Catalogue.Role;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Separation;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is found of a catalogue, and what is not. */
class CatalogueCheckTest {
  private static final Role ACME = new Role("acme", Set.of(), Set.of());
  private static final Role GLOBEX = new Role("globex", Set.of(), Set.of());
  private static final Set<String> BOTH = Set.of("acme", "globex");

  /**
   * acme and globex with rows of `docs`, `a` with tables of its own; etl, and an all-seeing one.
   */
  private static final Clientele CLIENTELE =
      new Clientele(
          List.of(
              tenant("acme", Optional.of("docs")),
              tenant("globex", Optional.of("docs")),
              tenant("a", Optional.empty())),
          Map.of("etl", false, "auditor", true));

  private static Tenant tenant(String name, Optional<String> rows) {
    return new Tenant(
        name,
        List.of(),
        rows.isPresent() ? Separation.FILTER : Separation.NAMES,
        rows.isPresent() ? Optional.empty() : Optional.of(name + "_"),
        rows.isPresent() ? List.of() : List.of(new NamePattern(name + "_*")),
        rows.map(r -> new Tenant.Rows(r, "tenant_id")),
        Optional.empty(),
        SourceLocation.BUILT_IN);
  }

  private static Relation relation(
      Kind kind, Set<String> readers, boolean guarded, Set<String> policies, boolean invoker) {
    return new Relation(
        "public.docs", kind, "postgres", readers, Set.of(), guarded, policies, invoker);
  }

  private static List<String> found(Catalogue catalogue) {
    return found(catalogue, CLIENTELE);
  }

  private static List<String> found(Catalogue catalogue, Clientele clientele) {
    return CatalogueCheck.of(catalogue, clientele).stream()
        .map(f -> f.text().split(",")[0])
        .toList();
  }

  private static List<String> found(Relation relation) {
    return found(
        new Catalogue("18.3", List.of(ACME, GLOBEX), List.of(relation), List.of(), List.of()));
  }

  private static List<String> found(Role role) {
    return found(new Catalogue("18.3", List.of(role), List.of(), List.of(), List.of()));
  }

  @Test
  void roles() {
    assertEquals(List.of(), found(ACME));
    assertEquals(
        List.of("role `a` has BYPASSRLS", "role `a` has SUPERUSER"),
        found(new Role("a", Set.of("SUPERUSER", "BYPASSRLS"), Set.of())));
    assertEquals(
        List.of("role `a` is a member of `readers`"),
        found(new Role("a", Set.of(), Set.of("readers"))));
  }

  @Test
  void tables() {
    assertEquals(List.of(), found(relation(Kind.TABLE, BOTH, true, BOTH, false)));
    assertEquals(
        List.of("table `public.docs` is shared by acme"),
        found(relation(Kind.TABLE, BOTH, false, BOTH, false)));
    assertEquals(
        List.of("table `public.docs` has no policy for role `globex`"),
        found(relation(Kind.TABLE, BOTH, true, Set.of("acme"), false)));
    assertEquals(List.of(), found(named("public.b_docs", "acme")), "a table of one tenant's");
    assertEquals(List.of(), found(relation(Kind.TABLE, Set.of(), false, Set.of(), false)));
  }

  @Test
  void ownersAndRightsPastRowSecurity() {
    Relation owned =
        new Relation(
            "public.docs", Kind.TABLE, "acme", BOTH, Set.of("globex TRUNCATE"), true, BOTH, false);
    assertEquals(
        List.of("`public.docs` is shared", "`public.docs`: globex TRUNCATE goes past row security"),
        found(owned));
  }

  @Test
  void otherRelations() {
    assertEquals(
        List.of("view `public.docs` shows what its owner sees to acme"),
        found(relation(Kind.VIEW, Set.of("acme"), false, Set.of(), false)));
    assertEquals(List.of(), found(relation(Kind.VIEW, Set.of("acme"), false, Set.of(), true)));
    assertEquals(
        List.of("materialized view `public.docs` is reached by acme and has no policies"),
        found(relation(Kind.MATERIALIZED_VIEW, Set.of("acme"), false, Set.of(), false)));
    assertEquals(
        List.of("foreign table `public.docs` is reached by acme and leads elsewhere"),
        found(relation(Kind.FOREIGN_TABLE, Set.of("acme"), false, Set.of(), false)));
    assertEquals(
        List.of(), found(relation(Kind.MATERIALIZED_VIEW, Set.of(), false, Set.of(), false)));
  }

  @Test
  void functionsAndKeys() {
    Relation shared = relation(Kind.TABLE, BOTH, true, BOTH, false);
    Catalogue catalogue =
        new Catalogue(
            "18.3",
            List.of(ACME, GLOBEX),
            List.of(shared),
            List.of(
                new Function("public.f(integer)", "postgres", Set.of("acme")),
                new Function("public.g()", "postgres", Set.of())),
            List.of(
                new Key("docs_pkey", "public.docs", Set.of("id")),
                new Key("docs_tenant", "public.docs", Set.of("tenant_id", "id")),
                new Key("other", "public.other", Set.of("id"))));
    assertEquals(
        List.of(
            "function `public.f` runs as `postgres` for acme",
            "key `docs_pkey` of `public.docs` is without `tenant_id`"),
        found(catalogue));
    Clientele byName =
        new Clientele(
            List.of(tenant("acme", Optional.empty()), tenant("globex", Optional.empty())),
            Map.of());
    assertEquals(1, found(catalogue, byName).size());
  }

  @Test
  void callersOfNoTenant() {
    assertEquals(
        List.of("role `etl` has BYPASSRLS"), found(new Role("etl", Set.of("BYPASSRLS"), Set.of())));
    assertEquals(List.of(), found(new Role("auditor", Set.of("BYPASSRLS"), Set.of("readers"))));
    assertEquals(
        List.of("role `auditor` has SUPERUSER"),
        found(new Role("auditor", Set.of("SUPERUSER"), Set.of())));
    assertEquals(
        List.of(), found(relation(Kind.VIEW, Set.of("auditor", "etl"), false, Set.of(), false)));
  }

  @Test
  void whatIsOneTenantsByName() {
    assertEquals(
        List.of("table `public.a_docs` is tenant `a`'s"), found(named("public.a_docs", "acme")));
    assertEquals(List.of(), found(named("public.a_docs", "a")));
    assertEquals(List.of(), found(named("public.b_docs", "acme")), "nobody's by its name");
  }

  private static Relation named(String name, String reader) {
    return new Relation(
        name, Kind.TABLE, "postgres", Set.of(reader), Set.of(), false, Set.of(), false);
  }

  @Test
  void aTenantsOwnViewsAreItsBusiness() {
    for (Kind kind : List.of(Kind.VIEW, Kind.MATERIALIZED_VIEW)) {
      Relation own =
          new Relation("public.a_v", kind, "a", Set.of("a"), Set.of(), false, Set.of(), false);
      assertEquals(List.of(), found(own));
    }
  }

  @Test
  void sharedRowsAreGuardedWhoeverReaches() {
    assertEquals(
        List.of("table `public.docs` is shared by acme without row security that is forced"),
        found(relation(Kind.TABLE, Set.of("acme"), false, Set.of(), false)));
  }
}
