package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.serve.GatewayServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor at a real Chroma, and at the stand-in for Qdrant. */
class DatabaseDoctorTest {
  private static final String LOGIN =
      "in-front-of: [database]\n"
          + "    upstream: { database: { credentials: { %s: { file: keys/login } } } }";

  @TempDir private Path folder;

  private GatewaySite site(String credential) throws IOException {
    GatewaySite site = new GatewaySite(folder.resolve("site"));
    String blueprint =
        credential.equals("api-key")
            ? QdrantSite.BLUEPRINT.replace("    api-keys: { file: keys/api-keys.yaml }\n", "")
            : TwoTenants.BLUEPRINT;
    Files.writeString(site.keys().resolve("login"), "the-key");
    site.write(blueprint);
    return site;
  }

  private static void logIn(GatewaySite site, String credential) throws IOException {
    Path file = site.folder().resolve("site.yaml");
    site.write(
        Files.readString(file).replace("in-front-of: [database]", LOGIN.formatted(credential)));
  }

  private static boolean noted(GatewaySite site, String words) {
    return site.notes.stream().anyMatch(n -> n.contains(words));
  }

  private static int status(GatewaySite site, GatewayServer gateway, String path) throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(site.client("acme-app")).build()) {
      int port = gateway.status().listens().get("database/rest").getFirst().getPort();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("https://localhost:" + port + path)).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }
  }

  private static GatewayServer qdrant(GatewaySite site, StandInQdrant database) throws Exception {
    return site.start(
        "gateway",
        Map.of("rest", 0, "grpc", 0),
        Map.of("database/rest", database.rest(), "database/grpc", database.grpc()));
  }

  @Test
  @Tag("slow")
  void aRealChromaAsksNobodyWhoTheyAre() throws Exception {
    GatewaySite site = site("token");
    try (RealChroma database = RealChroma.start(Files.createDirectories(folder.resolve("c")))) {
      Map<String, InetSocketAddress> upstream = Map.of("database", database.socket());
      try (GatewayServer gateway = site.start("gateway", Map.of("rest", 0), upstream)) {
        assertTrue(gateway.status().closed().isEmpty(), gateway.status()::toString);
        assertTrue(noted(site, "`database/rest` is looked at, version 1.0.0"));
        assertTrue(noted(site, "it answers whoever reaches it"), site.notes::toString);
        assertEquals(200, status(site, gateway, "/api/v2/version"));
      }
      // Whose blueprint says that it asks is not served while it does not.
      logIn(site, "token");
      try (GatewayServer gateway = site.start("gateway", Map.of("rest", 0), upstream)) {
        assertFalse(gateway.status().closed().isEmpty());
        assertTrue(noted(site, "it asks nobody for any; repair:"), site.notes::toString);
        assertEquals(503, status(site, gateway, "/api/v2/version"));
      }
    }
  }

  @Test
  void aQdrantThatAsksForItsKeyIsWell() throws Exception {
    GatewaySite site = site("api-key");
    logIn(site, "api-key");
    Path own = Files.createDirectories(folder.resolve("q"));
    try (StandInQdrant database = new StandInQdrant(own, "the-key");
        GatewayServer gateway = qdrant(site, database)) {
      assertTrue(gateway.status().closed().isEmpty(), site.notes::toString);
      assertTrue(noted(site, "`database/rest` is looked at, version 1.20.0"));
      assertTrue(noted(site, "it takes tokens (`jwt_rbac`)"), site.notes::toString);
      assertEquals(200, status(site, gateway, "/collections"));
    }
  }

  /** Neither of its services is served, and it is looked at again. */
  @Test
  void aQdrantThatIsOpenAgainstTheBlueprintServesNobody() throws Exception {
    GatewaySite site = site("api-key");
    logIn(site, "api-key");
    try (StandInQdrant database =
            new StandInQdrant(Files.createDirectories(folder.resolve("q")), "");
        GatewayServer gateway = qdrant(site, database)) {
      assertFalse(gateway.status().closed().isEmpty());
      assertEquals(503, status(site, gateway, "/collections"));
      assertTrue(
          gateway.metrics().text().contains("ringfence_gateway_databases_not_served 1"),
          gateway.metrics()::text);
    }
  }

  /** Nothing that is not known of it lets anybody across: it serves, and says so. */
  @Test
  void oneThatDoesNotAnswerIsToldAndKeepsNobodyOut() throws Exception {
    GatewaySite site = site("token");
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    try (GatewayServer gateway =
        site.start("gateway", Map.of("rest", 0), Map.of("database", nobody))) {
      assertTrue(gateway.status().closed().isEmpty());
      assertTrue(
          noted(site, "the settings of `database/rest` cannot be looked at yet"),
          site.notes::toString);
    }
  }
}
