package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.identity.ApiKey;
import io.ringfence.gateway.identity.ApiKeyFile;
import io.ringfence.gateway.identity.ApiKeyText;
import io.ringfence.gateway.identity.Identified;
import io.ringfence.gateway.identity.Marks;
import io.ringfence.gateway.identity.TestingIssuer;
import io.ringfence.gateway.policy.Credentials;
import io.ringfence.gateway.serve.GatewayServer;
import io.ringfence.gateway.serve.PolicyRefusedException;
import io.ringfence.gateway.session.Revocation;
import io.ringfence.gateway.session.Session;
import io.ringfence.gateway.session.SessionException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates, tokens, API keys, approvals and revocations, over real TLS connections. */
class WhoAsksTest {
  private static final String BLUEPRINT =
      """
      ringfence: v1
      name: who-asks
      segments:
        app: { tier: application, networks: [10.30.1.0/24] }
        vectordb: { tier: database, networks: [10.30.2.0/24], isolation: micro }
      workloads:
        acme-app: { segment: app, addresses: [10.30.1.10], identity: spiffe://acme.example/acme-app }
        globex-app: { segment: app, addresses: [10.30.1.20] }
        operator: { segment: app, addresses: [10.30.1.30], identity: spiffe://acme.example/operator }
        gateway: { segment: vectordb, addresses: [10.30.2.5], kind: gateway }
        database: { segment: vectordb, addresses: [10.30.2.11], engine: chroma }
      tenants:
        acme: { members: [spiffe://acme.example/acme-app], separation: names, prefix: acme-, collections: ["acme-*"] }
        globex: { members: [{ issuer: https://login.acme.example, claim: org, value: globex }], separation: names, prefix: globex-, collections: ["globex-*"] }
      roles:
        owner: { actions: [query, insert, update, delete, manage] }
        reader: { actions: [query] }
        keeper: { actions: [health, metrics, query] }
      gateways:
        gateway:
          in-front-of: [database]
          tls: { certificate: { file: keys/gateway.pem }, key: { file: keys/gateway.key }, trust: { acme.example: { file: keys/ca.pem } } }
          identity: { mtls: optional, jwt: { issuer: https://login.acme.example, audience: vectordb, jwks: { file: keys/jwks.json } } }
          sessions: { max: 10m, recheck: 2s }
          audit: { to: audit/ }
          api-keys: { file: keys/api-keys.yaml }
          approvers: [spiffe://acme.example/lead]
      access:
        - { name: acme, from: acme-app, to: database/rest, through: gateway, role: owner }
        - { name: globex, from: { tenant: globex, at: globex-app }, to: database/rest, through: gateway, role: reader }
        - { name: operate, from: operator, to: database/rest, through: gateway, role: keeper, collections: ["acme-*", "globex-*"], tenants: all, session: { max: 5m, approval: required } }
      guardrails:
        - { name: no-bypass, only: { from: gateway, to: database/rest } }
      """;

  private static final String LIST =
      "/api/v2/tenants/default_tenant/databases/default_database/collections";
  private static final String OPERATED = LIST + "/acme-docs";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String KEY = ApiKeyText.random(new SecureRandom());

  @TempDir private Path folder;

  private final TestingIssuer issuer = new TestingIssuer("rsa=RSA", "p256=secp256r1");
  private GatewaySite site;
  private StandInChroma database;
  private GatewayServer gateway;

  @BeforeEach
  void start() throws IOException, PolicyRefusedException {
    site = new GatewaySite(folder);
    site.write(BLUEPRINT);
    Files.writeString(site.keys().resolve("jwks.json"), issuer.jwks());
    writeKeys(KEY, Optional.empty());
    database = new StandInChroma();
    serve();
  }

  private void serve() throws IOException, PolicyRefusedException {
    gateway = site.start("gateway", Map.of("rest", 0), Map.of("database", database.socket()));
  }

  private void writeKeys(String key, Optional<Instant> revoked) throws IOException {
    ApiKey listed =
        new ApiKey(
            ApiKeyText.id(key).orElseThrow(),
            ApiKeyText.sha256(key),
            Optional.empty(),
            Optional.of("globex"),
            Instant.now().plusSeconds(3600),
            revoked,
            Optional.empty());
    Files.writeString(site.keys().resolve("api-keys.yaml"), ApiKeyFile.text(List.of(listed)));
  }

