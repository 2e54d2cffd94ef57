package io.ringfence.gateway.engine.chroma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Touch;
import io.ringfence.gateway.testing.TestingExchange;
import io.ringfence.gateway.testing.TestingNames;
import io.ringfence.model.Action;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Separation;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chroma's requests, understood and scoped, over a database of canned answers. */
class ChromaProtocolTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BASE =
      "api/v2/tenants/default_tenant/databases/default_database/collections";
  private static final String ID = "dcf958a4-0c26-444e-a9df-749518edb688";
  private static final String FOREIGN = "11111111-0c26-444e-a9df-749518edb688";

  private static final Scope NAMES =
      scope(Separation.NAMES, new TestingNames("acme-", List.of("globex-")));
  private static final Scope ROWS = scope(Separation.FILTER, TestingNames.PLAIN);
  private static final Scope NATIVE = scope(Separation.NATIVE, TestingNames.PLAIN);
  private static final Scope OPERATOR = new Scope(Optional.empty(), TestingNames.PLAIN);

  private final Map<String, HttpAnswer> answers = new HashMap<>();
  private final TestingExchange<HttpCall, HttpAnswer> exchange =
      new TestingExchange<>(new ChromaProtocol(), this::answer);

  private static Scope scope(Separation separation, TestingNames names) {
    Optional<Tenant.Rows> rows =
        separation == Separation.FILTER
            ? Optional.of(new Tenant.Rows("shared", "tenant_id"))
            : Optional.empty();
    Tenant tenant =
        new Tenant(
            "acme",
            List.of(),
            separation,
            Optional.empty(),
            List.of(new NamePattern("acme-*")),
            rows,
            Optional.empty(),
            SourceLocation.BUILT_IN);
    return new Scope(Optional.of(tenant), names);
  }

  private HttpAnswer answer(HttpCall call) {
    String key = call.method() + " " + String.join("/", call.path());
    return answers.getOrDefault(key, answer(404, "{\"error\":\"NotFoundError\",\"message\":\"\"}"));
  }

  private static HttpAnswer answer(int status, String json) {
    return new HttpAnswer(
        status, Optional.of("application/json"), json.getBytes(StandardCharsets.UTF_8));
  }

  private void given(String question, String json) {
    answers.put(question, answer(200, json));
  }

  private void givenCollection(String id, String name) {
    given("GET " + BASE + "/by-id/" + id, collection(id, name));
  }

  private static String collection(String id, String name) {
    return "{\"id\":\"%s\",\"name\":\"%s\",\"tenant\":\"default_tenant\",\"database\":\"default_database\",\"log_position\":7,\"version\":3}"
        .formatted(id, name);
  }

  private HttpAnswer get(String path, Scope scope) {
    return send("GET", path, "", scope);
  }

  private HttpAnswer post(String path, String body, Scope scope) {
    return send("POST", path, body, scope);
  }

  private HttpAnswer send(String method, String path, String body, Scope scope) {
    Optional<String> type = body.isEmpty() ? Optional.empty() : Optional.of("application/json");
    return exchange.run(
        new HttpCall(
            method,
            Arrays.asList(path.split("/")),
            Map.of(),
            type,
            body.getBytes(StandardCharsets.UTF_8)),
        scope);
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static JsonNode json(String text) {
    return json(text.getBytes(StandardCharsets.UTF_8));
  }

  private JsonNode lastBody() {
    return json(exchange.asked().getLast().body());
  }

  private String lastPath() {
    return String.join("/", exchange.asked().getLast().path());
  }

  // --- What is touched ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "add    | {\"ids\":[\"a\"],\"embeddings\":[[1]]}    | INSERT",
        "upsert | {\"ids\":[\"a\"],\"embeddings\":[[1]]}    | INSERT,UPDATE",
        "update | {\"ids\":[\"a\"],\"documents\":[\"x\"]}   | UPDATE",
        "delete | {\"ids\":[\"a\"]}                         | DELETE",
        "get    | {}                                        | QUERY",
        "query  | {\"query_embeddings\":[[1]]}              | QUERY",
      })
  void recordsAreTouchedUnderTheServersName(String verb, String body, String actions) {
    givenCollection(ID, "acme-docs");
    post(BASE + "/" + ID + "/" + verb, body, NAMES);
    List<Touch> expected =
        Arrays.stream(actions.split(","))
            .map(a -> Touch.of(Action.valueOf(a), "acme-docs"))
            .toList();
    assertEquals(expected, exchange.operation().touches());
  }

  @Test
  void renameTouchesBothNames() {
    givenCollection(ID, "acme-docs");
    send("PUT", BASE + "/" + ID, "{\"new_name\":\"new\"}", NAMES);
    assertEquals(
        List.of(Touch.of(Action.MANAGE, "acme-docs"), Touch.of(Action.MANAGE, "acme-new")),
        exchange.operation().touches());
    assertEquals(json("{\"new_name\":\"acme-new\"}"), lastBody());
  }

  @Test
  void sizesAreTold() {
    givenCollection(ID, "acme-docs");
    post(BASE + "/" + ID + "/query", "{\"query_embeddings\":[[1],[2]],\"n_results\":7}", NAMES);
    assertEquals(new Operation.Size(2, 7), exchange.operation().size());
  }

  // --- What is refused ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | api/v2/nope                                   |                        | 403",
        "GET    | api/v1/collections                            |                        | 403",
        "DELETE | api/v2/heartbeat                              |                        | 403",
        "POST   | C/ID/search                                   | {\"searches\":[]}      | 403",
        "POST   | C/ID/fork                                     | {\"new_name\":\"abc\"} | 403",
        "POST   | C/ID/functions/attach                         | {}                     | 403",
        "POST   | C/ID/get                                      | {\"bogus\":1}          | 400",
        "POST   | C/ID/get                                      | {\"ids\":[1]}          | 400",
        "POST   | C/ID/get                                      | {\"ids\":[],\"ids\":[]}| 400",
        "POST   | C/ID/get                                      | {} {}                  | 400",
        "POST   | C/ID/get                                      | [                      | 400",
        "POST   | C/ID/get                                      | {\"limit\":-1}         | 400",
        "POST   | C/ID/get                                      | {\"include\":[\"x\"]}  | 400",
        "POST   | C/ID/add                                      | {\"embeddings\":[]}    | 400",
        "POST   | C/FOREIGN/get                                 | {}                     | 404",
        "POST   | C/22222222-0c26-444e-a9df-749518edb688/get    | {}                     | 404",
        "POST   | C/not-an-id/get                               | {}                     | 400",
        "GET    | C/globex-docs                                 |                        | 404",
        "POST   | C                                             | {\"name\":\"globex-x\"}| 404",
        "GET    | api/v2/tenants/globex                         |                        | 404",
        "GET    | api/v2/tenants/default_tenant/databases/other |                        | 404",
      })
  void refused(String method, String path, String body, int status) {
    givenCollection(ID, "acme-docs");
    givenCollection(FOREIGN, "globex-docs");
    String full =
        path.replace("C/", BASE + "/")
            .replaceAll("^C$", BASE)
            .replace("ID/", ID + "/")
            .replace("FOREIGN", FOREIGN);
    HttpAnswer answer = send(method, full, body == null ? "" : body, NAMES);
    assertEquals(status, answer.status());
    JsonNode error = json(answer.body());
    assertEquals(2, error.size(), error::toString);
    assertTrue(
        exchange.asked().stream().allMatch(c -> c.path().contains("by-id")),
        () -> "asked " + exchange.asked());
  }

  @Test
  void foreignCollectionIsNoDifferentFromNone() {
    givenCollection(FOREIGN, "globex-docs");
    JsonNode foreign = json(get(BASE + "/by-id/" + FOREIGN, NAMES).body());
    JsonNode missing = json(get(BASE + "/by-id/" + ID, NAMES).body());
    assertEquals(missing.toString().replace(ID, "?"), foreign.toString().replace(FOREIGN, "?"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DCF958A4-0C26-444E-A9DF-749518EDB688",
        "dcf958a40c26444ea9df749518edb688",
        "urn:uuid:dcf958a4-0c26-444e-a9df-749518edb688"
      })
  void everyFormOfAnIdentifierIsTheSame(String form) {
    givenCollection(ID, "acme-docs");
    post(BASE + "/" + form + "/get", "{}", NAMES);
    assertEquals(BASE + "/" + ID + "/get", lastPath());
  }

  @Test
  void codeToBeRunIsRefused() {
    for (String function :
        List.of(
            "{\"type\":\"known\",\"name\":\"sentence_transformer\",\"config\":{}}",
            "{\"type\":\"known\",\"name\":\"default\",\"config\":{\"trust_remote_code\":true}}",
            "{\"type\":\"legacy\",\"name\":\"x\"}",
            "{\"type\":\"own\"}")) {
      String body = "{\"name\":\"docs\",\"configuration\":{\"embedding_function\":%s}}";
      assertEquals(400, post(BASE, body.formatted(function), NAMES).status(), function);
      assertEquals(List.of(), exchange.asked());
    }
  }

  // --- Own names ---

  @Test
  void namesAreOnesOwn() {
    given("POST " + BASE, collection(ID, "acme-docs"));
    HttpAnswer answer = post(BASE, "{\"name\":\"docs\",\"get_or_create\":true}", NAMES);
    assertEquals(json("{\"name\":\"acme-docs\",\"get_or_create\":true}"), lastBody());
    assertEquals("docs", json(answer.body()).path("name").textValue());
  }

  @Test
  void listingShowsOnlyOnesOwn() {
    given(
        "GET " + BASE,
        "[" + collection(FOREIGN, "globex-docs") + "," + collection(ID, "acme-docs") + "]");
    JsonNode list = json(get(BASE, NAMES).body());
    assertEquals(List.of("docs"), list.findValuesAsText("name"));
    String count = "api/v2/tenants/default_tenant/databases/default_database/collections_count";
    assertEquals("1", json(get(count, NAMES).body()).toString());
  }

  @Test
  void errorsOfTheDatabaseDoNotLeak() {
    givenCollection(ID, "acme-docs");
    answers.put(
        "POST " + BASE + "/" + ID + "/get",
        answer(400, "{\"error\":\"X\",\"message\":\"secret of globex\"}"));
    HttpAnswer answer = post(BASE + "/" + ID + "/get", "{}", NAMES);
    assertEquals("the database refuses the request", json(answer.body()).path("message").asText());
  }

  // --- Native ---

  @Test
  void nativeTenantsHaveTheServersOwn() {
    String own = BASE.replace("default_tenant", "acme");
    given("GET " + own, "[]");
    get(BASE, NATIVE);
    assertEquals(own, lastPath());
    assertEquals(404, get(BASE.replace("default_tenant", "globex"), NATIVE).status());
    // The identifier of a collection that lies elsewhere is none.
    givenCollection(FOREIGN, "docs");
    given(
        "GET " + own + "/by-id/" + FOREIGN,
        collection(FOREIGN, "docs").replace("default_tenant", "globex"));
    assertEquals(404, post(BASE + "/" + FOREIGN + "/get", "{}", NATIVE).status());
  }

  // --- Rows ---

  @Test
  void writesBearTheTenantsMark() {
    givenCollection(ID, "shared");
    given("POST " + BASE + "/" + ID + "/upsert", "{}");
    String records =
        "{\"ids\":[\"a\",\"b\"],\"embeddings\":[[1],[2]],\"metadatas\":[{\"k\":1},null]}";
    post(BASE + "/" + ID + "/upsert", records, ROWS);
    assertEquals(
        json(
            "{\"ids\":[\"acme/a\",\"acme/b\"],\"embeddings\":[[1],[2]],"
                + "\"metadatas\":[{\"k\":1,\"tenant_id\":\"acme\"},{\"tenant_id\":\"acme\"}]}"),
        lastBody());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "add    |"
            + " {\"ids\":[\"a\"],\"embeddings\":[[1]],\"metadatas\":[{\"tenant_id\":\"globex\"}]}",
        "upsert | {\"ids\":[\"a\"],\"embeddings\":[[1]],\"metadatas\":[{\"tenant_id\":\"acme\"}]}",
        "update | {\"ids\":[\"a\"],\"metadatas\":[{\"tenant_id\":null}]}",
        "update | {\"ids\":[\"a\"],\"metadatas\":[{\"tenant_id\":[\"acme\",\"globex\"]}]}",
      })
  void nobodySetsTheMark(String verb, String body) {
    givenCollection(ID, "shared");
    assertEquals(403, post(BASE + "/" + ID + "/" + verb, body, ROWS).status());
    assertTrue(exchange.asked().stream().allMatch(c -> c.path().contains("by-id")));
  }

  @Test
  void readsAreWithinTheTenantsRows() {
    givenCollection(ID, "shared");
    given(
        "POST " + BASE + "/" + ID + "/get",
        "{\"ids\":[\"acme/a\"],\"metadatas\":[{\"tenant_id\":\"acme\"}],\"include\":[\"documents\",\"metadatas\"],\"documents\":[\"x\"]}");
    HttpAnswer answer =
        post(
            BASE + "/" + ID + "/get",
            "{\"ids\":[\"a\"],\"where\":{\"k\":1},\"include\":[\"documents\"]}",
            ROWS);
    assertEquals(
        json(
            "{\"ids\":[\"acme/a\"],\"where\":{\"$and\":[{\"tenant_id\":{\"$eq\":\"acme\"}},{\"k\":1}]},"
                + "\"include\":[\"documents\",\"metadatas\"]}"),
        lastBody());
    assertEquals(
        json(
            "{\"ids\":[\"a\"],\"metadatas\":null,\"include\":[\"documents\"],\"documents\":[\"x\"]}"),
        json(answer.body()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"ids\":[\"globex/a\"],\"metadatas\":[{\"tenant_id\":\"acme\"}]}",
        "{\"ids\":[\"acme/a\"],\"metadatas\":[{\"tenant_id\":\"globex\"}]}",
        "{\"ids\":[\"acme/a\"],\"metadatas\":[{\"tenant_id\":[\"acme\",\"globex\"]}]}",
        "{\"ids\":[\"acme/a\"],\"metadatas\":[null]}",
        "{\"ids\":[\"acme/a\"],\"metadatas\":null}",
        "{\"ids\":[\"acme/a\",\"acme/b\"],\"metadatas\":[{\"tenant_id\":\"acme\"}]}",
        "{\"ids\":[\"a\"],\"metadatas\":[{\"tenant_id\":\"acme\"}]}",
      })
  void answerThatHoldsMoreIsWithheldWhole(String found) {
    givenCollection(ID, "shared");
    given("POST " + BASE + "/" + ID + "/get", found);
    HttpAnswer answer = post(BASE + "/" + ID + "/get", "{}", ROWS);
    assertEquals(500, answer.status());
    assertNull(json(answer.body()).get("ids"));
  }

  @Test
  void neighboursAreWithinTheTenantsRows() {
    givenCollection(ID, "shared");
    given(
        "POST " + BASE + "/" + ID + "/query",
        "{\"ids\":[[\"acme/a\"],[]],\"metadatas\":[[{\"tenant_id\":\"acme\",\"k\":1}],[]],\"distances\":[[0.5],[]],\"include\":[\"metadatas\"]}");
    HttpAnswer answer = post(BASE + "/" + ID + "/query", "{\"query_embeddings\":[[1],[2]]}", ROWS);
    assertEquals(
        json(
            "{\"ids\":[[\"a\"],[]],\"metadatas\":[[{\"k\":1}],[]],\"distances\":[[0.5],[]],\"include\":[\"metadatas\"]}"),
        json(answer.body()));
  }

  @Test
  void countIsOfTheTenantsRows() {
    givenCollection(ID, "shared");
    given("POST " + BASE + "/" + ID + "/get", "{\"ids\":[\"acme/a\",\"acme/b\"],\"include\":[]}");
    assertEquals("2", json(get(BASE + "/" + ID + "/count", ROWS).body()).toString());
    assertEquals("{\"tenant_id\":{\"$eq\":\"acme\"}}", lastBody().path("where").toString());
  }

  @Test
  void deletingNothingDeletesNothing() {
    givenCollection(ID, "shared");
    HttpAnswer answer = post(BASE + "/" + ID + "/delete", "{}", ROWS);
    assertEquals("{\"deleted\":0}", json(answer.body()).toString());
    assertEquals(1, exchange.asked().size());
  }

  @Test
  void sharedCollectionIsNobodysToChange() {
    givenCollection(ID, "shared");
    assertEquals(400, send("DELETE", BASE + "/shared", "", ROWS).status());
    assertEquals(400, send("PUT", BASE + "/" + ID, "{\"new_name\":\"mine\"}", ROWS).status());
    assertEquals(400, post(BASE, "{\"name\":\"shared\",\"get_or_create\":true}", ROWS).status());
    assertEquals(400, get(BASE + "/" + ID + "/indexing_status", ROWS).status());
    assertTrue(exchange.asked().stream().allMatch(c -> c.method().equals("GET")));
  }

  @Test
  void sharedCollectionDoesNotSayHowOftenItIsWritten() {
    given("GET " + BASE + "/shared", collection(ID, "shared"));
    JsonNode shown = json(get(BASE + "/shared", ROWS).body());
    assertEquals(0, shown.path("log_position").intValue());
    assertEquals(0, shown.path("version").intValue());
  }

  /** Found by bench/isolation: the server's schema names every metadata key that anybody used. */
  @Test
  void sharedCollectionDoesNotSayWhichKeysOthersUse() {
    String described =
        collection(ID, "shared")
            .replace(
                "\"version\":3",
                "\"version\":3,\"schema\":{\"keys\":{\"#document\":{},\"salary\":{}}}");
    given("GET " + BASE + "/shared", described);
    given("GET " + BASE, "[" + described + "]");
    String keys = "{\"#document\":{}}";
    JsonNode shown = json(get(BASE + "/shared", ROWS).body());
    assertEquals(keys, shown.path("schema").path("keys").toString());
    JsonNode listed = json(get(BASE, ROWS).body());
    assertEquals(keys, listed.path(0).path("schema").path("keys").toString());
  }

  // --- No tenant ---

  @Test
  void operatorNeedsARightOverTheServerForTenants() {
    post("api/v2/tenants", "{\"name\":\"x\"}", OPERATOR);
    assertEquals(List.of(Touch.ofServer(Action.CLUSTER)), exchange.operation().touches());
    get("api/v2/tenants/acme", OPERATOR);
    assertEquals(List.of(Touch.ofServer(Action.CLUSTER)), exchange.operation().touches());
    get("api/v2/tenants/default_tenant", OPERATOR);
    assertEquals(List.of(), exchange.operation().touches());
  }
}
