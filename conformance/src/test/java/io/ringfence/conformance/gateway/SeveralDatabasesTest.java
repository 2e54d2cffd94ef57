package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.secret.Secrets;
import io.ringfence.gateway.serve.GatewayServer;
import io.ringfence.gateway.serve.PolicyRefusedException;
import io.ringfence.gateway.serve.ServeSettings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two Qdrants (stand-ins of its server) and a Chroma (another) behind one gateway: each listener
 * leads to its own database.
 */
class SeveralDatabasesTest {
  private static final String BLUEPRINT =
      """
      ringfence: v1
      name: several
      segments:
        app: { tier: application, networks: [10.30.1.0/24] }
        vectordb: { tier: database, networks: [10.30.2.0/24], isolation: micro }
      workloads:
        acme-app: { segment: app, addresses: [10.30.1.10], identity: spiffe://acme.example/acme-app }
        globex-app: { segment: app, addresses: [10.30.1.20], identity: spiffe://acme.example/globex-app }
        gateway: { segment: vectordb, addresses: [10.30.2.5], kind: gateway }
        first: { segment: vectordb, addresses: [10.30.2.11], engine: qdrant }
        second: { segment: vectordb, addresses: [10.30.2.12], engine: qdrant }
        third: { segment: vectordb, addresses: [10.30.2.13], engine: chroma }
      tenants:
        acme: { members: [spiffe://acme.example/acme-app], separation: names, prefix: acme-, collections: ["acme-*"] }
        globex: { members: [spiffe://acme.example/globex-app], separation: names, prefix: globex-, collections: ["globex-*"] }
      roles:
        owner: { actions: [query, insert, update, delete, index, manage] }
      gateways:
        gateway:
          in-front-of: [first, second, third]
          listen: { second/rest: "10.30.2.5:7333", second/grpc: "10.30.2.5:7334" }
          tls: { certificate: { file: keys/gateway.pem }, key: { file: keys/gateway.key }, trust: { acme.example: { file: keys/ca.pem } } }
          identity: { mtls: required }
      access:
        - { name: acme, from: acme-app, to: [first/rest, second/rest, third/rest], through: gateway, role: owner }
        - { name: globex, from: globex-app, to: second/rest, through: gateway, role: owner }
      guardrails:
        - { name: tenants-apart, isolated: tenants }
        - { name: no-bypass, only: { from: gateway, to: [first/rest, second/rest, third/rest] } }
      tests:
        - { expect: permit, flow: { from: globex-app, to: gateway, port: 7333/tcp } }
        - { expect: deny, flow: { from: globex-app, to: gateway, port: 6333/tcp } }
        - { expect: permit, flow: { from: acme-app, to: gateway, port: 6333/tcp } }
        - { expect: deny, flow: { from: acme-app, to: gateway, port: 7334/tcp } }
        - { expect: permit, flow: { from: gateway, to: second, port: 6333/tcp } }
        - { expect: deny, flow: { from: gateway, to: second, port: 7333/tcp } }
      """;

  private static final String CHROMA =
      "/api/v2/tenants/default_tenant/databases/default_database/collections";

  @TempDir private static Path folder;

  private static GatewaySite site;
  private static StandInQdrant first;
  private static StandInQdrant second;
  private static StandInChroma third;
  private static GatewayServer gateway;
  private static HttpClient acme;
  private static HttpClient globex;

  @BeforeAll
  static void start() throws Exception {
    first = new StandInQdrant(Files.createDirectories(folder.resolve("first")));
    second = new StandInQdrant(Files.createDirectories(folder.resolve("second")));
    third = new StandInChroma();
    site = new GatewaySite(folder.resolve("site"));
    site.write(BLUEPRINT);
    gateway =
        site.start(
            "gateway",
            Map.of("first/rest", 0, "first/grpc", 0, "second/rest", 0, "second/grpc", 0, "rest", 0),
            Map.of(
                "first/rest", first.rest(),
                "first/grpc", first.grpc(),
                "second/rest", second.rest(),
                "second/grpc", second.grpc(),
                "third", third.socket()));
    acme = HttpClient.newBuilder().sslContext(site.client("acme-app")).build();
    globex = HttpClient.newBuilder().sslContext(site.client("globex-app")).build();
  }

