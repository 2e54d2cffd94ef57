package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.audit.AuditReader;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.serve.GatewayServer;
import io.ringfence.gateway.serve.PolicyRefusedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rule, or a segment, that is observed for a while: what passes, what never does, and its end.
 */
class ObservedRulesTest {
  private static final String COLLECTIONS =
      "/api/v2/tenants/default_tenant/databases/default_database/collections";
  private static final String SEGMENT = "isolation: micro }";
  private static final String READER = "through: gateway, role: reader }";

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final Instant until =
      now.get().plus(Duration.ofMinutes(5)).truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
  private final String observe = ", observe: { until: \"" + until + "\" } }";

  @TempDir private Path folder;

  private GatewaySite site;
  private StandInChroma database;
  private GatewayServer gateway;

  @BeforeEach
  void begin() throws IOException {
    site = new GatewaySite(folder);
    database = new StandInChroma();
  }

  @AfterEach
  void end() {
    gateway.close();
    database.close();
  }

  private void start(String blueprint) throws IOException, PolicyRefusedException {
    site.write(blueprint);
    gateway =
        site.start("gateway", Map.of("rest", 0), Map.of("database", database.socket()), now::get);
  }

  private String with(String text) {
    assertTrue(TwoTenants.BLUEPRINT.contains(text));
    return TwoTenants.BLUEPRINT.replace(text, text.substring(0, text.length() - 2) + observe);
  }

  private HttpResponse<String> delete(String workload, String collection)
      throws IOException, InterruptedException {
    int port = gateway.status().listens().get("database/rest").getFirst().getPort();
    try (HttpClient client = HttpClient.newBuilder().sslContext(site.client(workload)).build()) {
      URI uri = URI.create("https://localhost:" + port + COLLECTIONS + "/" + collection);
      return client.send(
          HttpRequest.newBuilder(uri).DELETE().build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void enforcedRuleDenies() throws Exception {
    start(TwoTenants.BLUEPRINT);
    assertEquals(403, delete("globex-app", "docs").statusCode());
    assertTrue(database.asked.isEmpty());
    assertFalse(gateway.metrics().text().contains("observed_denials_total{"));
  }

  @Test
  void observedRuleLetsPassWhatItDeniesUntilItExpires() throws Exception {
    start(with(READER));
    assertEquals(404, delete("globex-app", "docs").statusCode(), "the database's own answer");
    assertEquals(List.of("DELETE " + COLLECTIONS + "/globex-docs"), asked());
    String metrics = gateway.metrics().text();
    assertTrue(
        metrics.contains("ringfence_gateway_observed_denials_total{ringfence_rule=\"globex\"} 1.0"),
        metrics);
    assertTrue(metrics.contains("ringfence_gateway_observing 1.0"), metrics);
    assertEquals(
        List.of("globex"),
        gateway.status().observing().stream().map(o -> o.rule().name()).toList());
    assertTrue(site.notes.stream().anyMatch(n -> n.contains("observed until " + until)));
    now.set(until.minusNanos(1));
    assertEquals(404, delete("globex-app", "docs").statusCode());
    now.set(until);
    assertEquals(403, delete("globex-app", "docs").statusCode());
    assertEquals(List.of(), gateway.status().observing());
    assertTrue(gateway.metrics().text().contains("ringfence_gateway_observing 0.0"));
  }

  @Test
  void recordSaysWhatWouldHaveBeenDenied() throws Exception {
    start(with(READER));
    delete("globex-app", "docs");
    delete("nobody", "docs");
    gateway.close();
    List<AuditRecord.Decided> decisions = new ArrayList<>();
    AuditReader.of(folder.resolve("audit"))
        .read(
            entry -> {
              if (entry.record() instanceof AuditRecord.Decided d) {
                decisions.add(d);
              }
            });
    assertEquals("observed:globex", decisions.getFirst().rule().orElseThrow());
    assertTrue(decisions.getFirst().ruleAt().orElseThrow().startsWith("site.yaml:"));
    assertTrue(decisions.getFirst().observed());
    assertFalse(decisions.getLast().observed());
    assertFalse(decisions.getLast().permitted());
  }

  @Test
  void observingConcernsNobodyElse() throws Exception {
    start(with(READER));
    assertEquals(403, delete("nobody", "docs").statusCode());
    assertEquals(404, delete("acme-app", "docs").statusCode(), "its own rule permits it");
    assertFalse(gateway.metrics().text().contains("observed_denials_total{"));
  }

  @Test
  void observedSegmentObservesTheRulesThatGoThere() throws Exception {
    start(with(SEGMENT));
    assertEquals(404, delete("globex-app", "docs").statusCode());
    assertEquals(403, delete("nobody", "docs").statusCode(), "no rule is for it");
    now.set(until);
    assertEquals(403, delete("globex-app", "docs").statusCode());
  }

  /** What a rule that is observed lets pass keeps to the caller's tenant. */
  @Test
  void noTenantSeesAnotherWhileARuleIsObserved() throws Exception {
    start(with(READER));
    delete("globex-app", "acme-docs");
    assertTrue(asked().stream().noneMatch(a -> a.endsWith("/acme-docs")), asked().toString());
  }

  private List<String> asked() {
    return List.copyOf(database.asked);
  }
}
