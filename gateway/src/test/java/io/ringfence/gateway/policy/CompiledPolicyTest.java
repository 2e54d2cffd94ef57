package io.ringfence.gateway.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Principal;
import io.ringfence.model.Protocol;
import io.ringfence.model.Request;
import io.ringfence.model.Verdict;
import io.ringfence.model.testing.RagPlatform;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The RAG platform's operations as verdict tables. */
class CompiledPolicyTest {
  private static final Map<String, Object> NIGHT =
      Map.of("device.healthy", true, "request.time", Instant.parse("2026-01-01T03:00:00Z"));
  private static final Map<String, Object> NOON =
      Map.of("device.healthy", true, "request.time", Instant.parse("2026-01-01T12:00:00Z"));
  private static final Map<String, Object> APPROVED = Map.of("session.approved", true);
  private static final Map<String, String> IDENTITIES =
      Map.of(
          "rag-api", RagPlatform.RAG_API,
          "globex-api", RagPlatform.GLOBEX_API,
          "etl", RagPlatform.ETL,
          "bastion", RagPlatform.BASTION,
          "prometheus", RagPlatform.PROMETHEUS);

  private final CompiledPolicy policy =
      new CompiledPolicy(new Directory(RagPlatform.blueprint()), new Generation(1, "cafe"));

  @ParameterizedTest
  @CsvSource({
    "PERMIT by search, 10.20.1.10, rag-api, , 6334, QUERY, acme-docs",
    "PERMIT by search, 10.20.1.11, rag-api, acme, 6334, QUERY, acme-",
    "PERMIT by lookup, 10.20.1.20, globex-api, globex, 6333, QUERY, shared-docs",
    "PERMIT by lookup, 10.20.1.20, , globex, 6333, QUERY, shared-docs",
    "PERMIT by scrape, 10.20.3.5, prometheus, , 6333, METRICS, ",
    // another action, collection or port than the rule's
    "DENY, 10.20.1.10, rag-api, , 6334, INSERT, acme-docs",
    "DENY, 10.20.1.10, rag-api, , 6334, QUERY, shared-docs",
    "DENY, 10.20.1.10, rag-api, , 6334, QUERY, acme",
    "DENY, 10.20.1.10, rag-api, , 6334, QUERY, ",
    "DENY, 10.20.1.10, rag-api, , 6333, QUERY, acme-docs",
    "DENY, 10.20.1.10, rag-api, , 6335, QUERY, acme-docs",
    "DENY, 10.20.3.5, prometheus, , 6333, QUERY, acme-docs",
    // not who the place is, or not from where who it is sends
    "DENY, 10.20.1.10, etl, , 6334, QUERY, acme-docs",
    "DENY, 10.20.1.10, , , 6334, QUERY, acme-docs",
    "DENY, 10.20.0.10, rag-api, , 6334, QUERY, acme-docs",
    "DENY, 8.8.8.8, rag-api, , 6334, QUERY, acme-docs",
    "DENY, 10.20.1.200, rag-api, , 6334, QUERY, acme-docs",
    // no tenant, another, or two
    "DENY, 10.20.1.20, globex-api, , 6333, QUERY, shared-docs",
    "DENY, 10.20.1.20, globex-api, acme, 6333, QUERY, shared-docs",
    "DENY, 10.20.1.20, globex-api, nobody, 6333, QUERY, shared-docs",
    "DENY, 10.20.1.20, globex-api, globex, 6333, QUERY, acme-docs",
    "DENY, 10.20.1.10, rag-api, globex, 6334, QUERY, acme-docs",
    "DENY, 10.20.1.20, rag-api, globex, 6333, QUERY, shared-docs",
  })
  void operations(
      String verdict,
      String source,
      String as,
      String tenant,
      int port,
      Action action,
      String collection) {
    Request request = request(source, as, tenant, port, action, collection, Map.of());
    String expected = verdict.equals("DENY") ? "DENY by default-deny/vectordb" : verdict;
    assertEquals(expected, said(policy.decide(request)));
    assertEquals(expected, said(policy.explain(request)));
  }

  @Test
  void aConditionHoldsOnlyWithItsFacts() {
    assertEquals("PERMIT by ingest", ingest(NIGHT));
    assertEquals("DENY by default-deny/vectordb", ingest(NOON));
    assertEquals("DENY by default-deny/vectordb", ingest(Map.of("device.healthy", true)));
    assertEquals("DENY by default-deny/vectordb", ingest(Map.of()));
  }

