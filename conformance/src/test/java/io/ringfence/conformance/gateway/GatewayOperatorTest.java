package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.gateway.admin.OperatorClient;
import io.ringfence.gateway.admin.OperatorTls;
import io.ringfence.gateway.audit.AuditReader;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.audit.AuditVerification;
import io.ringfence.gateway.serve.GatewayServer;
import io.ringfence.gateway.serve.PolicyRefusedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's door of a running gateway: by its socket, and by its address with mTLS. */
class GatewayOperatorTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BLUEPRINT =
      TwoTenants.BLUEPRINT
          .replace(
              "audit: { to: audit/ }",
              "audit: { to: audit/, key: { file: keys/audit.key }, checkpoints: kept.jsonl }\n"
                  + "    admin: { socket: door.sock, listen: 10.30.2.5:9443 }\n"
                  + "    approvers: [spiffe://acme.example/lead]\n"
                  + "    limits: { body: 1MiB, requests: 3/h per principal }")
          .replace("limits: { body: 1MiB }\n", "sessions: { max: 15m }\n")
          .replace(
              "workloads:\n",
              "workloads:\n"
                  + "  prometheus: { segment: app, addresses: [10.30.1.40], identity:"
                  + " spiffe://acme.example/prometheus }\n")
          .replace(
              "access:\n",
              "access:\n"
                  + "  - { name: scrape, from: prometheus, to: { workload: gateway, ports:"
                  + " [9443/tcp] } }\n");

  @TempDir private Path folder;

  private GatewaySite site;
  private StandInChroma database;
  private GatewayServer gateway;
  private KeyPair signer;

  @BeforeEach
  void start() throws Exception {
    site = new GatewaySite(folder);
    site.write(BLUEPRINT);
    signer = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Files.writeString(
        site.keys().resolve("audit.key"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(signer.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    database = new StandInChroma();
    gateway = begin();
  }

  private GatewayServer begin() throws IOException, PolicyRefusedException {
    return site.start(
        "gateway", Map.of("rest", 0, "admin", 0), Map.of("database", database.socket()));
  }

  @AfterEach
  void end() {
    gateway.close();
    database.close();
  }

  private OperatorClient socket() {
    return OperatorClient.at(folder.resolve("door.sock"));
  }

  private OperatorClient as(String workload) throws IOException {
    site.workload(workload);
    SSLContext tls =
        OperatorTls.context(
            Files.readAllBytes(site.keys().resolve(workload + ".pem")),
            Files.readAllBytes(site.keys().resolve(workload + ".key")),
            Files.readAllBytes(site.keys().resolve("ca.pem")));
    return OperatorClient.at("localhost:" + gateway.operators().orElseThrow().getPort(), tls);
  }

  private static JsonNode json(OperatorClient.Answer answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  private int request(String workload) throws IOException, InterruptedException {
    return request(workload, "/api/v2/version");
  }

  private int request(String workload, String path) throws IOException, InterruptedException {
    int port = gateway.status().listens().get("database/rest").getFirst().getPort();
    try (HttpClient client = HttpClient.newBuilder().sslContext(site.client(workload)).build()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("https://localhost:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .statusCode();
    }
  }

  /** What becomes of a session is in the audit log, from what was asked to its end. */
  @Test
  void whatBecomesOfSessionsIsInTheLog() throws Exception {
    assertEquals(
        404,
        request(
            "acme-app",
            "/api/v2/tenants/default_tenant/databases/default_database/collections/docs"));
    JsonNode sessions = json(as("lead").ask("GET", "sessions", "")).path("sessions");
    String id = sessions.get(0).path("id").asText();
    assertEquals(
        200, as("lead").ask("POST", "revoke", "{\"what\":\"session:" + id + "\"}").status());
    List<AuditRecord.OfSession> events = new java.util.ArrayList<>();
    long end = System.nanoTime() + 20_000_000_000L;
    while (events.size() < 2 && System.nanoTime() < end) {
      events.clear();
      AuditReader.of(folder.resolve("audit"))
          .read(
              entry -> {
                if (entry.record() instanceof AuditRecord.OfSession s) {
                  events.add(s);
                }
              });
    }
    assertEquals(List.of("began", "revoked"), events.stream().map(e -> e.event()).toList());
    assertEquals(Optional.of(id), events.getFirst().session());
    assertEquals(Optional.of("acme"), events.getFirst().rule());
    assertEquals(Optional.of("session:" + id), events.getLast().why());
  }

  @Test
  void whoComesByMtls() throws IOException {
    assertEquals(200, as("lead").ask("GET", "status", "").status());
    assertEquals(200, as("lead").ask("GET", "sessions", "").status());
    assertEquals(200, as("prometheus").ask("GET", "metrics", "").status());
    assertEquals(403, as("prometheus").ask("POST", "drain", "").status());
    assertEquals(403, as("acme-app").ask("GET", "metrics", "").status());
    OperatorClient none =
        OperatorClient.at(
            "localhost:" + gateway.operators().orElseThrow().getPort(), site.anonymous());
    assertThrows(IOException.class, () -> none.ask("GET", "ready", ""));
  }

  @Test
  void limitsAndMetricsOfRequests() throws IOException, InterruptedException {
    for (int i = 0; i < 3; i++) {
      assertEquals(200, request("acme-app"));
    }
    assertEquals(429, request("acme-app"));
    assertEquals(403, request("nobody"));
    String metrics = socket().ask("GET", "metrics", "").body();
    assertTrue(
        metrics.contains(
            "ringfence_gateway_requests_total{db_operation_name=\"_OTHER\","
                + "db_system_name=\"chroma\",error_type=\"too_many\",ringfence_verdict=\"deny\"}"
                + " 1.0"),
        metrics);
    assertTrue(metrics.contains("ringfence_verdict=\"permit\"} 3.0"), metrics);
    assertTrue(metrics.contains("error_type=\"denied\",ringfence_verdict=\"deny\"} 1.0"), metrics);
    assertFalse(metrics.contains("acme-app"), "no label is a caller's");
  }

  @Test
  void reloadThatIsRefusedIsToldAndTheLastGoodOneServes() throws IOException, InterruptedException {
    assertEquals(200, socket().ask("POST", "reload", "").status());
    site.write("ringfence: v1\nnonsense: true\n");
    OperatorClient.Answer refused = socket().ask("POST", "reload", "");
    assertEquals(409, refused.status(), refused.body());
    JsonNode status = json(socket().ask("GET", "status", ""));
    assertTrue(status.has("refused"), status::toString);
    assertEquals(1, status.path("generation").asInt());
    assertTrue(
        socket().ask("GET", "metrics", "").body().contains("ringfence_gateway_policy_stale 1.0"));
    assertEquals(200, request("acme-app"));
  }

  @Test
  void drainedGatewayIsNotReady() throws IOException {
    assertEquals(200, socket().ask("GET", "ready", "").status());
    assertEquals(200, socket().ask("POST", "drain", "").status());
    OperatorClient.Answer ready = socket().ask("GET", "ready", "");
    assertEquals(503, ready.status());
    assertEquals("it is being drained", json(ready).path("because").path(0).asText());
  }

  @Test
  void auditHasCheckpointsThatItsKeySigned() throws Exception {
    assertEquals(200, request("acme-app"));
    socket().ask("POST", "reload", "");
    gateway.close();
    AuditVerification verified =
        AuditVerification.of(
            folder.resolve("audit"), Optional.empty(), Optional.of(signer.getPublic()));
    assertEquals(java.util.List.of(), verified.problems());
    assertEquals(3, verified.records());
    assertEquals(1, verified.checkpoints());
    assertEquals(
        Files.readString(folder.resolve("audit/checkpoints.jsonl")),
        Files.readString(folder.resolve("kept.jsonl")));
    gateway = begin();
  }

  @Test
  void keyInTheLogsOwnFolderIsRefused() throws IOException {
    gateway.close();
    Files.copy(site.keys().resolve("audit.key"), folder.resolve("audit/audit.key"));
    site.write(BLUEPRINT.replace("keys/audit.key", "audit/audit.key"));
    PolicyRefusedException refused = assertThrows(PolicyRefusedException.class, this::begin);
    assertTrue(refused.getMessage().startsWith("the audit log's `key` lies in the log's own"));
  }
}
