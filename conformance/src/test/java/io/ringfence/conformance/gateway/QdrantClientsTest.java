package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringfence.gateway.serve.PolicyRefusedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Qdrant's official clients through the gateway, before the stand-in for its server. */
class QdrantClientsTest {
  @TempDir private static Path folder;

  private static QdrantSite site;
  private static HttpClient client;

  @BeforeAll
  static void start() throws IOException, PolicyRefusedException {
    site = new QdrantSite(folder);
    client = HttpClient.newBuilder().sslContext(site.site().anonymous()).build();
  }

  @AfterAll
  static void end() {
    if (site != null) {
      client.close();
      site.close();
    }
  }

  private static HttpResponse<String> send(String workload, String method, String path, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + site.port("rest") + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .header("content-type", "application/json");
    if (!workload.equals("nobody")) {
      request.header("api-key", site.key(workload));
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  // --- Own collections ---

  @Test
  void quickstartRunsUnchanged() throws Exception {
    List<String> direct = site.runDirectly("quickstart.py", "plain-docs");
    assertEquals(26, direct.size());
    assertSame(direct, site.run("acme-app", "quickstart.py", "docs"), "acme");
    assertSame(direct, site.run("globex-app", "quickstart.py", "docs"), "globex");
  }

  @Test
  void quickstartRunsUnchangedInNode() throws Exception {
    assumeTrue(
        Files.exists(QdrantSite.NODE_CLIENTS.resolve(".@qdrant-js-client-rest@1.19.0")),
        "Qdrant's client for Node.js is not here: scripts/test-clients fetches it");
    List<String> direct = site.runDirectly("quickstart.mjs", "plain-node");
    assertEquals(12, direct.size());
    assertSame(direct, site.run("acme-app", "quickstart.mjs", "node"), "acme");
  }

  /** Says the first line that differs, and no more. */
  private static void assertSame(List<String> expected, List<String> found, String who) {
    for (int i = 0; i < Math.min(expected.size(), found.size()); i++) {
      assertEquals(expected.get(i), found.get(i), who);
    }
    assertEquals(expected.size(), found.size(), who);
  }

  @Test
  void tenantsHaveCollectionsOfTheSameNameAndSeeOnlyTheirOwn() throws Exception {
    String make = "{'vectors':{'size':2,'distance':'Dot'}}";
    assertEquals(200, send("acme-app", "PUT", "/collections/notes", make).statusCode());
    assertEquals(200, send("globex-app", "PUT", "/collections/notes", make).statusCode());
    assertEquals(409, send("acme-app", "PUT", "/collections/notes", make).statusCode());
    String point = "{'points':[{'id':1,'vector':[1,1],'payload':{'of':'%s'}}]}";
    send("acme-app", "PUT", "/collections/notes/points", point.formatted("acme"));
    send("globex-app", "PUT", "/collections/notes/points", point.formatted("globex"));
    assertTrue(
        send("acme-app", "GET", "/collections/notes/points/1", "").body().contains("\"acme\""));
    String listed = send("acme-app", "GET", "/collections", "").body();
    assertTrue(listed.contains("{\"name\":\"notes\"}"), listed);
    assertFalse(listed.contains("globex") || listed.contains("acme-"), listed);
    for (String other : List.of("globex-notes", "acme-notes")) {
      assertEquals(404, send("acme-app", "GET", "/collections/" + other, "").statusCode());
    }
    send("acme-app", "DELETE", "/collections/notes", "");
    assertEquals(200, send("globex-app", "GET", "/collections/notes", "").statusCode());
  }

  // --- Who may what ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "acme-app | PUT    | /collections/permitted              | {}                            |"
            + " 200",
        "viewer   | GET    | /collections                        |                               |"
            + " 200",
        "viewer   | GET    | /collections/permitted              |                               |"
            + " 200",
        "viewer   | POST   | /collections/permitted/points/count | {}                            |"
            + " 200",
        "viewer   | PUT    | /collections/permitted/points       | {'points':[]}                 |"
            + " 403",
        "viewer   | POST   | /collections/permitted/points/batch |"
            + " {'operations':[{'delete':{'points':[1]}}]} | 403",
        "viewer   | DELETE | /collections/permitted              |                               |"
            + " 403",
        "viewer   | PUT    | /collections/permitted/index        | {'field_name':'k'}            |"
            + " 403",
        "viewer   | GET    | /collections/permitted/snapshots    |                               |"
            + " 403",
        "acme-app | GET    | /collections/permitted/snapshots    |                               |"
            + " 403",
        "acme-app | GET    | /metrics                            |                               |"
            + " 403",
        "acme-app | GET    | /telemetry                          |                               |"
            + " 403",
        "acme-app | POST   | /logger                             | {}                            |"
            + " 403",
        "acme-app | GET    | /dashboard                          |                               |"
            + " 403",
        "red-app  | DELETE | /collections/shared                 |                               |"
            + " 403",
        "nobody   | GET    | /collections                        |                               |"
            + " 401",
      })
  void permitsAndDenials(String workload, String method, String path, String body, int status)
      throws Exception {
    site.qdrant().takeAsked();
    HttpResponse<String> answer = send(workload, method, path, body == null ? "" : body);
    assertEquals(status, answer.statusCode(), answer.body());
    assertEquals(status == 200, !site.qdrant().takeAsked().isEmpty());
  }

  // --- A shared collection ---

  /**
   * Two tenants write and read one collection, under the same ids; each is answered as if it were
   * alone.
   */
  @Test
  void tenantsThatShareACollectionAreAnsweredAsIfAlone() throws Exception {
    HttpClient direct = HttpClient.newHttpClient();
    for (String collection : List.of("shared", "twin-red", "twin-blue")) {
      String url = "http://localhost:" + site.qdrant().rest().getPort() + "/collections/";
      HttpRequest make =
          HttpRequest.newBuilder(URI.create(url + collection))
              .PUT(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"vectors\":{\"size\":4,\"distance\":\"Dot\"}}"))
              .build();
      assertEquals(200, direct.send(make, HttpResponse.BodyHandlers.ofString()).statusCode());
    }
    direct.close();
    for (String tenant : List.of("red", "blue")) {
      String protocol = tenant.equals("red") ? "rest" : "grpc";
      site.run(tenant + "-app", "shared.py", "shared", protocol, "write", tenant);
      site.runDirectly("shared.py", "twin-" + tenant, "rest", "write", tenant);
    }
    for (String tenant : List.of("red", "blue")) {
      List<String> alone = site.runDirectly("shared.py", "twin-" + tenant, "both", "read", tenant);
      assertEquals(36, alone.size());
      assertSame(
          alone, site.run(tenant + "-app", "shared.py", "shared", "both", "read", tenant), tenant);
    }
  }
}