  private String ingest(Map<String, Object> facts) {
    return said(
        policy.decide(request("10.20.3.4", "etl", null, 6334, Action.INSERT, "acme-docs", facts)));
  }

  @Test
  void anApprovalIsAskedForWhereTheRuleWantsOne() {
    assertEquals("PERMIT by operate", operate(APPROVED));
    assertEquals("DENY by default-deny/vectordb", operate(Map.of()));
    assertEquals("DENY by default-deny/vectordb", operate(Map.of("session.approved", "true")));
  }

  private String operate(Map<String, Object> facts) {
    return said(
        policy.decide(
            request("10.20.3.2", "bastion", null, 6333, Action.MANAGE, "acme-docs", facts)));
  }

  @Test
  void whatIsNoDoorOfTheGatewayIsDenied() {
    Request good = request("10.20.1.10", "rag-api", null, 6334, Action.QUERY, "acme-docs", NIGHT);
    assertTrue(policy.decide(good).permitted());
    assertEquals(
        "DENY by default-deny/vectordb", said(policy.decide(at(good, "other", "10.20.2.11"))));
    assertEquals(
        "DENY by default-deny/vectordb", said(policy.decide(at(good, "gateway", "10.20.2.14"))));
    assertEquals("DENY by default-deny/app", said(policy.decide(at(good, "gateway", "192.0.2.1"))));
    assertEquals(
        "DENY by default-deny/app", said(policy.decide(at(good, "gateway", "2001:db8::1"))));
  }

  private static Request at(Request r, String gateway, String destination) {
    return new Request(
        r.source(),
        gateway,
        Address.parse(destination),
        r.protocol(),
        r.port(),
        r.principal(),
        r.action(),
        r.collection(),
        r.facts());
  }

  @Test
  void theWhyIsSaidWhenAskedFor() {
    Request request =
        request("10.20.1.10", "rag-api", null, 6334, Action.INSERT, "acme-docs", NIGHT);
    String why = String.join("\n", policy.explain(request).trace());
    assertTrue(why.contains("rule `search` does not: role `reader` does not insert"), why);
  }

  @ParameterizedTest
  @CsvSource({
    "search: role `reader` does not insert, 10.20.1.10, rag-api, , 6334, INSERT, acme-docs",
    "search: collection `x` is not among [acme-*], 10.20.1.10, rag-api, , 6334, QUERY, x",
    "ingest: fact `device.healthy` `request.time` is absent, 10.20.3.4, etl, , 6334, QUERY, acme-a",
    "operate: the session is not approved (fact `session.approved`), 10.20.3.2, bastion, , 6333,"
        + " INDEX, acme-a",
    "search: it is not for nobody at 10.20.1.10, 10.20.1.10, , , 6334, QUERY, acme-docs",
    "none, 10.20.1.10, rag-api, , 6335, QUERY, acme-docs",
  })
  void theNearestMissIsTheRuleOfWhichMostFits(
      String expected,
      String source,
      String as,
      String tenant,
      int port,
      Action action,
      String collection) {
    Request request = request(source, as, tenant, port, action, collection, Map.of());
    String said =
        policy
            .nearestMiss(request)
            .map(m -> m.rule().name() + ": " + m.why().replace(",", ""))
            .orElse("none");
    assertEquals(expected, said);
  }

  @Test
  void aGenerationHasANumberAndAHash() {
    assertEquals("cafe", policy.generation().hash());
    assertThrows(IllegalArgumentException.class, () -> new Generation(0, "cafe"));
    assertThrows(IllegalArgumentException.class, () -> new Generation(1, ""));
  }

  private static Request request(
      String source,
      String as,
      String tenant,
      int port,
      Action action,
      String collection,
      Map<String, Object> facts) {
    return new Request(
        Address.parse(source),
        "gateway",
        Address.parse("10.20.2.11"),
        Protocol.TCP,
        port,
        new Principal(Optional.ofNullable(as).map(IDENTITIES::get), Optional.ofNullable(tenant)),
        action,
        Optional.ofNullable(collection),
        facts);
  }

  private static String said(Verdict verdict) {
    return (verdict.permitted() ? "PERMIT" : "DENY") + " by " + verdict.decider();
  }
}
