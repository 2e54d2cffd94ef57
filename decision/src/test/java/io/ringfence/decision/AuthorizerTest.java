package io.ringfence.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
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

/** The meaning of the RAG platform as verdict tables. */
class AuthorizerTest {
  private final Authorizer authorizer = new Authorizer(new Directory(RagPlatform.blueprint()));

  @ParameterizedTest
  @CsvSource({
    // the front door and nothing else from outside
    "PERMIT, public, 8.8.8.8, 10.20.0.10, 443/tcp",
    "PERMIT, public, 2001:db8::1, fd00:20:0::a, 443/tcp",
    "PERMIT, public, 169.254.169.254, 10.20.0.10, 443/tcp",
    "PERMIT, public, 192.168.1.1, 10.20.0.10, 443/tcp",
    "DENY, default-deny/edge, 8.8.8.8, 10.20.0.10, 80/tcp",
    "DENY, default-deny/edge, 8.8.8.8, 10.20.0.10, 443/udp",
    "DENY, default-deny/edge, 8.8.8.8, 10.20.0.11, 443/tcp",
    "DENY, default-deny/edge, 127.0.0.1, 10.20.0.10, 443/tcp",
    "DENY, default-deny/edge, 224.0.0.1, 10.20.0.10, 443/tcp",
    "DENY, no-public-database, 8.8.8.8, 10.20.2.11, 6333/tcp",
    "DENY, no-public-database, 8.8.8.8, 10.20.2.200, 22/tcp",
    // inside: only what stands there, in that direction
    "PERMIT, front, 10.20.0.10, 10.20.1.11, 8080/tcp",
    "PERMIT, front, fd00:20:0::a, fd00:20:1::a, 8080/tcp",
    "DENY, default-deny/edge, 10.20.1.11, 10.20.0.10, 8080/tcp",
    "DENY, default-deny/app, 10.20.0.11, 10.20.1.11, 8080/tcp",
    "DENY, default-deny/app, 10.20.0.10, 10.20.1.20, 8080/tcp",
    "DENY, default-deny/app, 10.20.0.10, 10.20.1.100, 6334/tcp",
    // through the gateway: two legs, no direct path
    "PERMIT, search, 10.20.1.10, 10.20.1.100, 6334/tcp",
    "DENY, default-deny/vectordb, 10.20.1.10, 10.20.2.5, 6334/tcp",
    "DENY, default-deny/app, 10.20.1.10, 10.20.1.100, 6333/tcp",
    "DENY, no-bypass, 10.20.1.10, 10.20.2.11, 6334/tcp",
    "PERMIT, lookup, 10.20.1.20, 10.20.2.5, 6333/tcp",
    "DENY, default-deny/app, 10.20.1.20, 10.20.1.100, 6333/tcp",
    "PERMIT, search, 10.20.2.5, 10.20.2.12, 6334/tcp",
    "PERMIT, lookup, 10.20.1.100, 10.20.2.12, 6333/tcp",
    "DENY, default-deny/vectordb, 10.20.2.5, 10.20.2.12, 6335/tcp",
    // peers, inside the segment too
    "PERMIT, peers, 10.20.2.11, 10.20.2.12, 6335/tcp",
    "DENY, no-bypass, 10.20.2.11, 10.20.2.12, 6333/tcp",
    "DENY, outside-the-model, 10.20.2.11, 10.20.2.11, 6335/tcp",
    // egress
    "DENY, no-exfiltration, 10.20.2.11, 8.8.8.8, 443/tcp",
    "PERMIT, resolvers, 10.20.2.11, 10.20.3.6, 53/udp",
    "DENY, default-deny/operations, 10.20.0.10, 10.20.3.6, 53/udp",
    "PERMIT, upstream-dns, 10.20.3.6, 192.0.2.53, 53/udp",
    "DENY, default-deny/operations, 10.20.3.6, 192.0.2.54, 53/udp",
    // management
    "PERMIT, management, 10.20.3.2, 10.20.1.20, 22/tcp",
    "PERMIT, management, 10.20.3.2, 10.20.1.100, 22/tcp",
    "DENY, default-deny/operations, 10.20.3.4, 10.20.3.2, 22/tcp",
    "PERMIT, jump, 198.51.100.3, 10.20.3.2, 22/tcp",
    "DENY, default-deny/operations, 198.51.100.16, 10.20.3.2, 22/tcp",
    "DENY, air-gap, 10.20.3.2, 10.99.0.1, 22/tcp",
  })
  void flows(String verdict, String decider, String source, String destination, String port) {
    PortRange range = PortSet.parse(port).ranges().getFirst();
    Verdict actual =
        authorizer.decide(
            new Flow(
                Address.parse(source),
                Address.parse(destination),
                range.protocol(),
                range.first()));
    assertEquals(verdict + " by " + decider, said(actual));
  }

  @Test
  void anFqdnRulePermitsOnlyWhatTheNameResolvesTo() {
    Address qdrant = Address.parse("10.20.2.11");
    Address s3 = Address.parse("52.219.0.1");
    Flow named =
        new Flow(qdrant, s3, Protocol.TCP, 443, Optional.of("s3.eu-central-1.amazonaws.com"));
    Flow other = new Flow(qdrant, s3, Protocol.TCP, 443, Optional.of("evil.example"));
    assertEquals("PERMIT by backups", said(authorizer.decide(named)));
    assertEquals("DENY by no-exfiltration", said(authorizer.decide(other)));
  }

