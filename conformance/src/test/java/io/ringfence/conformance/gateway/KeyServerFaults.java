package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.ringfence.gateway.identity.TestingIssuer;
import io.ringfence.gateway.serve.GatewayServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/**
 * An issuer's key server that is down, stalls or talks nonsense, behind a whole gateway. A program
 * of its own: nobody fetches keys from loopback, so that {@link KeyServerFaultsTest} runs it in a
 * network namespace with one more address.
 */
final class KeyServerFaults implements AutoCloseable {
  private static final String LIST =
      "/api/v2/tenants/default_tenant/databases/default_database/collections";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;

  private final TestingIssuer issuer = new TestingIssuer("rsa=RSA");
  private final TestingIssuer other = new TestingIssuer("p256=secp256r1");
  private final AtomicInteger asked = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private final InetAddress address;
  private final GatewaySite site;
  private final StandInChroma database;
  private final GatewayServer gateway;
  private final HttpClient client;

  private HttpsServer keys;

  /** What the key server answers; null where it never does. */
  private volatile String page = issuer.jwks();

  private volatile int status = 200;

  private KeyServerFaults(Path folder, InetAddress address) throws Exception {
    this.folder = folder;
    this.address = address;
    site = new GatewaySite(folder);
    SSLContext.setDefault(site.anonymous()); // whom the gateway trusts as a key server
    keys = listen(0);
    int port = keys.getAddress().getPort();
    site.write(
        TwoTenants.BLUEPRINT
            .replace(
                "identity: { mtls: required }",
                "identity: { mtls: optional, jwt: { issuer: https://login.acme.example, audience:"
                    + " vectordb, jwks: { url: \"https://"
                    + address.getHostAddress()
                    + ":"
                    + port
                    + "/keys\" } } }")
            .replace(
                "acme: { members: [spiffe://acme.example/acme-app]",
                "acme: { members: [spiffe://acme.example/acme-app, { issuer:"
                    + " https://login.acme.example, claim: org, value: acme }]")
            .replace("from: acme-app, to", "from: { tenant: acme, at: acme-app }, to")
            .replace(
                "guardrails:",
                "egress:\n  - { name: keys, from: gateway, to: { cidr: "
                    + address.getHostAddress()
                    + "/32, ports: "
                    + port
                    + "/tcp } }\nguardrails:"));
    database = new StandInChroma();
    gateway = site.start("gateway", Map.of("rest", 0), Map.of("database", database.socket()));
    client = HttpClient.newBuilder().sslContext(site.anonymous()).build();
  }

  private HttpsServer listen(int port) throws IOException {
    HttpsServer out = HttpsServer.create(new InetSocketAddress(address, port), 0);
    out.setHttpsConfigurator(
        new HttpsConfigurator(site.tls(site.authority().serverAt(address.getHostAddress()))));
    out.setExecutor(threads);
    out.createContext("/", this::answer);
    out.start();
    return out;
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    String now = page;
    if (now == null) {
      return; // and says nothing, and does not close
    }
    byte[] body = now.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    client.shutdownNow();
    gateway.close();
    database.close();
    keys.stop(0);
    threads.shutdownNow();
  }

  private int ask(String token) throws Exception {
    int port = gateway.status().listens().get("database/rest").getFirst().getPort();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + LIST))
            .timeout(PATIENCE)
            .header("authorization", "Bearer " + token)
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  private static String claims(String subject) {
    return TestingIssuer.claims(Instant.now(), ",\"org\":\"acme\",\"jti\":\"" + subject + "\"");
  }

  /** Another token each time: none is remembered. */
  private int askKnown() throws Exception {
    return ask(issuer.token("RS256", claims("k" + System.nanoTime())));
  }

  private int askUnknown() throws Exception {
    return ask(other.token("ES256", claims("u" + System.nanoTime())));
  }

  /** Waits until it was looked for the unknown key again, with what comes meanwhile decided. */
  private void lookedAgain(String how) throws Exception {
    int goal = asked.get() + 1;
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (asked.get() < goal) {
      assertTrue(System.nanoTime() < end, how);
      assertEquals(401, askUnknown(), how);
      assertEquals(200, askKnown(), how);
      Thread.sleep(100);
    }
  }

  private void knownKeysCountUnknownAreRefusedAndItRecovers() throws Exception {
    assertEquals(200, askKnown());
    assertEquals(401, askUnknown());
    page = "nonsense";
    lookedAgain("nonsense");
    page = null;
    lookedAgain("a stall");
    assertEquals(200, askKnown(), "nobody waits for a fetch");
    assertEquals(401, askUnknown());
    keys.stop(0);
    for (int i = 0; i < 5; i++) {
      assertEquals(200, askKnown(), "it is down");
      assertEquals(401, askUnknown(), "it is down");
    }
    page = issuer.jwks().replace("]}", "," + other.jwks().substring("{\"keys\":[".length()));
    keys = listen(keys.getAddress().getPort());
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (askUnknown() != 200) {
      assertTrue(System.nanoTime() < end, "it recovers");
      assertEquals(200, askKnown());
      Thread.sleep(100);
    }
    gateway.close();
    assertEquals(0, Recorded.in(folder.resolve("audit")).unfinished());
  }

  /** With a folder that is empty, and an address of this machine that is not loopback. */
  public static void main(String[] args) throws Exception {
    try (KeyServerFaults it =
        new KeyServerFaults(Path.of(args[0]), InetAddress.getByName(args[1]))) {
      it.knownKeysCountUnknownAreRefusedAndItRecovers();
    }
  }
}
