package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A gateway from a blueprint to its sockets: who is let in, what changes while it runs. */
class GatewayServerTest {
  private static final String LIST =
      "/api/v2/tenants/default_tenant/databases/default_database/collections";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private GatewaySite site;
  private StandInChroma database;
  private GatewayServer gateway;

  @BeforeEach
  void start() throws IOException, PolicyRefusedException {
    site = new GatewaySite(folder);
    site.write(TwoTenants.BLUEPRINT);
    database = new StandInChroma();
    gateway = site.start("gateway", Map.of("rest", 0), Map.of("database", database.socket()));
  }

  @AfterEach
  void end() {
    gateway.close();
    database.close();
  }

  private int port() {
    return gateway.status().listens().get("database/rest").getFirst().getPort();
  }

  private static HttpClient client(SSLContext tls, HttpClient.Version version) {
    return HttpClient.newBuilder().sslContext(tls).version(version).build();
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + port() + path))
        .timeout(PATIENCE)
        .build();
  }

  private HttpResponse<String> ask(HttpClient client, String path)
      throws IOException, InterruptedException {
    return client.send(get(path), HttpResponse.BodyHandlers.ofString());
  }

  private int status(String workload) throws IOException, InterruptedException {
    try (HttpClient client = client(site.client(workload), HttpClient.Version.HTTP_1_1)) {
      return ask(client, "/api/v2/version").statusCode();
    }
  }

  private static void eventually(BooleanSupplier holds) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean() && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    assertTrue(holds.getAsBoolean());
  }

  // --- Who is let in ---

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void whomARulePermitsIsAnswered(HttpClient.Version version)
      throws IOException, InterruptedException {
    if (version.name().equals("HTTP_3")) {
      return; // over UDP, where nothing listens
    }
    try (HttpClient client = client(site.client("acme-app"), version)) {
      HttpResponse<String> answer = ask(client, "/api/v2/version");
      assertEquals(200, answer.statusCode());
      assertEquals(version, answer.version());
      assertEquals("\"1.0.0\"", answer.body());
      assertEquals("[]", ask(client, LIST).body());
    }
    assertEquals(List.of("GET /api/v2/version", "GET " + LIST), List.copyOf(database.asked));
  }

  @Test
  void whomNoRulePermitsIsDeniedAndTheDatabaseIsNotAsked()
      throws IOException, InterruptedException {
    assertEquals(403, status("nobody"));
    assertEquals(403, status("not-in-the-blueprint"));
    assertTrue(database.asked.isEmpty());
  }

  @Test
  void nobodyWithoutCertificateOrWithAnotherAuthoritysGetsIn() {
    HttpClient anonymous = client(site.anonymous(), HttpClient.Version.HTTP_1_1);
    assertThrows(IOException.class, () -> ask(anonymous, "/api/v2/version"));
    var stranger =
        new io.ringfence.gateway.testing.TestingAuthority("other")
            .workload(GatewaySite.TRUST_DOMAIN + "acme-app");
    HttpClient forged = client(site.tls(stranger), HttpClient.Version.HTTP_1_1);
    assertThrows(IOException.class, () -> ask(forged, "/api/v2/version"));
    var foreign = site.authority().workload("spiffe://other.example/acme-app");
    HttpClient elsewhere = client(site.tls(foreign), HttpClient.Version.HTTP_1_1);
    assertThrows(IOException.class, () -> ask(elsewhere, "/api/v2/version"));
    assertTrue(database.asked.isEmpty());
  }

  @Test
  void expiredCertificateIsRefused() {
    var expired =
        site.authority()
            .workload(GatewaySite.TRUST_DOMAIN + "acme-app", Instant.now().minusSeconds(60));
    HttpClient late = client(site.tls(expired), HttpClient.Version.HTTP_1_1);
    assertThrows(IOException.class, () -> ask(late, "/api/v2/version"));
  }

  /** A resumed session would show a certificate that was checked against yesterday's bundles. */
  @Test
  void noSessionOfTlsIsResumed() throws IOException, InterruptedException {
    SSLContext tls = site.client("acme-app");
    SSLSession first = session(tls);
    Thread.sleep(10);
    SSLSession second = session(tls);
    assertNotEquals(first.getCreationTime(), second.getCreationTime());
  }

  private SSLSession session(SSLContext tls) throws IOException {
    try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", port())) {
      String request = "GET /api/v2/version HTTP/1.1\r\nhost: localhost\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      assertTrue(socket.getInputStream().read() >= 0);
      return socket.getSession();
    }
  }

  // --- The record ---

  @Test
  void whatIsDecidedIsInTheLog() throws Exception {
    status("acme-app");
    status("nobody");
    gateway.close();
    AuditVerification log =
        AuditVerification.of(folder.resolve("audit"), Optional.empty(), Optional.empty());
    assertEquals(List.of(), log.problems());
    assertEquals(List.of(), log.unfinished());
    String text = "";
    try (var files = Files.list(folder.resolve("audit"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList()) {
        text += Files.readString(file);
      }
    }
    assertTrue(text.contains("\"principal\":\"spiffe://acme.example/acme-app\""), text);
    assertTrue(text.contains("\"verdict\":\"deny\""), text);
  }

  /** The end of a request is that of its answer: when the last byte is out, or nobody takes it. */
  @ParameterizedTest
  @EnumSource(
      value = HttpClient.Version.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void answerThatNobodyTakesAnyMoreIsRecordedAsCutOff(HttpClient.Version version) throws Exception {
    database.delayMillis = 500;
    HttpClient client = client(site.client("acme-app"), version);
    client.sendAsync(get("/api/v2/version"), HttpResponse.BodyHandlers.ofString());
    eventually(() -> !database.asked.isEmpty());
    client.shutdownNow();
    client.awaitTermination(PATIENCE);
    eventually(() -> ends().size() == 1);
    database.delayMillis = 0;
    assertEquals(200, status("acme-app"));
    eventually(() -> ends().size() == 2);
    assertEquals(List.of("cut_off", "answered"), ends());
  }

  private List<String> ends() {
    List<String> out = new java.util.ArrayList<>();
    try {
      AuditReader.of(folder.resolve("audit"))
          .read(
              entry -> {
                if (entry.record() instanceof AuditRecord.Completed c) {
                  out.add(c.status());
                }
              });
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out;
  }

  // --- What changes while it runs ---

  @Test
  void changedBlueprintServesOnceItIsProved() throws IOException, InterruptedException {
    assertEquals(403, status("nobody"));
    String more =
        TwoTenants.BLUEPRINT.replace(
            "guardrails:",
            "  - { name: more, from: nobody, to: database/rest, through: gateway, role: reader,"
                + " collections: [notes] }\nguardrails:");
    site.write(more);
    eventually(() -> gateway.status().generation().number() == 2);
    assertEquals(200, status("nobody"));
  }

  @Test
  void blueprintThatBreaksAGuardrailOrDoesNotParseChangesNothing()
      throws IOException, InterruptedException {
    String hash = gateway.status().generation().hash();
    site.write(
        TwoTenants.BLUEPRINT.replace(
            "guardrails:", "  - { name: bypass, from: nobody, to: database/rest }\nguardrails:"));
    eventually(() -> gateway.status().refused().isPresent());
    assertEquals(hash, gateway.status().generation().hash());
    assertEquals(200, status("acme-app"));
    site.write("ringfence: v1\nnonsense: true\n");
    eventually(() -> gateway.status().refused().filter(r -> r.contains("nonsense")).isPresent());
    assertEquals(200, status("acme-app"));
    site.write(TwoTenants.BLUEPRINT);
    eventually(() -> gateway.status().refused().isEmpty());
  }

  @Test
  void newCertificateServesNewConnectionsAndOpenOnesStay()
      throws IOException, InterruptedException {
    try (HttpClient open = client(site.client("acme-app"), HttpClient.Version.HTTP_1_1)) {
      var before = serial(ask(open, "/api/v2/version"));
      site.newServerCertificate();
      eventually(() -> site.notes.stream().anyMatch(n -> n.contains("read anew")));
      assertEquals(before, serial(ask(open, "/api/v2/version")), "the same connection");
      try (HttpClient fresh = client(site.client("acme-app"), HttpClient.Version.HTTP_1_1)) {
        assertNotEquals(before, serial(ask(fresh, "/api/v2/version")));
      }
    }
  }

  private static Object serial(HttpResponse<String> answer) throws IOException {
    var certificate =
        (java.security.cert.X509Certificate)
            answer.sslSession().orElseThrow().getPeerCertificates()[0];
    return certificate.getSerialNumber();
  }

  @Test
  void halfWrittenCertificateIsLeftAlone() throws IOException, InterruptedException {
    Files.writeString(site.keys().resolve("gateway.pem"), "-----BEGIN CERTI");
    eventually(() -> gateway.status().stale().isPresent());
    assertEquals(200, status("acme-app"));
  }

  @Test
  void drainLetsRequestsEnd() throws IOException, InterruptedException {
    database.delayMillis = 700;
    try (HttpClient client = client(site.client("acme-app"), HttpClient.Version.HTTP_2)) {
      CompletableFuture<HttpResponse<String>> answer =
          client.sendAsync(get("/api/v2/version"), HttpResponse.BodyHandlers.ofString());
      eventually(() -> !database.asked.isEmpty());
      gateway.drain(PATIENCE);
      assertEquals(200, answer.join().statusCode());
      assertFalse(gateway.status().ready());
    }
    HttpClient late = client(site.client("acme-app"), HttpClient.Version.HTTP_1_1);
    assertThrows(IOException.class, () -> ask(late, "/api/v2/version"));
  }

  @Test
  void databaseThatIsNotThereIsToldInItsOwnFormat() throws IOException, InterruptedException {
    database.close();
    try (HttpClient client = client(site.client("acme-app"), HttpClient.Version.HTTP_1_1)) {
      HttpResponse<String> answer = ask(client, "/api/v2/version");
      assertEquals(503, answer.statusCode());
      assertTrue(answer.body().contains("\"error\""), answer.body());
    }
  }

  // --- Limits of the blueprint, which need no restart ---

  private void limit(String limits) throws IOException {
    site.write(
        TwoTenants.BLUEPRINT.replace("limits: { body: 1MiB }", "limits: { " + limits + " }"));
    assertTrue(gateway.reload(), gateway.status()::toString);
  }

  private static String nested(int depth) {
    return "{\"name\":\"docs\",\"metadata\":{\"a\":%s1%s}}"
        .formatted("[".repeat(depth - 2), "]".repeat(depth - 2));
  }

  @Test
  void depthAtTheLimitAndPastIt() throws IOException, InterruptedException {
    limit("depth: 5");
    try (HttpClient client = client(site.client("acme-app"), HttpClient.Version.HTTP_1_1)) {
      HttpRequest past =
          HttpRequest.newBuilder(URI.create("https://localhost:" + port() + LIST))
              .header("content-type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(nested(6)))
              .build();
      String answer = client.send(past, HttpResponse.BodyHandlers.ofString()).body();
      assertTrue(answer.contains("it nests deeper than 5"), answer);
      String at = nested(5);
      HttpRequest good =
          HttpRequest.newBuilder(URI.create("https://localhost:" + port() + LIST))
              .header("content-type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(at))
              .build();
      answer = client.send(good, HttpResponse.BodyHandlers.ofString()).body();
      assertFalse(answer.contains("nests"), answer);
    }
  }

  @Test
  void connectionsOfAPrincipalAtTheLimitAndPastIt() throws IOException, InterruptedException {
    limit("connections: 2");
    try (HttpClient one = client(site.client("acme-app"), HttpClient.Version.HTTP_1_1);
        HttpClient two = client(site.client("acme-app"), HttpClient.Version.HTTP_1_1);
        HttpClient three = client(site.client("acme-app"), HttpClient.Version.HTTP_1_1);
        HttpClient other = client(site.client("globex-app"), HttpClient.Version.HTTP_1_1)) {
      assertEquals(200, ask(one, "/api/v2/version").statusCode());
      assertEquals(200, ask(two, "/api/v2/version").statusCode());
      assertEquals(200, ask(two, "/api/v2/version").statusCode(), "over the same connection");
      assertEquals(429, ask(three, "/api/v2/version").statusCode());
      assertEquals(200, ask(other, "/api/v2/version").statusCode());
      one.close();
      eventually(() -> answers(three));
    }
  }

  private boolean answers(HttpClient client) {
    try {
      return ask(client, "/api/v2/version").statusCode() == 200;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void requestsOfAPrincipalAtOneTimeAtTheLimitAndPastIt() throws Exception {
    limit("streams: 2");
    database.delayMillis = 3_000;
    try (HttpClient client = client(site.client("acme-app"), HttpClient.Version.HTTP_2)) {
      var first = client.sendAsync(get(LIST), HttpResponse.BodyHandlers.ofString());
      var second = client.sendAsync(get(LIST), HttpResponse.BodyHandlers.ofString());
      eventually(() -> database.asked.size() == 2);
      assertEquals(429, ask(client, LIST).statusCode());
      assertEquals(200, first.get().statusCode());
      assertEquals(200, second.get().statusCode());
      assertEquals(200, ask(client, LIST).statusCode());
    }
  }

  @Test
  void aRequestPastItsTimeIsRefused() throws Exception {
    limit("time: 500ms");
    database.delayMillis = 1_500;
    try (HttpClient client = client(site.client("acme-app"), HttpClient.Version.HTTP_1_1)) {
      long began = System.nanoTime();
      assertEquals(504, ask(client, LIST).statusCode());
      assertTrue(System.nanoTime() - began < 1_400_000_000L);
      database.delayMillis = 0;
      assertEquals(200, ask(client, LIST).statusCode());
    }
  }

  /** Another certificate's place and another demand on clients hold for who comes next. */
  @Test
  void tlsAndWhatItDemandsAreReloaded() throws Exception {
    String elsewhere =
        TwoTenants.BLUEPRINT
            .replace("keys/gateway.", "keys/second.")
            .replace("mtls: required", "mtls: optional");
    site.write(elsewhere);
    assertFalse(gateway.reload());
    String why = gateway.status().refused().orElseThrow();
    assertTrue(why.contains("keys/second.pem"), why);
    assertEquals(200, status("acme-app"));
    io.ringfence.gateway.testing.TestingAuthority.write(
        site.authority().server("gateway.acme.example"), site.keys(), "second");
    assertTrue(gateway.reload(), gateway.status()::toString);
    java.math.BigInteger serial = serial(session(site.client("acme-app")));
    try (java.io.InputStream in =
        java.nio.file.Files.newInputStream(site.keys().resolve("second.pem"))) {
      var written =
          (java.security.cert.X509Certificate)
              java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in);
      assertEquals(written.getSerialNumber(), serial);
    }
    try (HttpClient anonymous = client(site.anonymous(), HttpClient.Version.HTTP_1_1)) {
      assertEquals(401, ask(anonymous, "/api/v2/version").statusCode());
      // One that came without a certificate does not stay once it is demanded again.
      site.write(TwoTenants.BLUEPRINT);
      assertTrue(gateway.reload());
      assertEquals(401, ask(anonymous, "/api/v2/version").statusCode());
    }
    HttpClient late = client(site.anonymous(), HttpClient.Version.HTTP_1_1);
    assertThrows(IOException.class, () -> ask(late, "/api/v2/version"));
  }

  private static java.math.BigInteger serial(SSLSession session) throws IOException {
    return ((java.security.cert.X509Certificate) session.getPeerCertificates()[0])
        .getSerialNumber();
  }

  /** Nobody waits in vain for what a reload does not change. */
  @Test
  void whatWaitsForAStartIsNamed() throws IOException, InterruptedException {
    site.write(
        TwoTenants.BLUEPRINT
            .replace("audit: { to: audit/ }", "audit: { to: elsewhere/ }")
            .replace("mtls: required", "mtls: optional")
            .replace("role: reader }", "role: owner }"));
    assertFalse(gateway.reload());
    String why = gateway.status().refused().orElseThrow();
    assertTrue(why.endsWith("with them does: audit"), why);
    assertTrue(site.notes.stream().anyMatch(n -> n.contains(why)));
    assertEquals(200, status("acme-app"));
    limit("body: 1MiB, time: 5s");
    site.write(TwoTenants.BLUEPRINT.replace("body: 1MiB", "time: 5m"));
    assertFalse(gateway.reload());
    assertTrue(gateway.status().refused().orElseThrow().endsWith("limits: a longer time"));
    site.write(TwoTenants.BLUEPRINT);
    assertTrue(gateway.reload());
    assertEquals(java.util.Optional.empty(), gateway.status().refused());
  }
}