  @ParameterizedTest
  @CsvSource({
    "PERMIT, search, 10.20.1.10, rag-api, , 6334, QUERY, acme-docs",
    "DENY, default-deny/vectordb, 10.20.1.10, rag-api, , 6334, INSERT, acme-docs",
    "DENY, default-deny/vectordb, 10.20.1.10, rag-api, , 6334, QUERY, shared-docs",
    "DENY, default-deny/vectordb, 10.20.1.10, rag-api, , 6333, QUERY, acme-docs",
    "DENY, default-deny/vectordb, 10.20.1.10, etl, , 6334, QUERY, acme-docs",
    "DENY, default-deny/vectordb, 10.20.0.10, rag-api, , 6334, QUERY, acme-docs",
    "PERMIT, lookup, 10.20.1.20, globex-api, globex, 6333, QUERY, shared-docs",
    "DENY, default-deny/vectordb, 10.20.1.20, globex-api, , 6333, QUERY, shared-docs",
    "DENY, default-deny/vectordb, 10.20.1.20, globex-api, globex, 6333, QUERY, acme-docs",
    "DENY, default-deny/vectordb, 10.20.1.10, rag-api, globex, 6334, QUERY, acme-docs",
    "PERMIT, scrape, 10.20.3.5, prometheus, , 6333, METRICS, ",
    "DENY, default-deny/vectordb, 10.20.3.5, prometheus, , 6333, QUERY, acme-docs",
    "DENY, default-deny/vectordb, 10.20.3.2, bastion, , 6333, MANAGE, acme-docs",
  })
  void operations(
      String verdict,
      String decider,
      String source,
      String as,
      String tenant,
      int port,
      Action action,
      String collection) {
    Request request = request(source, as, tenant, port, action, collection, Map.of());
    assertEquals(verdict + " by " + decider, said(authorizer.decide(request)));
  }

  @Test
  void aConditionHoldsOnlyWithItsFacts() {
    Instant night = Instant.parse("2026-01-01T03:00:00Z");
    Instant noon = Instant.parse("2026-01-01T12:00:00Z");
    assertEquals(
        "PERMIT by ingest", said(ingest(Map.of("device.healthy", true, "request.time", night))));
    assertEquals(
        "DENY by default-deny/vectordb",
        said(ingest(Map.of("device.healthy", true, "request.time", noon))));
    assertEquals(
        "DENY by default-deny/vectordb",
        said(ingest(Map.of("device.healthy", false, "request.time", night))));
    Verdict absent = ingest(Map.of("request.time", night));
    assertEquals("DENY by default-deny/vectordb", said(absent));
    assertTrue(String.join("\n", absent.trace()).contains("`device.healthy` is absent"));
  }

  @Test
  void aSessionThatNeedsApprovalWaitsForIt() {
    Request request =
        request(
            "10.20.3.2",
            "bastion",
            null,
            6333,
            Action.MANAGE,
            "acme-docs",
            Map.of("session.approved", true));
    assertEquals("PERMIT by operate", said(authorizer.decide(request)));
  }

  @Test
  void anOperationThatNoPacketCanCarryIsDenied() {
    Request request =
        request("fd00:20:1::a", "rag-api", null, 6334, Action.QUERY, "acme-docs", Map.of());
    Verdict verdict = authorizer.decide(request);
    assertEquals("DENY by default-deny/vectordb", said(verdict));
    assertTrue(String.join("\n", verdict.trace()).contains("no address of the family"));
  }

  @Test
  void conditionsAreTypeChecked() {
    Conditions conditions = new Conditions();
    assertEquals(0, conditions.problems("device.healthy && request.time.getHours() < 6").size());
    assertEquals(1, conditions.problems("request.tme.getHours() < 6").size());
    assertEquals(1, conditions.problems("request.time").size());
    assertEquals(1, conditions.problems("request.time < ").size());
  }

  private Verdict ingest(Map<String, Object> facts) {
    return authorizer.decide(
        request("10.20.3.4", "etl", null, 6334, Action.INSERT, "acme-docs", facts));
  }

  private static Request request(
      String source,
      String as,
      String tenant,
      int port,
      Action action,
      String collection,
      Map<String, Object> facts) {
    Map<String, String> identities =
        Map.of(
            "rag-api", RagPlatform.RAG_API,
            "globex-api", RagPlatform.GLOBEX_API,
            "etl", RagPlatform.ETL,
            "bastion", RagPlatform.BASTION,
            "prometheus", RagPlatform.PROMETHEUS);
    return new Request(
        Address.parse(source),
        "gateway",
        Address.parse("10.20.2.11"),
        Protocol.TCP,
        port,
        new Principal(Optional.of(identities.get(as)), Optional.ofNullable(tenant)),
        action,
        Optional.ofNullable(collection),
        facts);
  }

  private static String said(Verdict verdict) {
    return (verdict.permitted() ? "PERMIT" : "DENY") + " by " + verdict.decider();
  }
}
