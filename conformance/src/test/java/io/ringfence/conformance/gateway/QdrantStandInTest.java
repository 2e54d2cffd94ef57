package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stand-in does what was seen of Qdrant's server where that is dangerous: a gateway that is
 * tried against less would be tried against nothing. Two tenants' points lie in one collection;
 * these are its ways across.
 */
class QdrantStandInTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String POINTS = "/collections/shared/points";

  @TempDir private static Path folder;

  private static StandInQdrant qdrant;
  private static HttpClient client;

  @BeforeAll
  static void start() throws IOException {
    qdrant = new StandInQdrant(folder);
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void end() {
    if (qdrant != null) {
      client.close();
      qdrant.close();
    }
  }

  /** Point 1 is acme's, 2 and 3 are globex's. */
  @BeforeEach
  void twoTenants() throws Exception {
    send("DELETE", "/collections/shared", "");
    send(
        "PUT",
        "/collections/shared",
        "{'vectors':{'size':2,'distance':'Dot'},'sparse_vectors':{'s':{'modifier':'idf'}}}");
    send(
        "PUT",
        POINTS,
        "{'points':["
            + "{'id':1,'vector':{'':[1,0],'s':{'indices':[7],'values':[1]}},'payload':{'tenant_id':'acme','k':'a'}},"
            + "{'id':2,'vector':{'':[0,1],'s':{'indices':[8],'values':[1]}},'payload':{'tenant_id':'globex','k':'a'}},"
            + "{'id':3,'vector':{'':[1,1],'s':{'indices':[7],'values':[1]}},'payload':{'tenant_id':'globex','k':'b'}}]}");
  }

  private static HttpResponse<String> exchange(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + qdrant.rest().getPort() + path));
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws Exception {
    HttpRequest.BodyPublisher bytes = HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'));
    return exchange(to(path).header("content-type", "application/json").method(method, bytes));
  }

  private static JsonNode ask(String method, String path, String body) throws Exception {
    HttpResponse<String> answer = send(method, path, body);
    assertEquals(200, answer.statusCode(), answer.body());
    return JSON.readTree(answer.body()).get("result");
  }

  private static JsonNode post(String path, String body) throws Exception {
    return ask("POST", POINTS + path, body);
  }

  private static String only(String tenant) {
    return "{'must':[{'key':'tenant_id','match':{'value':'" + tenant + "'}}]}";
  }

  private static List<String> idsOf(JsonNode points) {
    return points.findValuesAsText("id");
  }

  private static List<String> left() throws Exception {
    return idsOf(post("/scroll", "{}").get("points"));
  }

  @Test
  void pointsWinOverAFilterBesideThem() throws Exception {
    post("/payload", "{'payload':{'seen':true},'points':[2],'filter':" + only("acme") + "}");
    assertTrue(ask("GET", POINTS + "/2", "").get("payload").has("seen"));
    post("/vectors/delete", "{'vector':['s'],'points':[2],'filter':" + only("acme") + "}");
    assertTrue(!ask("GET", POINTS + "/2", "").get("vector").has("s"));
    post("/payload/clear", "{'points':[2],'filter':" + only("acme") + "}");
    assertTrue(ask("GET", POINTS + "/2", "").path("payload").isEmpty());
    post("/delete", "{'points':[3],'filter':" + only("acme") + "}");
    assertEquals(List.of("1", "2"), left());
  }

  @Test
  void lookUpBesideGroupsTakesNoFilter() throws Exception {
    post("/payload", "{'payload':{'refers':3},'points':[1]}");
    JsonNode groups =
        post(
                "/query/groups",
                "{'query':[1,0],'group_by':'refers','with_lookup':'shared','filter':"
                    + only("acme")
                    + "}")
            .get("groups");
    assertEquals("globex", groups.get(0).get("lookup").get("payload").get("tenant_id").asText());
  }

  @Test
  void tenantKeyChangesWithoutStandingInThePayload() throws Exception {
    post("/payload", "{'payload':{'x':1},'points':[1],'key':'tenant_id'}");
    assertNotEquals("acme", ask("GET", POINTS + "/1", "").get("payload").get("tenant_id").asText());
    post("/payload/delete", "{'keys':['\\'tenant_id\\''],'points':[2]}");
    assertTrue(!ask("GET", POINTS + "/2", "").get("payload").has("tenant_id"));
  }

  @Test
  void listOfTenantsMatchesEach() throws Exception {
    post("/payload", "{'payload':{'tenant_id':['globex','acme']},'points':[3]}");
    for (String tenant : List.of("acme", "globex")) {
      String request = "{'filter':" + only(tenant) + "}";
      assertTrue(idsOf(post("/scroll", request).get("points")).contains("3"), tenant);
    }
  }

  @Test
  void scoresMoveAsOthersWriteUnlessTheCorpusIsTold() throws Exception {
    String plain =
        "{'query':{'indices':[7],'values':[1]},'using':'s','filter':" + only("acme") + "}";
    String own =
        plain.substring(0, plain.length() - 1)
            + ",'params':{'idf':{'corpus':"
            + only("acme")
            + "}}}";
    double before = score(plain);
    double ownBefore = score(own);
    send(
        "PUT",
        POINTS,
        "{'points':[{'id':9,'vector':{'s':{'indices':[7],'values':[1]}},'payload':{'tenant_id':'globex'}}]}");
    assertNotEquals(before, score(plain));
    assertEquals(ownBefore, score(own));
  }

  private static double score(String query) throws Exception {
    return post("/query", query).get("points").get(0).get("score").doubleValue();
  }

  @Test
  void collectionTellsHowMuchIsInItAndWhatIsIndexed() throws Exception {
    ask(
        "PUT",
        "/collections/shared/index",
        "{'field_name':'globex_secret','field_schema':'keyword'}");
    JsonNode info = ask("GET", "/collections/shared", "");
    assertEquals(3, info.get("points_count").intValue());
    assertTrue(info.get("payload_schema").has("globex_secret"));
  }

  @Test
  void foreignExamplesAreTakenAndMissingOnesAreNot() throws Exception {
    assertEquals(404, send("POST", POINTS + "/query", "{'query':77}").statusCode());
    assertEquals(
        0,
        post("/query", "{'query':77}".replace("77", "2,'filter':{'must':[{'has_id':[2]}]}"))
            .get("points")
            .size());
    JsonNode recommended =
        post("/query", "{'query':{'recommend':{'positive':[3]}},'filter':" + only("acme") + "}");
    assertEquals(1.0, recommended.get("points").get(0).get("score").doubleValue());
  }

  @Test
  void updateFilterOnAForeignIdIsCompletedAndDropsThePoint() throws Exception {
    JsonNode answer =
        ask(
            "PUT",
            POINTS,
            "{'points':[{'id':2,'vector':[5,5],'payload':{'tenant_id':'acme'}}],'update_filter':"
                + only("acme")
                + "}");
    assertEquals("completed", answer.get("status").asText());
    assertEquals("globex", ask("GET", POINTS + "/2", "").get("payload").get("tenant_id").asText());
  }

  @Test
  void upsertWritesOverAForeignId() throws Exception {
    ask("PUT", POINTS, "{'points':[{'id':2,'vector':[5,5],'payload':{'tenant_id':'acme'}}]}");
    assertEquals("acme", ask("GET", POINTS + "/2", "").get("payload").get("tenant_id").asText());
  }

  @Test
  void requestsAreReadLeniently() throws Exception {
    assertEquals(3, post("/scroll", "{'unheard':1}").get("points").size());
    assertEquals(
        3,
        post("/scroll", "{'filter':{'must':[{'has_id':[1,2,3],'unheard':1}]}}")
            .get("points")
            .size());
    assertEquals(1, post("/search", "{'vector':[1,0],'top':1}").size());
    ask(
        "POST",
        "//collections//shared/points/batch",
        "{'operations':[{'delete':{'points':[1]},'upsert':{'points':[{'id':1,'vector':[1,0]}]}}]}");
    assertEquals(List.of("1", "2", "3"), left(), "of two verbs the first counts");
    HttpRequest.BodyPublisher plain = HttpRequest.BodyPublishers.ofString("{\"limit\":1}");
    assertEquals(
        200,
        exchange(to(POINTS + "/scroll").header("content-type", "text/plain").POST(plain))
            .statusCode());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write("{\"limit\":1}".getBytes(StandardCharsets.UTF_8));
    }
    HttpResponse<String> zipped =
        exchange(
            to(POINTS + "/scroll")
                .header("content-encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes.toByteArray())));
    assertEquals(1, JSON.readTree(zipped.body()).get("result").get("points").size());
  }
}
