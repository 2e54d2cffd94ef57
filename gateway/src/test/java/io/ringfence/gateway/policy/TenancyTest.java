package io.ringfence.gateway.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ringfence.gateway.request.CollectionNames;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.model.Blueprint;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Separation;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import io.ringfence.model.testing.RagPlatform;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is a tenant, and what its collections are called, as tables. */
class TenancyTest {
  private static final String ISSUER = "https://login.acme.example";

  private final Tenancy tenancy =
      new Tenancy(
          with(
              tenant("acme", Separation.NAMES, "acme-", "acme-*", "spiffe://acme/api"),
              tenant("globex", Separation.NAMES, "globex-", "globex-*", "org=globex"),
              tenant("hooli", Separation.FILTER, null, null, "org=hooli", "spiffe://hooli/api"),
              tenant("stark", Separation.FILTER, null, null, "org=stark"),
              tenant("initech", Separation.NATIVE, null, "tps*", "org=initech", "dept=tps"),
              tenant(
                  "umbrella", Separation.NAMES, null, "hive,umbrella-*", "spiffe://umbrella/api"),
              tenant("twin", Separation.NAMES, "twin-", "twin-*", "spiffe://hooli/both"),
              tenant("other", Separation.NAMES, "other-", "other-*", "spiffe://hooli/both")));

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // one tenant, however often it is named
        "acme, spiffe://acme/api, -, -",
        "globex, -, good, org=globex",
        "globex, spiffe://nobody/api, good, org=globex",
        "hooli, spiffe://hooli/api, good, org=hooli",
        "initech, -, good, org=initech dept=tps",
        "initech, -, good, dept=ops+tps",
        "acme, spiffe://acme/api, good, org=unknown",
        // none
        "-, -, -, -",
        "-, spiffe://nobody/api, -, -",
        "-, spiffe://acme/api/, -, -",
        "-, spiffe://ACME/api, -, -",
        "-, spiffe://acme/ap, -, -",
        "-, -, good, -",
        "-, -, good, org=Globex",
        "-, -, good, org=globex-",
        "-, -, good, ORG=globex",
        "-, -, good, dept=globex",
        "-, -, good, tenant=globex",
        "-, -, good, org=*",
        // the claim counts from its tenant's issuer only
        "-, -, evil, org=globex",
        "-, -, prefix, org=globex",
        "acme, spiffe://acme/api, evil, org=globex",
        // two
        "REFUSED, spiffe://acme/api, good, org=globex",
        "REFUSED, spiffe://hooli/api, good, org=globex",
        "REFUSED, -, good, org=globex+hooli",
        "REFUSED, -, good, org=globex dept=tps",
        "REFUSED, spiffe://hooli/both, -, -",
        "REFUSED, spiffe://hooli/both, good, org=globex",
      })
  void members(String expected, String spiffeId, String issuer, String claims) {
    assertEquals(expected, said(credentials(spiffeId, issuer, claims)));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "globex, -, globex",
        "acme, spiffe://acme/api, acme",
        "REFUSED, spiffe://acme/api, globex",
        "REFUSED, -, nobody",
        "REFUSED, spiffe://acme/api, nobody",
      })
  void aKeyIsOfItsTenant(String expected, String spiffeId, String tenant) {
    Credentials key =
        new Credentials(Optional.ofNullable(spiffeId), Optional.empty(), Optional.of(tenant));
    assertEquals(expected, said(key));
  }

  private String said(Credentials shown) {
    try {
      return tenancy.standing(shown).scope().tenant().map(Tenant::name).orElse(null);
    } catch (RefusedException e) {
      assertEquals(Refusal.Kind.DENIED, e.refusal().kind());
      return "REFUSED";
    }
  }

  private static Credentials credentials(String spiffeId, String issuer, String claims) {
    Optional<Credentials.Token> token =
        Optional.ofNullable(issuer).map(i -> new Credentials.Token(issuer(i), claims(claims)));
    return new Credentials(Optional.ofNullable(spiffeId), token);
  }

  private static String issuer(String word) {
    return switch (word) {
      case "good" -> ISSUER;
      case "evil" -> "https://evil.example";
      case "prefix" -> ISSUER + "/";
      default -> throw new IllegalArgumentException(word);
    };
  }

  private static Map<String, Object> claims(String text) {
    Map<String, Object> out = new LinkedHashMap<>(Map.of("sub", "somebody", "iat", 7L));
    for (String claim : text == null ? new String[0] : text.split(" ")) {
      String value = claim.substring(claim.indexOf('=') + 1);
      boolean list = value.contains("+");
      out.put(
          claim.substring(0, claim.indexOf('=')), list ? Arrays.asList(value.split("\\+")) : value);
    }
    return out;
  }

  @Test
  void aClaimThatIsNoTextNamesNobody() throws RefusedException {
    List<Object> values =
        Arrays.asList(7, true, null, Map.of("globex", "globex"), List.of(List.of("globex")));
    for (Object value : values) {
      var token = new Credentials.Token(ISSUER, Collections.singletonMap("org", value));
      Standing caller = tenancy.standing(Credentials.of("spiffe://nobody/api").with(token));
      assertEquals(Optional.empty(), caller.scope().tenant());
      assertEquals(Optional.empty(), caller.principal().claimedTenant());
    }
  }

  @Test
  void thePrincipalIsWhatDecisionsTake() throws RefusedException {
    Standing caller = tenancy.standing(credentials("spiffe://nobody/api", "good", "org=globex"));
    assertEquals(Optional.of("spiffe://nobody/api"), caller.principal().identity());
    assertEquals(Optional.of("globex"), caller.principal().claimedTenant());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // own names, under the prefix
        "acme, docs, acme-docs",
        "acme, acme, acme-acme",
        "acme, Acme-docs, acme-Acme-docs",
        "acme, hive, acme-hive",
        // without a prefix the names are the server's
        "umbrella, umbrella-docs, umbrella-docs",
        "umbrella, hive, hive",
        "umbrella, common, common",
        "initech, tps-reports, tps-reports",
        // who has rows of a collection shares it with all who have
        "hooli, shared, shared",
        "stark, shared, shared",
        // what bears any tenant's prefix is never passed through
        "acme, acme-docs, -",
        "acme, acme-, -",
        "acme, globex-docs, -",
        "acme, globex-, -",
        "globex, acme-docs, -",
        "hooli, acme-docs, -",
        "initech, globex-docs, -",
        "umbrella, acme-docs, -",
        // nor what another owns
        "umbrella, shared, -",
        "umbrella, tps-reports, -",
        "hooli, hive, -",
        "initech, umbrella-docs, -",
        // nor no name
        "acme, '', -",
        "hooli, '', -",
      })
  void toServer(String tenant, String name, String serverName) throws RefusedException {
    CollectionNames names = scope(tenant).names();
    if (serverName != null) {
      assertEquals(serverName, names.toServer(name));
      boolean own = scope(tenant).tenant().orElseThrow().owns(serverName);
      assertEquals(own ? Optional.of(name) : Optional.empty(), names.toClient(serverName));
    } else {
      RefusedException e = assertThrows(RefusedException.class, () -> names.toServer(name));
      assertEquals(Refusal.Kind.NOT_FOUND, e.refusal().kind());
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "acme, acme-docs, docs",
        "umbrella, hive, hive",
        "hooli, shared, shared",
        "stark, shared, shared",
        "acme, globex-docs, -",
        "acme, docs, -",
        "acme, shared, -",
        "acme, acme-, -",
        // it has no name that would lead back to it
        "acme, acme-acme-docs, -",
        "acme, acme-globex-docs, -",
        "globex, acme-globex-docs, -",
        "hooli, hive, -",
        "hooli, common, -",
        "initech, umbrella-docs, -",
        "umbrella, tps-reports, -",
      })
  void toClient(String tenant, String serverName, String name) throws RefusedException {
    assertEquals(Optional.ofNullable(name), scope(tenant).names().toClient(serverName));
  }

  @Test
  void withoutATenantNamesAreTheServers() throws RefusedException {
    Scope scope = tenancy.standing(Credentials.of("spiffe://nobody/api")).scope();
    assertEquals("acme-docs", scope.names().toServer("acme-docs"));
    assertEquals(Optional.of("acme-docs"), scope.names().toClient("acme-docs"));
    assertEquals(Optional.empty(), scope.rowsOf("shared"));
  }

  @Test
  void rowsAreFilteredForWhoHasRowsThere() throws RefusedException {
    Scope.Rows rows = new Scope.Rows("tenant_id", "hooli");
    assertEquals(Optional.of(rows), scope("hooli").rowsOf("shared"));
    assertEquals(Optional.empty(), scope("hooli").rowsOf("common"));
    assertEquals(Optional.empty(), scope("acme").rowsOf("shared"));
  }

  private Scope scope(String tenant) throws RefusedException {
    Credentials shown =
        switch (tenant) {
          case "acme", "hooli", "umbrella" -> Credentials.of("spiffe://" + tenant + "/api");
          default -> credentials(null, "good", "org=" + tenant);
        };
    return tenancy.standing(shown).scope();
  }

  private static Tenant tenant(
      String name, Separation separation, String prefix, String collections, String... members) {
    return new Tenant(
        name,
        Arrays.stream(members).map(TenancyTest::member).toList(),
        separation,
        Optional.ofNullable(prefix),
        Optional.ofNullable(collections).stream()
            .flatMap(c -> Arrays.stream(c.split(",")))
            .map(NamePattern::new)
            .toList(),
        separation == Separation.FILTER
            ? Optional.of(new Tenant.Rows("shared", "tenant_id"))
            : Optional.empty(),
        Optional.empty(),
        SourceLocation.BUILT_IN);
  }

  private static Tenant.Member member(String text) {
    int equals = text.indexOf('=');
    return equals < 0
        ? new Tenant.Member.Spiffe(text)
        : new Tenant.Member.Claim(ISSUER, text.substring(0, equals), text.substring(equals + 1));
  }

  /** The RAG platform with other tenants, and no rules that would name the ones it had. */
  private static Blueprint with(Tenant... tenants) {
    Map<String, Tenant> byName = new LinkedHashMap<>();
    Arrays.stream(tenants).forEach(t -> byName.put(t.name(), t));
    Blueprint base = RagPlatform.blueprint();
    return new Blueprint(
        base.name(),
        base.segments(),
        base.workloads(),
        base.resolvers(),
        base.management(),
        byName,
        base.roles(),
        base.gateways(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        base.hosts(),
        base.routers(),
        base.links());
  }
}
