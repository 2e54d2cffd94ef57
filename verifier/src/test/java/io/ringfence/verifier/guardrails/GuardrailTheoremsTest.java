package io.ringfence.verifier.guardrails;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.model.Action;
import io.ringfence.model.Directory;
import io.ringfence.model.Isolation;
import io.ringfence.model.Tier;
import io.ringfence.model.testing.BlueprintSketch;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What each kind of guardrail promises, one deployment per sentence. */
class GuardrailTheoremsTest {
  private static final List<String> HOLDS = List.of();

  private static BlueprintSketch sketch() {
    return new BlueprintSketch()
        .segment("app", "10.0.1.0/24")
        .segment("db", Tier.DATABASE, Isolation.VLAN, "10.0.2.0/24")
        .workload("web", "app", "10.0.1.10")
        .workload("api", "app", "10.0.1.11")
        .workload("batch", "app", "10.0.1.12")
        .engine("qdrant", "qdrant", "db", "10.0.2.10", "10.0.2.11")
        .gateway("gateway", "db", "10.0.2.5", "qdrant")
        .role("reader", Action.QUERY)
        .role("scraper", Action.METRICS);
  }

  /** The errors as {@code CHECK SUBJECT WITNESS}. */
  private static List<String> broken(BlueprintSketch sketch) {
    return Verification.of(new Directory(sketch.blueprint())).findings(Severity.ERROR).stream()
        .map(GuardrailTheoremsTest::text)
        .toList();
  }

  private static String text(Finding finding) {
    return finding.check()
        + " "
        + finding.subject()
        + " "
        + finding
            .witness()
            .map(Object::toString)
            .or(() -> finding.request().flatMap(r -> r.collection()))
            .orElse("");
  }

  @Test
  void neverCountsWholeNetworksAndConditionalPermits() {
    assertEquals(
        List.of("guardrail-violated closed 10.0.1.10 -> 10.0.2.10 6334/tcp"),
        broken(sketch().rule("r", "web", "qdrant/grpc").never("closed", "app", "db")));
    assertEquals(
        List.of("guardrail-violated closed 10.0.1.11 -> 10.0.2.5 6334/tcp"),
        broken(
            sketch()
                .through("gateway", "r", "api", "qdrant/grpc", "reader", "x", "device.healthy")
                .never("closed", "app", "db")));
    assertEquals(
        HOLDS, broken(sketch().rule("r", "web", "qdrant/grpc").never("closed", "batch", "db")));
  }

  @Test
  void anExceptionTakesItsFlowsOutForEveryRule() {
    BlueprintSketch excepted =
        sketch()
            .rule("wide", "web", "qdrant/grpc")
            .rule("same", "web", "qdrant 6334/tcp")
            .never("closed", "app", "db", "wide");
    assertEquals(HOLDS, broken(excepted));
    assertEquals(
        List.of("guardrail-violated closed 10.0.1.11 -> 10.0.2.10 6334/tcp"),
        broken(excepted.rule("more", "api", "qdrant/grpc")));
  }

  @Test
  void onlySaysNothingOfWhereElseItsSourcesGo() {
    BlueprintSketch only =
        sketch()
            .rule("in", "api", "qdrant/rest")
            .rule("elsewhere", "api", "batch 80/tcp")
            .only("one-way", "api", "qdrant/rest");
    assertEquals(HOLDS, broken(only));
    assertEquals(
        List.of("guardrail-violated one-way 10.0.1.10 -> 10.0.2.10 6333/tcp"),
        broken(only.rule("other", "web", "db 6000-7000/tcp")));
  }

  @Test
  void unreachableForbidsBothWays() {
    assertEquals(
        List.of("guardrail-violated sealed 10.0.1.10 -> 10.0.2.10 1/tcp"),
        broken(sketch().rule("r", "web", "qdrant 1-9/tcp").unreachable("sealed", "qdrant")));
    assertEquals(
        List.of("guardrail-violated sealed 10.0.2.10 -> 10.0.1.10 443/tcp"),
        broken(sketch().rule("r", "qdrant", "web 443/tcp").unreachable("sealed", "qdrant")));
    assertEquals(
        HOLDS, broken(sketch().rule("r", "web", "api 443/tcp").unreachable("sealed", "qdrant")));
  }

  private static BlueprintSketch tenants() {
    return sketch()
        .tenant("acme", "api", "acme-*")
        .tenant("globex", "web", "globex-*")
        .isolated("apart");
  }

  @Test
  void noTenantReadsAnother() {
    assertEquals(
        HOLDS, broken(tenants().through("gateway", "r", "app", "qdrant/rest", "reader", "")));
    assertEquals(
        List.of("tenants-not-isolated apart globex-docs", "tenants-not-isolated apart acme-docs"),
        broken(tenants().through("gateway", "r", "app", "qdrant/rest", "reader", "all:")));
    assertEquals(
        List.of("tenants-not-isolated apart acme-docs"),
        broken(tenants().through("gateway", "r", "web", "qdrant/rest", "reader", "all:acme-*")));
    assertEquals(
        HOLDS,
        broken(tenants().through("gateway", "r", "web", "qdrant/rest", "scraper", "all:acme-*")));
  }

