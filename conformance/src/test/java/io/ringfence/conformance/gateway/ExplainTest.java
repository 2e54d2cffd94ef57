package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.serve.GatewayServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that say which rule decided, when a developer has asked for that, and only then. */
class ExplainTest {
  private static final String COLLECTIONS =
      "/api/v2/tenants/default_tenant/databases/default_database/collections/";

  @TempDir private Path folder;

  private Optional<String> explanation(
      boolean explain, HttpClient.Version version, String workload, String collection)
      throws Exception {
    GatewaySite site = new GatewaySite(folder);
    site.write(TwoTenants.BLUEPRINT);
    site.explain = explain;
    try (StandInChroma database = new StandInChroma();
        GatewayServer gateway =
            site.start("gateway", Map.of("rest", 0), Map.of("database", database.socket()));
        HttpClient client =
            HttpClient.newBuilder().version(version).sslContext(site.client(workload)).build()) {
      assertEquals(
          explain, site.notes.stream().anyMatch(n -> n.contains("ANSWERS SAY WHICH RULE")));
      int port = gateway.status().listens().get("database/rest").getFirst().getPort();
      URI uri = URI.create("https://localhost:" + port + COLLECTIONS + collection);
      HttpRequest request = HttpRequest.newBuilder(uri).DELETE().build();
      return client
          .send(request, HttpResponse.BodyHandlers.ofString())
          .headers()
          .firstValue("ringfence-explain");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP_1_1, acme-app, docs, rule acme at site.yaml:",
    "HTTP_2, acme-app, docs, rule acme at site.yaml:",
    "HTTP_1_1, globex-app, docs, no rule",
    "HTTP_2, globex-app, acme-docs, no rule",
    "HTTP_2, nobody, docs, no rule",
  })
  void answersSayTheRuleAndNothingOfWhatExists(
      HttpClient.Version version, String workload, String collection, String expected)
      throws Exception {
    String said = explanation(true, version, workload, collection).orElseThrow();
    assertTrue(said.startsWith(expected), said);
    assertTrue(
        expected.equals("no rule") ? said.equals(expected) : said.matches(".*:[0-9]+:[0-9]+"));
  }

  @ParameterizedTest
  @CsvSource({"HTTP_1_1, acme-app", "HTTP_2, nobody"})
  void otherwiseTheySayNothing(HttpClient.Version version, String workload) throws Exception {
    assertEquals(Optional.empty(), explanation(false, version, workload, "docs"));
  }
}