  @AfterAll
  static void end() {
    if (gateway != null) {
      acme.close();
      globex.close();
      gateway.close();
    }
    for (StandInQdrant each : new StandInQdrant[] {first, second}) {
      if (each != null) {
        each.close();
      }
    }
    if (third != null) {
      third.close();
    }
  }

  @BeforeEach
  void forget() throws Exception {
    first.takeAsked();
    second.takeAsked();
    third.asked.clear();
  }

  private static HttpResponse<String> send(
      HttpClient client, String database, String method, String path, String body)
      throws Exception {
    int port = gateway.status().listens().get(database + "/rest").getFirst().getPort();
    return client.send(
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
            .header("content-type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aCollectionMadeAtOneListenerIsThereAlone() throws Exception {
    String make = "{'vectors':{'size':2,'distance':'Dot'}}";
    assertEquals(200, send(acme, "first", "PUT", "/collections/notes", make).statusCode());
    assertTrue(send(acme, "first", "GET", "/collections", "").body().contains("notes"));
    assertFalse(send(acme, "second", "GET", "/collections", "").body().contains("notes"));
    assertEquals(404, send(acme, "second", "GET", "/collections/notes", "").statusCode());
    assertEquals(200, send(acme, "second", "PUT", "/collections/notes", make).statusCode());
    assertEquals(200, send(acme, "first", "DELETE", "/collections/notes", "").statusCode());
    assertTrue(send(acme, "second", "GET", "/collections", "").body().contains("notes"));
  }

  /** Whatever is asked at a listener, the other databases hear nothing of it. */
  @Test
  void noRequestAtOneListenerReachesAnother() throws Exception {
    Random random = new Random(7);
    List<String> methods = List.of("GET", "PUT", "POST", "DELETE");
    List<String> paths =
        List.of(
            "/collections",
            "/collections/notes",
            "/collections/notes/points",
            "/collections/notes/points/search",
            "/collections/second/points/query",
            "/second/collections",
            CHROMA,
            "/api/v2/version");
    for (int i = 0; i < 200; i++) {
      String method = methods.get(random.nextInt(methods.size()));
      String path = paths.get(random.nextInt(paths.size()));
      send(acme, "first", method, path, "{'vector':[1,0],'limit':3}");
    }
    assertFalse(first.takeAsked().isEmpty());
    assertEquals(List.of(), second.takeAsked());
    assertTrue(third.asked.isEmpty(), third.asked::toString);
    send(acme, "third", "GET", CHROMA, "");
    assertFalse(third.asked.isEmpty());
    assertEquals(List.of(), first.takeAsked());
  }

  /** A rule for one database is none for another behind the same gateway. */
  @Test
  void aRuleHoldsForTheDatabaseThatItNames() throws Exception {
    assertEquals(200, send(globex, "second", "GET", "/collections", "").statusCode());
    assertFalse(second.takeAsked().isEmpty());
    assertEquals(403, send(globex, "first", "GET", "/collections/docs", "").statusCode());
    assertEquals(List.of(), first.takeAsked());
  }

  @Test
  void eachListensWhereTheBlueprintSaysOrTheGatewayDoesNotStart() throws Exception {
    ServeSettings settings =
        new ServeSettings(
            "gateway",
            Secrets.in(site.folder()),
            Map.of(),
            Map.<String, InetSocketAddress>of(),
            false,
            n -> {});
    GatewayServer.check(settings, site.source());
    try {
      String untested = BLUEPRINT.substring(0, BLUEPRINT.indexOf("tests:"));
      site.write(untested.replace("second/rest: \"10.30.2.5:7333\", ", ""));
      PolicyRefusedException refused =
          assertThrows(
              PolicyRefusedException.class, () -> GatewayServer.check(settings, site.source()));
      assertEquals(
          "the gateway would listen at 10.30.2.5:6333 for `first/rest` and for `second/rest`; give"
              + " one of them another, such as `listen: { second/rest: \"ADDRESS:PORT\" }`",
          refused.getMessage());
    } finally {
      site.write(BLUEPRINT);
    }
  }
}