  @Test
  void whoIsInNoTenantIsExempt() {
    assertEquals(
        HOLDS, broken(tenants().through("gateway", "r", "batch", "qdrant/rest", "reader", "all:")));
  }

  @Test
  void noTenantReachesAnothersWorkloadOrADatabaseDirectly() {
    assertEquals(
        List.of("tenants-not-isolated apart 10.0.1.11 -> 10.0.1.10 443/tcp"),
        broken(tenants().rule("r", "api", "web 443/tcp")));
    assertEquals(
        List.of("tenants-not-isolated apart 10.0.1.11 -> 10.0.2.10 6334/tcp"),
        broken(tenants().rule("r", "api", "qdrant/grpc")));
    assertEquals(HOLDS, broken(tenants().rule("r", "api", "batch 443/tcp")));
  }

  @Test
  void collectionsThatTwoTenantsOwnAreShared() {
    BlueprintSketch overlapping =
        sketch()
            .tenant("acme", "api", "acme-*")
            .tenant("globex", "web", "*-docs")
            .isolated("apart")
            .through("gateway", "r", "api", "qdrant/rest", "reader", "");
    assertEquals(List.of("tenants-not-isolated apart acme-docs"), broken(overlapping));
  }

  @Test
  void rowsAreApartWhenOneKeyTellsThem() {
    BlueprintSketch oneKey =
        sketch()
            .rows("acme", "api", "shared", "tenant_id")
            .rows("globex", "web", "shared", "tenant_id")
            .isolated("apart")
            .through("gateway", "r", "app", "qdrant/rest", "reader", "");
    assertEquals(HOLDS, broken(oneKey));
    BlueprintSketch twoKeys =
        sketch()
            .rows("acme", "api", "shared", "tenant_id")
            .rows("globex", "web", "shared", "org")
            .isolated("apart")
            .through("gateway", "r", "api", "qdrant/rest", "reader", "");
    assertEquals(List.of("tenants-not-isolated apart shared"), broken(twoKeys));
  }

  @Test
  void compromiseSpreadsHopAfterHop() {
    BlueprintSketch chain =
        sketch()
            .rule("one", "web", "api 443/tcp")
            .rule("two", "api", "batch 443/tcp")
            .rule("three", "batch", "qdrant/rest");
    assertEquals(HOLDS, broken(chain.contained("all", "web", "app", "qdrant")));
    assertEquals(
        List.of("not-contained some 10.0.1.12 -> 10.0.2.10 6333/tcp"),
        broken(chain.contained("some", "web", "app")));
  }

  @Test
  void compromiseStopsAtAGatewayThatNeedsNoPlaceWithin() {
    BlueprintSketch through =
        sketch()
            .tenant("acme", "api", "acme-*")
            .through("gateway", "r", "api", "qdrant/rest", "reader", "");
    assertEquals(HOLDS, broken(through.contained("small", "api")));
    assertEquals(HOLDS, broken(through.containedTo("bounded", "api", "acme-*")));
    assertEquals(
        List.of("not-contained tight acme-docs"),
        broken(through.containedTo("tight", "api", "acme-public*")));
  }

  @Test
  void whatLeavesTheDeploymentIsReached() {
    assertEquals(
        List.of("not-contained closed 10.0.1.10 -> 192.0.2.7 443/tcp"),
        broken(sketch().egress("out", "web", "192.0.2.7/32 443/tcp").contained("closed", "web")));
    assertEquals(
        HOLDS,
        broken(
            sketch()
                .egress("out", "web", "192.0.2.7/32 443/tcp")
                .contained("open", "web", "192.0.2.0/24")));
    assertEquals(
        List.of("not-contained named 10.0.1.10 -> 192.0.2.1 (b.example) 443/tcp"),
        broken(
            sketch()
                .egress("out", "web", "fqdn:a.example 443/tcp")
                .egress("more", "web", "fqdn:b.example 443/tcp")
                .contained("named", "web", "fqdn:a.example")));
  }

  @Test
  void nothingCrossesTheEdgeOfAPhysicalSegment() {
    BlueprintSketch vault =
        sketch()
            .segment("vault", Tier.DATABASE, Isolation.PHYSICAL, "10.0.9.0/28")
            .workload("archive", "vault", "10.0.9.2")
            .workload("tape", "vault", "10.0.9.3");
    assertEquals(HOLDS, broken(vault.rule("inside", "archive", "tape 22/tcp")));
    assertEquals(
        List.of("physical-rule out 10.0.9.2 -> 10.0.1.10 443/tcp"),
        broken(vault.rule("out", "archive", "web 443/tcp")));
  }

  @Test
  void managementLeavesPhysicalSegmentsAlone() {
    assertEquals(
        HOLDS,
        broken(
            sketch()
                .segment("vault", Tier.DATABASE, Isolation.PHYSICAL, "10.0.9.0/28")
                .workload("archive", "vault", "10.0.9.2")
                .managedFrom("batch")
                .unreachable("air-gap", "vault")));
  }
}
