package io.ringfence.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Audience;
import io.ringfence.model.Blueprint;
import io.ringfence.model.BlueprintTest;
import io.ringfence.model.Encryption;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Gateway;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Isolation;
import io.ringfence.model.Mode;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Principal;
import io.ringfence.model.Secret;
import io.ringfence.model.Separation;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import io.ringfence.model.WorkloadKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BlueprintLoaderTest {
  private static final Blueprint ALL =
      TestingLoad.clean("everything.yaml", Texts.resource("everything.yaml"));

  @Test
  void theExampleLoadsClean() {
    Blueprint own = TestingLoad.clean("rag-platform.yaml", Texts.resource("rag-platform.yaml"));
    Blueprint example = TestingLoad.clean("rag-platform.yaml", Texts.example("rag-platform.yaml"));
    assertEquals(own, example);
    assertEquals(9, example.access().size());
    assertEquals(6, example.guardrails().size());
    assertEquals(5, example.tests().size());
  }

  @Test
  void whatIsNotSaidHasItsDefault() {
    Blueprint blueprint =
        TestingLoad.clean(
            "a.yaml",
            """
            ringfence: v1
            segments: { app: { tier: application, networks: 10.0.0.0/24 } }
            workloads: { web: { segment: app, addresses: 10.0.0.1 } }
            """);
    assertEquals("blueprint", blueprint.name());
    assertEquals(Isolation.VLAN, blueprint.segments().get("app").isolation());
    assertEquals(Mode.ENFORCE, blueprint.segments().get("app").mode());
    assertEquals(WorkloadKind.GENERIC, blueprint.workloads().get("web").kind());
    assertEquals(Map.of(), blueprint.workloads().get("web").services());
    assertTrue(blueprint.management().isEmpty());
  }

  @Test
  void aBlueprintThatSaysNothingIsOne() {
    assertEquals(List.of(), TestingLoad.clean("a.yaml", "ringfence: v1\n").rules());
  }

  @Test
  void segmentsAndWorkloads() {
    var app = ALL.segments().get("app");
    assertEquals(List.of(prefix("10.0.1.0/24"), prefix("fd00:0:0:1::/64")), app.networks());
    assertEquals(10, app.vlan().getAsInt());
    assertEquals(1000, app.vni().getAsInt());
    assertEquals(Mode.OBSERVE, app.mode());
    assertEquals(Isolation.PHYSICAL, ALL.segments().get("vault").isolation());
    var api = ALL.workloads().get("api");
    assertEquals(
        List.of(Address.parse("10.0.1.10"), Address.parse("fd00:0:0:1::a")), api.addresses());
    assertEquals(Map.of("team", "search", "acme.example/tier", "1", "empty", ""), api.labels());
    assertEquals(new SourceLocation("everything.yaml", 14, 3), api.at());
  }

  @Test
  void servicesAreTheEnginesAndTheOwn() {
    var api = ALL.workloads().get("api").services();
    assertEquals(PortSet.parse("8080/tcp"), api.get("http").ports());
    assertEquals(Audience.ANYONE, api.get("http").audience());
    assertEquals(Optional.of(Encryption.MTLS), api.get("admin").encryption());
    assertEquals(PortSet.parse("sctp"), api.get("media").ports());
    var qdrant = ALL.workloads().get("qdrant").services();
    assertEquals(
        List.of("grpc", "peer", "rest"), qdrant.keySet().stream().collect(Collectors.toList()));
    assertEquals(PortSet.parse("6334/tcp"), qdrant.get("grpc").ports());
    assertEquals(Optional.of(Encryption.TLS), qdrant.get("grpc").encryption());
    assertEquals(Audience.GATEWAY, qdrant.get("grpc").audience());
  }

  @Test
  void hostsRoutersAndLinks() {
    assertEquals(List.of(Address.parse("10.0.0.10")), ALL.hosts().get("front").addresses());
    assertEquals(Map.of("app", "app", "data", "data"), ALL.routers().get("core").interfaces());
    assertEquals(
        Map.of("edge", "eth1", "operations", "eth2.30"), ALL.routers().get("border").interfaces());
    assertEquals("internet", ALL.links().get(1).b());
  }

  @Test
  void tenants() {
    Tenant acme = ALL.tenants().get("acme");
    assertEquals(Optional.of("acme-"), acme.prefix());
    assertEquals(
        new Tenant.PrivateEndpoint(Address.parse("10.0.1.100"), "gateway"),
        acme.endpoint().orElseThrow());
    assertEquals(
        List.of(new Tenant.Member.Claim("https://login.example", "org", "globex")),
        ALL.tenants().get("globex").members());
    assertEquals(
        Optional.of(new Tenant.Rows("shared", "tenant_id")), ALL.tenants().get("globex").rows());
    assertEquals(Separation.NATIVE, ALL.tenants().get("initech").separation());
  }

  @Test
  void aPrefixAndTheOnlyPatternOfNamesGiveEachOther() {
    Blueprint blueprint =
        TestingLoad.clean(
            "a.yaml",
            """
            ringfence: v1
            tenants:
              a: { members: spiffe://x.example/a, separation: names, prefix: a- }
              b: { members: spiffe://x.example/b, separation: names, collections: "b-*" }
              c: { members: spiffe://x.example/c, separation: names, collections: ["c-*", other] }
            """);
    assertEquals(List.of(new NamePattern("a-*")), blueprint.tenants().get("a").collections());
    assertEquals(Optional.of("b-"), blueprint.tenants().get("b").prefix());
    assertEquals(Optional.empty(), blueprint.tenants().get("c").prefix());
  }

  @Test
  void gateways() {
    Gateway gateway = ALL.gateways().get("gateway");
    assertEquals(
        new Gateway.SocketBinding(Address.parse("10.0.2.5"), 7443), gateway.listen().get("grpc"));
    assertEquals(new Secret.OfEnvironment("GATEWAY_KEY"), gateway.tls().orElseThrow().key());
    assertEquals(
        new Secret.OfFile("acme.pem"), gateway.tls().orElseThrow().trust().get("acme.example"));
    Gateway.Upstream upstream = gateway.upstream().get("qdrant");
    assertTrue(upstream.tls());
    assertEquals(Optional.of("qdrant.internal"), upstream.san());
    assertEquals(Gateway.Demand.OPTIONAL, gateway.identity().mtls());
    assertEquals(
        new Gateway.Sessions(Duration.ofHours(1), Duration.ofMillis(500)), gateway.sessions());
    assertEquals(
        List.of(
            new Gateway.Rate(500, Duration.ofSeconds(1), Gateway.Rate.Scope.PRINCIPAL),
            new Gateway.Rate(1_000_000, Duration.ofDays(1), Gateway.Rate.Scope.TENANT),
            new Gateway.Rate(10, Duration.ofMinutes(1), Gateway.Rate.Scope.OPERATION)),
        gateway.limits().requests());
    assertEquals(Optional.of(8L << 20), gateway.limits().bodyBytes());
    assertEquals(Optional.of(Duration.ofSeconds(30)), gateway.limits().time());
    assertEquals(Optional.of("/run/ringfence/admin.sock"), gateway.admin().orElseThrow().socket());
    Gateway relay = ALL.gateways().get("relay");
    assertTrue(relay.upstream().get("postgres").tls());
    assertEquals(new Gateway.Jwks.Discovered(), relay.identity().jwt().orElseThrow().jwks());
    assertEquals(Gateway.Sessions.DEFAULT, relay.sessions());
  }

  @Test
  void telemetry() {
    Gateway.Telemetry telemetry = ALL.gateways().get("gateway").telemetry().orElseThrow();
    assertEquals("https://collector.example:4318", telemetry.otlp());
    assertEquals(25, telemetry.traces(), "2.5 % of a thousand");
    assertEquals(3, telemetry.send().size());
    assertEquals(Optional.of(new Secret.OfFile("collector.pem")), telemetry.trust());
    assertEquals(
        new Secret.OfEnvironment("OTLP_AUTHORIZATION"), telemetry.headers().get("authorization"));
    assertEquals(Optional.empty(), ALL.gateways().get("relay").telemetry());
  }

  @Test
  void observations() {
    Optional<Instant> until = Optional.of(Instant.parse("2026-12-31T18:00:00Z"));
    assertEquals(until, ALL.access().get(2).observedUntil());
    assertEquals(until, ALL.segments().get("data").observedUntil());
    assertEquals(Optional.empty(), ALL.access().getFirst().observedUntil());
  }

  @Test
  void accessRules() {
    AccessRule search = ALL.access().getFirst();
    assertTrue(search.allTenants());
    assertEquals(Optional.of(Duration.ofMinutes(30)), search.session().orElseThrow().max());
    assertTrue(search.session().orElseThrow().approvalRequired());
    assertEquals("device.healthy == true", search.when().orElseThrow().cel());
    assertEquals(new SourceLocation("everything.yaml", 100, 11), search.when().orElseThrow().at());
    assertEquals(new SourceLocation("everything.yaml", 92, 5), search.at());
    AccessRule lookup = ALL.access().get(1);
    assertEquals(
        List.of(
            "tenant globex at web",
            "tenant globex at app",
            "tenant globex at api",
            "tenant globex at select {}[]",
            "tenant globex at fd00:0:0:1::/64",
            "tenant globex at internet"),
        lookup.from().stream().map(e -> e.place().text()).toList());
    assertEquals(new Endpoint.Ports.OfService("peer"), ALL.access().get(3).to().getFirst().ports());
    assertEquals(new Place.Internet(), ALL.access().get(4).from().getFirst().place());
  }

  @Test
  void egressRulesAndTheirNamesInLowerCase() {
    AccessRule backups = ALL.egress().getFirst();
    assertEquals(AccessRule.Origin.EGRESS, backups.origin());
    assertEquals(
        new Place.OfFqdn("s3.eu-central-1.amazonaws.com"), backups.to().getFirst().place());
    assertEquals(
        new Place.OfPrefix(prefix("192.0.2.53/32")), ALL.egress().get(1).to().get(1).place());
  }

  @Test
  void guardrails() {
    assertEquals(
        List.of("Never", "Never", "Only", "Unreachable", "Isolated", "Contained", "Contained"),
        ALL.guardrails().stream().map(g -> g.getClass().getSimpleName()).toList());
    Guardrail.Contained nothing = (Guardrail.Contained) ALL.guardrails().get(5);
    assertEquals(Optional.of(List.of()), nothing.collections());
    assertEquals(List.of(), nothing.within());
    Guardrail.Never exfiltration = (Guardrail.Never) ALL.guardrails().get(1);
    assertEquals(List.of("backups", "keys", "management", "resolvers"), exfiltration.except());
  }

  @Test
  void tests() {
    BlueprintTest first = ALL.tests().getFirst();
    assertTrue(first.permit());
    assertEquals(
        new Principal(Optional.of("spiffe://acme.example/ns/app/sa/api"), Optional.of("acme")),
        first.as().orElseThrow());
    assertEquals(
        Map.of(
            "device.healthy",
            true,
            "request.time",
            Instant.parse("2026-01-01T12:00:00Z"),
            "session.age",
            Duration.ofMinutes(5),
            "claims.level",
            3L,
            "claims.score",
            0.5,
            "principal.id",
            "me"),
        first.with());
    assertFalse(ALL.tests().get(1).permit());
  }

  @Test
  void filesMergeInTheirOrder() {
    Loaded loaded =
        TestingLoad.files(
            new SourceFile("base.yaml", Texts.resource("base.yaml")),
            new SourceFile(
                "more.yaml",
                """
                ringfence: v1
                workloads: { etl: { segment: app, addresses: [10.0.1.40], identity: spiffe://acme.example/etl } }
                access: [{ name: ingest, from: etl, to: qdrant/rest, through: gateway, role: writer }]
                roles: { writer: { actions: [insert] } }
                resolvers: [etl]
                """),
            new SourceFile("rest.yaml", "ringfence: v1\nresolvers: [api]\n"));
    assertEquals(List.of(), loaded.problems());
    Blueprint blueprint = loaded.blueprint().orElseThrow();
    assertEquals(
        List.of("web", "api", "qdrant", "postgres", "gateway", "etl"),
        List.copyOf(blueprint.workloads().keySet()));
    assertEquals(
        List.of("search", "ingest"), blueprint.access().stream().map(AccessRule::name).toList());
    assertEquals(List.of("etl", "api"), blueprint.resolvers());
    assertEquals("more.yaml:3:10", blueprint.access().get(1).at().toString());
  }

  @Test
  void eachFileSaysItsVersion() {
    Loaded loaded =
        TestingLoad.files(
            new SourceFile("a.yaml", "ringfence: v1\n"), new SourceFile("b.yaml", "name: x\n"));
    assertEquals(
        List.of("b.yaml:1:1: error: the blueprint lacks `ringfence`"),
        loaded.problems().stream().map(Problem::text).toList());
  }

  /** Names of a file that is no YAML would all be missing; that is not reported a hundred times. */
  @Test
  void aFileThatCannotBeReadHidesNoShapeAndSpreadsNoBlame() {
    Loaded loaded =
        TestingLoad.files(
            new SourceFile("a.yaml", "ringfence: v1\nsegments: {"),
            new SourceFile(
                "b.yaml",
                """
                ringfence: v1
                workloads: { web: { segment: app, adresses: [10.0.0.1], addresses: [10.0.0.1] } }
                """));
    assertEquals(2, loaded.problems().size());
    assertEquals("a.yaml", loaded.problems().getFirst().at().file());
    assertTrue(loaded.problems().getLast().message().startsWith("unknown key `adresses`"));
  }

  @Test
  void warningsLeaveABlueprint() {
    Loaded loaded =
        TestingLoad.text(
            """
            ringfence: v1
            segments:
              a: { tier: database, networks: [10.9.1.0/24], vlan: 7 }
              b: { tier: database, networks: [10.9.2.0/24], vlan: 7 }
            """);
    assertEquals(Problem.Severity.WARNING, loaded.problems().getFirst().severity());
    assertTrue(loaded.blueprint().isPresent());
  }

  @Test
  void noFileIsNoBlueprint() {
    assertEquals(1, TestingLoad.files().problems().size());
  }

  private static Prefix prefix(String text) {
    return Prefix.parse(text);
  }
}
