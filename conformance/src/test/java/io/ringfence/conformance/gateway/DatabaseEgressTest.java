package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.decision.Conditions;
import io.ringfence.gateway.serve.DatabaseEgress;
import io.ringfence.gateway.serve.GatewayServer;
import io.ringfence.language.BlueprintLoader;
import io.ringfence.language.Loaded;
import io.ringfence.language.SourceFile;
import io.ringfence.model.Directory;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a database may be made to fetch: what an egress rule of its own names, and nothing else. */
class DatabaseEgressTest {
  private static final String BLUEPRINT =
      """
      ringfence: v1
      name: fetching
      segments:
        app: { tier: application, networks: [10.30.1.0/24] }
        vectordb: { tier: database, networks: [10.30.2.0/24], isolation: micro }
      workloads:
        operator: { segment: app, addresses: [10.30.1.10], identity: spiffe://acme.example/operator }
        gateway: { segment: vectordb, addresses: [10.30.2.5], kind: gateway }
        database: { segment: vectordb, addresses: [10.30.2.11], engine: qdrant }
      roles:
        keeper: { actions: [query, insert, snapshot] }
      gateways:
        gateway:
          in-front-of: [database]
          tls: { certificate: { file: keys/gateway.pem }, key: { file: keys/gateway.key }, trust: { acme.example: { file: keys/ca.pem } } }
          identity: { mtls: required }
      access:
        - { name: keep, from: operator, to: [database/rest, database/grpc], through: gateway, role: keeper, collections: [docs] }
      egress:
        - { name: snapshots, from: database, to: { cidr: 192.0.2.0/28, ports: [443/tcp] } }
        - { name: named, from: database, to: { fqdn: backup.acme.example, ports: [443/tcp] } }
        - { name: everywhere, from: database, to: { segment: internet, ports: [8443/tcp] } }
        - { name: others, from: operator, to: { cidr: 203.0.113.0/24, ports: [443/tcp] } }
        - { name: own, from: gateway, to: { cidr: 198.51.100.0/24, ports: [443/tcp] } }
      """;

  private static final String INFERENCE =
      BLUEPRINT.replace(
          "    identity: { mtls",
          "    upstream: { database: { inference: https://backup.acme.example/embed } }\n"
              + "    identity: { mtls");

  private static Loaded loaded(String text) {
    return new BlueprintLoader(new Conditions()).load(List.of(new SourceFile("site.yaml", text)));
  }

  private static DatabaseEgress egress(String text, String resolved) {
    DatabaseEgress out =
        new DatabaseEgress(
            "database",
            name ->
                Arrays.stream(resolved.split(" "))
                    .map(InetAddress::ofLiteral)
                    .toArray(InetAddress[]::new));
    Directory directory = loaded(text).blueprint().map(Directory::new).orElseThrow();
    out.turnTo(directory, directory.blueprint().gateways().get("gateway"));
    out.check();
    return out;
  }

  @ParameterizedTest
  @CsvSource({
    // host, port, what names resolve to, whether it is permitted
    "192.0.2.1, 443, 198.51.100.7, true",
    "backup.acme.example, 443, 198.51.100.7, true",
    "BACKUP.acme.example, 443, 198.51.100.7, true",
    // another port, another address, what is opened to others or to all
    "192.0.2.1, 80, 198.51.100.7, false",
    "192.0.2.16, 443, 198.51.100.7, false",
    "203.0.113.1, 443, 198.51.100.7, false",
    "198.51.100.1, 443, 198.51.100.7, false",
    "198.51.100.1, 8443, 198.51.100.7, false",
    "10.30.2.5, 443, 198.51.100.7, false",
    "169.254.169.254, 443, 198.51.100.7, false",
    "127.0.0.1, 443, 198.51.100.7, false",
    "[::1], 443, 198.51.100.7, false",
    // names that are like it
    "backup.acme.example., 443, 198.51.100.7, false",
    "backup.acme.example.evil.example, 443, 198.51.100.7, false",
    "evil.example, 443, 192.0.2.1, false",
    // rebinding: one address that is not outside is enough
    "backup.acme.example, 443, 10.30.2.11, false",
    "backup.acme.example, 443, 198.51.100.7 127.0.0.1, false",
    "backup.acme.example, 443, 169.254.169.254, false",
    "backup.acme.example, 443, ::ffff:10.30.2.5, false",
  })
  void destinations(String host, int port, String resolved, boolean permitted) {
    assertEquals(permitted, egress(BLUEPRINT, resolved).permits(host, port));
  }

  @Test
  void namesAreDeniedUntilTheyAreLookedUp() {
    DatabaseEgress unchecked =
        new DatabaseEgress(
            "database", name -> new InetAddress[] {InetAddress.ofLiteral("1.1.1.1")});
    Directory directory = loaded(BLUEPRINT).blueprint().map(Directory::new).orElseThrow();
    unchecked.turnTo(directory, directory.blueprint().gateways().get("gateway"));
    assertEquals(false, unchecked.permits("backup.acme.example", 443));
    unchecked.check();
    assertEquals(true, unchecked.permits("backup.acme.example", 443));
  }

  @Test
  void inferenceIsPermittedWhereARuleNamesTheService() {
    assertEquals(false, egress(BLUEPRINT, "1.1.1.1").permitsInference());
    assertEquals(true, egress(INFERENCE, "1.1.1.1").permitsInference());
    Loaded unnamed = loaded(INFERENCE.replace("backup.acme.example/embed", "other.example:8443/"));
    assertTrue(
        unnamed.problems().stream()
            .anyMatch(p -> p.text().contains("no egress rule that names it lets it; add { name:")),
        unnamed.problems()::toString);
  }

  @TempDir private Path folder;

  /** Through a gateway: what is denied is not asked, what is permitted is. */
  @Test
  void recoveringThroughTheGateway() throws Exception {
    GatewaySite site = new GatewaySite(folder);
    site.write(BLUEPRINT);
    try (StandInChroma database = new StandInChroma();
        GatewayServer gateway =
            site.start(
                "gateway", Map.of("rest", 0, "grpc", 0), Map.of("database", database.socket()));
        HttpClient client =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(site.client("operator"))
                .build()) {
      int port = gateway.status().listens().get("database/rest").getFirst().getPort();
      assertEquals(403, recover(client, port, "https://198.51.100.7/x"));
      assertEquals(403, recover(client, port, "https://backup.acme.example/x"));
      assertEquals(403, recover(client, port, "http://192.0.2.1/x"));
      assertEquals(403, recover(client, port, "http://192.0.2.1:443@evil.example/x"));
      assertEquals(403, recover(client, port, "file:///qdrant/storage"));
      assertEquals(400, query(client, port, "{\"query\":{\"text\":\"x\",\"model\":\"m\"}}"));
      assertTrue(
          database.asked.stream().noneMatch(a -> a.contains("recover") || a.contains("query")),
          database.asked::toString);
      recover(client, port, "https://192.0.2.1/x");
      assertTrue(
          database.asked.contains("PUT /collections/docs/snapshots/recover"),
          database.asked::toString);
    }
  }

  private static int recover(HttpClient client, int port, String location) throws Exception {
    return ask(client, port, "PUT", "snapshots/recover", "{\"location\":\"" + location + "\"}");
  }

  private static int query(HttpClient client, int port, String body) throws Exception {
    return ask(client, port, "POST", "points/query", body);
  }

  private static int ask(HttpClient client, int port, String method, String path, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("https://localhost:%d/collections/docs/%s".formatted(port, path)))
            .header("content-type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }
}