  @AfterEach
  void end() {
    gateway.close();
    database.close();
  }

  private HttpRequest get(String path, Optional<String> bearer) {
    int port = gateway.status().listens().get("database/rest").getFirst().getPort();
    HttpRequest.Builder out =
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + path)).timeout(PATIENCE);
    bearer.ifPresent(b -> out.header("authorization", "Bearer " + b));
    return out.build();
  }

  private static HttpClient client(SSLContext tls) {
    return HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build();
  }

  private HttpResponse<String> ask(SSLContext tls, String path, Optional<String> bearer)
      throws IOException, InterruptedException {
    try (HttpClient client = client(tls)) {
      return client.send(get(path, bearer), HttpResponse.BodyHandlers.ofString());
    }
  }

  private int statusWith(String bearer) throws IOException, InterruptedException {
    return ask(site.anonymous(), LIST, Optional.of(bearer)).statusCode();
  }

  private String token(String more) {
    return issuer.token("ES256", TestingIssuer.claims(Instant.now(), more));
  }

  private void eventually(int status, String bearer) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (statusWith(bearer) != status && System.nanoTime() < end) {
      Thread.sleep(100);
    }
    assertEquals(status, statusWith(bearer));
  }

  // --- Who is let in ---

  @Test
  void aTokenOfTheTenantsIssuerLetsIn() throws Exception {
    assertEquals(200, statusWith(token(",\"org\":\"globex\"")));
    assertEquals(
        200,
        statusWith(
            issuer.token("RS256", TestingIssuer.claims(Instant.now(), ",\"org\":\"globex\""))));
  }

  @Test
  void nobodyWithoutAGoodTokenIsLetIn() throws Exception {
    String good = token(",\"org\":\"globex\"");
    String forged =
        new TestingIssuer("p256=secp256r1")
            .token("ES256", TestingIssuer.claims(Instant.now(), ",\"org\":\"globex\""));
    String old =
        issuer.token(
            "ES256", TestingIssuer.claims(Instant.now().minusSeconds(7200), ",\"org\":\"globex\""));
    assertEquals(401, ask(site.anonymous(), LIST, Optional.empty()).statusCode());
    assertEquals(401, statusWith(forged));
    assertEquals(401, statusWith(old));
    assertEquals(401, statusWith(good + "A"));
    assertEquals(403, statusWith(token(",\"org\":\"acme\"")));
    assertEquals(403, statusWith(token("")));
    assertTrue(database.asked.isEmpty(), "the database was asked: " + database.asked);
  }

  @Test
  void aCertificateAndATokenOfTwoTenantsAreDenied() throws Exception {
    Optional<String> globex = Optional.of(token(",\"org\":\"globex\""));
    assertEquals(200, ask(site.client("acme-app"), LIST, Optional.empty()).statusCode());
    assertEquals(403, ask(site.client("acme-app"), LIST, globex).statusCode());
    assertEquals(401, ask(site.client("acme-app"), LIST, Optional.of("not.a.token")).statusCode());
  }

  @Test
  void anApiKeyLetsInUntilItIsRevoked() throws Exception {
    assertEquals(200, statusWith(KEY));
    assertEquals(401, statusWith(ApiKeyText.random(new SecureRandom())));
    assertEquals(401, statusWith(KEY.substring(0, KEY.length() - 1) + "_"));
    writeKeys(KEY, Optional.of(Instant.now()));
    eventually(401, KEY);
  }

  @Test
  void whenTheIssuersKeysChangeOldTokensCountNoLonger() throws Exception {
    String old = token(",\"org\":\"globex\"");
    assertEquals(200, statusWith(old));
    TestingIssuer next = new TestingIssuer("p256=secp256r1");
    Files.writeString(site.keys().resolve("jwks.json"), next.jwks());
    eventually(401, old);
    assertEquals(
        200,
        statusWith(
            next.token("ES256", TestingIssuer.claims(Instant.now(), ",\"org\":\"globex\""))));
  }

  // --- Approval ---

  private static Identified lead() {
    String id = GatewaySite.TRUST_DOMAIN + "lead";
    return new Identified(
        Credentials.of(id),
        id,
        new Marks(Optional.of("1"), Optional.empty(), Optional.empty()),
        Map.of(),
        Instant.MAX);
  }

  @Test
  void whatDemandsApprovalWaitsForASecondPerson() throws Exception {
    SSLContext operator = site.client("operator");
    HttpResponse<String> denied = ask(operator, OPERATED, Optional.empty());
    assertEquals(403, denied.statusCode(), denied.body());
    Session waiting = gateway.sessions().list().getFirst();
    assertTrue(denied.body().contains(waiting.id()), denied.body());
    assertEquals(403, ask(operator, OPERATED, Optional.empty()).statusCode());
    assertThrows(
        SessionException.class,
        () ->
            gateway
                .sessions()
                .approve(
                    waiting.id(),
                    new Identified(
                        Credentials.of(GatewaySite.TRUST_DOMAIN + "operator"),
                        GatewaySite.TRUST_DOMAIN + "operator",
                        lead().marks(),
                        Map.of(),
                        Instant.MAX)));
    assertTrue(database.asked.isEmpty(), "the database was asked: " + database.asked);
    gateway.sessions().approve(waiting.id(), lead());
    assertEquals(404, ask(operator, OPERATED, Optional.empty()).statusCode());
    assertEquals(1, database.asked.size(), "the stand-in knows no such collection, but was asked");
    gateway.sessions().revoke(new Revocation.OfSession(waiting.id()), "test");
    assertEquals(403, ask(operator, OPERATED, Optional.empty()).statusCode());
  }

  // --- Revocation ---

  /** The database would take half a minute; the revocation cuts the request at once. */
  @Test
  void aRevocationCutsWhatRuns() throws Exception {
    database.delayMillis = 30_000;
    try (HttpClient client = client(site.client("acme-app"))) {
      CompletableFuture<HttpResponse<String>> running =
          client.sendAsync(get(LIST, Optional.empty()), HttpResponse.BodyHandlers.ofString());
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (database.asked.isEmpty() && System.nanoTime() < end) {
        Thread.sleep(20);
      }
      assertFalse(running.isDone());
      long from = System.nanoTime();
      gateway
          .sessions()
          .revoke(new Revocation.OfPrincipal(GatewaySite.TRUST_DOMAIN + "acme-app"), "test");
      HttpResponse<String> cut = running.get(10, TimeUnit.SECONDS);
      long millis = (System.nanoTime() - from) / 1_000_000;
      assertEquals(403, cut.statusCode());
      assertTrue(cut.body().contains("revoked"), cut.body());
      assertTrue(millis < 2_000, "only after " + millis + " ms");
      System.out.println("a revocation cut the running request after " + millis + " ms");
    }
    database.delayMillis = 0;
    assertEquals(401, ask(site.client("acme-app"), LIST, Optional.empty()).statusCode());
  }

  @Test
  void aRevokedTokenStaysRevokedAcrossARestart() throws Exception {
    String token = token(",\"org\":\"globex\",\"jti\":\"stolen\"");
    String other = token(",\"org\":\"globex\",\"jti\":\"kept\"");
    assertEquals(200, statusWith(token));
    gateway.sessions().revoke(new Revocation.OfToken("stolen"), "test");
    assertEquals(401, statusWith(token));
    gateway.close();
    serve();
    assertEquals(401, statusWith(token));
    assertEquals(200, statusWith(other));
  }

  /** A rule that is taken away ends what runs under it within the recheck interval. */
  @Test
  void aNewGenerationCutsWhatItDenies() throws Exception {
    database.delayMillis = 30_000;
    try (HttpClient client = client(site.client("acme-app"))) {
      CompletableFuture<HttpResponse<String>> running =
          client.sendAsync(get(LIST, Optional.empty()), HttpResponse.BodyHandlers.ofString());
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (database.asked.isEmpty() && System.nanoTime() < end) {
        Thread.sleep(20);
      }
      site.write(BLUEPRINT.replaceAll("(?m)^ *- \\{ name: acme, .*\\n", ""));
      assertEquals(403, running.get(20, TimeUnit.SECONDS).statusCode());
    }
  }
}
