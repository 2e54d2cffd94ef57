package io.ringfence.gateway.engine.qdrant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Touch;
import io.ringfence.gateway.testing.TestingExchange;
import io.ringfence.gateway.testing.TestingNames;
import io.ringfence.model.Action;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Separation;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Qdrant's REST requests, understood and scoped, over a database of canned answers. */
class QdrantRestTest {
  static final Scope NAMES =
      scope("acme", Separation.NAMES, new TestingNames("acme-", List.of("globex-")));
  static final Scope ROWS = scope("acme", Separation.FILTER, TestingNames.PLAIN);
  static final Scope OTHER_ROWS = scope("globex", Separation.FILTER, TestingNames.PLAIN);
  static final Scope OPERATOR = new Scope(Optional.empty(), TestingNames.PLAIN);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UUID = "dcf958a4-0c26-444e-a9df-749518edb688";
  private static final String MINE = "{\"key\":\"tenant_id\",\"match\":{\"value\":\"acme\"}}";

  private final Map<String, HttpAnswer> answers = new HashMap<>();
  private final TestingExchange<HttpCall, HttpAnswer> exchange =
      new TestingExchange<>(new QdrantRest(), this::answer);

  static Scope scope(String name, Separation separation, TestingNames names) {
    Optional<Tenant.Rows> rows =
        separation == Separation.FILTER
            ? Optional.of(new Tenant.Rows("shared", "tenant_id"))
            : Optional.empty();
    Tenant tenant =
        new Tenant(
            name,
            List.of(),
            separation,
            Optional.empty(),
            List.of(new NamePattern(name + "-*")),
            rows,
            Optional.empty(),
            SourceLocation.BUILT_IN);
    return new Scope(Optional.of(tenant), names);
  }

  static String serverId(String clientId, Scope scope) {
    try {
      TenantRows rows = TenantRows.of(scope, "shared", QdrantGuard.ALL).orElseThrow();
      return rows.toServer(PointId.ofSegment(clientId)).toString();
    } catch (io.ringfence.gateway.request.RefusedException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String mine(String clientId) {
    return serverId(clientId, ROWS);
  }

  private HttpAnswer answer(HttpCall call) {
    String key = call.method() + " " + String.join("/", call.path());
    return answers.getOrDefault(key, ok("true"));
  }

  private static HttpAnswer ok(String result) {
    return json(200, "{\"result\":" + result + ",\"status\":\"ok\",\"time\":0.1,\"usage\":{}}");
  }

  private static HttpAnswer json(int status, String body) {
    return new HttpAnswer(
        status, Optional.of("application/json"), body.getBytes(StandardCharsets.UTF_8));
  }

  private void given(String question, String result) {
    answers.put(question, ok(result));
  }

  private HttpAnswer post(String path, String body, Scope scope) {
    return send("POST", path, body, scope);
  }

  private HttpAnswer send(String method, String target, String body, Scope scope) {
    String[] parts = target.split("\\?", 2);
    Map<String, String> query = new LinkedHashMap<>();
    if (parts.length > 1) {
      for (String pair : parts[1].split("&")) {
        query.put(pair.split("=")[0], pair.split("=")[1]);
      }
    }
    Optional<String> type = body.isEmpty() ? Optional.empty() : Optional.of("application/json");
    List<String> path = parts[0].isEmpty() ? List.of() : Arrays.asList(parts[0].split("/"));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return exchange.run(new HttpCall(method, path, query, type, bytes), scope);
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String text) {
    return json(text.getBytes(StandardCharsets.UTF_8));
  }

  private JsonNode lastBody() {
    return json(exchange.asked().getLast().body());
  }

  private JsonNode body(int at) {
    return json(exchange.asked().get(at).body());
  }

  private String lastCall() {
    HttpCall last = exchange.asked().getLast();
    return last.method() + " " + String.join("/", last.path());
  }

  private static JsonNode result(HttpAnswer answer) {
    assertEquals(200, answer.status(), () -> new String(answer.body(), StandardCharsets.UTF_8));
    return json(answer.body()).get("result");
  }

  private static JsonNode within(String... more) {
    return json("{\"must\":[" + String.join(",", concat(MINE, more)) + "]}");
  }

  private static List<String> concat(String first, String... more) {
    return java.util.stream.Stream.concat(java.util.stream.Stream.of(first), Arrays.stream(more))
        .toList();
  }

  private static String hasId(String... clientIds) {
    return Arrays.stream(clientIds)
        .map(id -> "\"" + mine(id) + "\"")
        .collect(Collectors.joining(",", "{\"has_id\":[", "]}"));
  }

  private static String point(String clientId, String rest) {
    String mark = clientId.contains("-") ? ",\"_ringfence_id\":\"" + clientId + "\"" : "";
    return "{\"id\":\"%s\",\"version\":77,\"score\":0.5,\"payload\":{\"tenant_id\":\"acme\"%s%s}}"
        .formatted(mine(clientId), mark, rest);
  }

  // --- What is touched ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST | collections/docs/points/query    | {\"query\":[1]}                 |"
            + " QUERY:acme-docs",
        "POST | collections/docs/points/scroll   | {}                              |"
            + " QUERY:acme-docs",
        "PUT  | collections/docs/points          | {\"points\":[]}                 |"
            + " INSERT:acme-docs,UPDATE:acme-docs",
        "PUT  | collections/docs/points          | {\"points\":[],\"update_mode\":\"insert_only\"}"
            + " | INSERT:acme-docs",
        "PUT  | collections/docs/points          | {\"points\":[],\"update_mode\":\"update_only\"}"
            + " | UPDATE:acme-docs",
        "POST | collections/docs/points/delete   | {\"points\":[1]}                |"
            + " DELETE:acme-docs",
        "POST | collections/docs/points/batch    |"
            + " {\"operations\":[{\"upsert\":{\"points\":[]}},{\"delete\":{\"points\":[1]}}]} |"
            + " INSERT:acme-docs,UPDATE:acme-docs,DELETE:acme-docs",
        "POST | collections/docs/points/batch    |"
            + " {\"operations\":[{\"set_payload\":{\"payload\":{},\"points\":[1]}}]} |"
            + " UPDATE:acme-docs",
        "POST | collections/docs/points/batch    |"
            + " {\"operations\":[{\"clear_payload\":{\"points\":[1]}}]} | DELETE:acme-docs",
        "PUT  | collections/docs                 | {\"vectors\":{\"size\":4,\"distance\":\"Dot\"}}"
            + " | MANAGE:acme-docs",
        "PUT  | collections/docs/index           |"
            + " {\"field_name\":\"k\",\"field_schema\":\"keyword\"} | INDEX:acme-docs",
        "POST | collections/docs/points/query    |"
            + " {\"query\":1,\"lookup_from\":{\"collection\":\"more\"}} |"
            + " QUERY:acme-docs,QUERY:acme-more",
        "POST | collections/docs/points/query    |"
            + " {\"prefetch\":[{\"prefetch\":{\"query\":1,\"lookup_from\":{\"collection\":\"deep\"}}}],\"query\":[1]}"
            + " | QUERY:acme-docs,QUERY:acme-deep",
        "POST | collections/docs/points/query/batch |"
            + " {\"searches\":[{\"query\":[1]},{\"query\":2,\"lookup_from\":{\"collection\":\"more\"}}]}"
            + " | QUERY:acme-docs,QUERY:acme-more",
        "POST | collections/docs/points/query/groups |"
            + " {\"query\":[1],\"group_by\":\"k\",\"with_lookup\":\"more\"} |"
            + " QUERY:acme-docs,QUERY:acme-more",
        "POST | collections/docs/points/recommend |"
            + " {\"positive\":[1],\"limit\":3,\"lookup_from\":{\"collection\":\"more\"}} |"
            + " QUERY:acme-docs,QUERY:acme-more",
        "POST | collections/aliases |"
            + " {\"actions\":[{\"create_alias\":{\"collection_name\":\"a\",\"alias_name\":\"b\"}},{\"rename_alias\":{\"old_alias_name\":\"c\",\"new_alias_name\":\"d\"}},{\"delete_alias\":{\"alias_name\":\"e\"}}]}"
            + " | MANAGE:acme-a,MANAGE:acme-b,MANAGE:acme-c,MANAGE:acme-d,MANAGE:acme-e",
      })
  void everyCollectionIsTouchedUnderTheServersName(
      String method, String path, String body, String touches) {
    send(method, path, body, NAMES);
    List<Touch> expected =
        Arrays.stream(touches.split(","))
            .map(t -> t.split(":"))
            .map(t -> Touch.of(Action.valueOf(t[0]), t[1]))
            .toList();
    assertEquals(expected, exchange.operation().touches());
    assertFalse(
        new String(exchange.asked().getLast().body(), StandardCharsets.UTF_8).contains("\"more\""));
  }

  @Test
  void sizesAreTold() {
    post(
        "collections/docs/points/query/batch",
        "{\"searches\":[{\"query\":[1],\"limit\":7},{\"query\":[1],\"prefetch\":{\"query\":[1],\"limit\":50}}]}",
        NAMES);
    assertEquals(new Operation.Size(2, 50), exchange.operation().size());
  }

  @Test
  void whatConcernsTheServerNeedsARightOverAllOfIt() {
    send("GET", "metrics", "", OPERATOR);
    assertEquals(List.of(Touch.ofServer(Action.METRICS)), exchange.operation().touches());
    send("GET", "snapshots", "", OPERATOR);
    assertEquals(List.of(Touch.of(Action.SNAPSHOT, "*")), exchange.operation().touches());
    send("GET", "collections/docs/cluster", "", OPERATOR);
    assertEquals(List.of(Touch.ofServer(Action.CLUSTER)), exchange.operation().touches());
  }

  // --- What is refused, whoever asks ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Unknown and aliased fields: the engine ignores the ones, and reads `top` as `limit`.
        "POST | collections/docs/points/query  | {\"query\":[1],\"nope\":1}                       |"
            + " 400",
        "POST | collections/docs/points/search | {\"vector\":[1],\"top\":3}                       |"
            + " 400",
        "POST | collections/docs/points/search | {\"vector\":[1],\"limit\":3,\"top\":3}           |"
            + " 400",
        "POST | collections/docs/points/scroll |"
            + " {\"filter\":{\"must\":[{\"key\":\"a\",\"match\":{\"value\":1},\"x\":1}]}} | 400",
        "POST | collections/docs/points/scroll | {\"filter\":{\"musst\":[]}}                      |"
            + " 400",
        // Of two verbs in one item the first would count.
        "POST | collections/docs/points/batch  |"
            + " {\"operations\":[{\"upsert\":{\"points\":[]},\"delete\":{\"points\":[1]}}]} | 400",
        // `points` would win, and the filter be ignored.
        "POST | collections/docs/points/delete | {\"points\":[1],\"filter\":{\"must\":[]}}        |"
            + " 400",
        "POST | collections/docs/points/payload| {\"payload\":{},\"points\":[1],\"filter\":{}}    |"
            + " 400",
        "POST | collections/docs/points/payload/clear | {\"points\":[1],\"filter\":{}}            |"
            + " 400",
        "POST | collections/docs/points/vectors/delete |"
            + " {\"vector\":[\"v\"],\"points\":[1],\"filter\":{}} | 400",
        "POST | collections/docs/points/delete | {}                                               |"
            + " 400",
        // JSON that two readers could read two ways.
        "POST | collections/docs/points/scroll | {\"limit\":1,\"limit\":2}                        |"
            + " 400",
        "POST | collections/docs/points/scroll | {\"limit\":1}{}                                  |"
            + " 400",
        "POST | collections/docs/points/scroll | [1]                                              |"
            + " 400",
        "POST | collections/docs/points/scroll | {\"limit\":-1}                                   |"
            + " 400",
        "POST | collections/docs/points/scroll?nope=1 | {}                                        |"
            + " 400",
        "POST | collections/docs/points/scroll?timeout=x | {}                                     |"
            + " 400",
        "PUT  | collections/docs               | {\"init_from\":{\"collection\":\"globex-docs\"}} |"
            + " 400",
        // Ids that are none.
        "POST | collections/docs/points        | {\"ids\":[-1]}                                   |"
            + " 400",
        "POST | collections/docs/points        | {\"ids\":[18446744073709551616]}                 |"
            + " 400",
        "POST | collections/docs/points        | {\"ids\":[\"x\"]}                                |"
            + " 400",
        "GET  | collections/docs/points/x      |                                                  |"
            + " 400",
        // Names of others.
        "GET  | collections/globex-docs        |                                                  |"
            + " 404",
        "GET  | collections/acme-docs          |                                                  |"
            + " 404",
        "POST | collections/docs/points/query  |"
            + " {\"query\":1,\"lookup_from\":{\"collection\":\"globex-docs\"}} | 404",
        "POST | collections/docs/points/query  |"
            + " {\"prefetch\":{\"prefetch\":[{\"query\":1,\"lookup_from\":{\"collection\":\"globex-docs\"}}]}}"
            + " | 404",
        "POST | collections/docs/points/query/groups |"
            + " {\"query\":[1],\"group_by\":\"k\",\"with_lookup\":{\"collection\":\"globex-docs\"}}"
            + " | 404",
        "POST | collections/aliases            |"
            + " {\"actions\":[{\"create_alias\":{\"collection_name\":\"globex-docs\",\"alias_name\":\"x\"}}]}"
            + " | 404",
        "POST | collections/aliases            |"
            + " {\"actions\":[{\"rename_alias\":{\"old_alias_name\":\"globex-x\",\"new_alias_name\":\"y\"}}]}"
            + " | 404",
        // What would be fetched or run elsewhere.
        "POST | collections/docs/points/query  | {\"query\":{\"text\":\"x\",\"model\":\"m\"}}     |"
            + " 400",
        "POST | collections/docs/points/query  |"
            + " {\"prefetch\":{\"query\":{\"nearest\":{\"image\":\"http://x\",\"model\":\"m\"}}}} |"
            + " 400",
        "PUT  | collections/docs/points        |"
            + " {\"points\":[{\"id\":1,\"vector\":{\"v\":{\"object\":{},\"model\":\"m\"}}}]} | 400",
        "PUT  | collections/docs/snapshots/recover | {\"location\":\"http://169.254.169.254/x\"}  |"
            + " 403",
        "PUT  | collections/docs/snapshots/recover | {\"location\":\"file:///etc/passwd\"}        |"
            + " 403",
        "PUT  | collections/docs/snapshots/recover | {\"location\":\"s3://b/../x\"}               |"
            + " 403",
        // Unknown, or nobody's through the gateway.
        "GET  | dashboard                      |                                                  |"
            + " 403",
        "POST | logger                         |"
            + " {\"on_disk\":{\"enabled\":true,\"log_file\":\"/etc/cron.d/x\"}} | 403",
        "GET  | collections/docs/shards/0/snapshot |                                              |"
            + " 403",
        "POST | collections/docs/shards/0/points/scroll | {}                                      |"
            + " 403",
        // Of the whole server, so not a tenant's.
        "GET  | metrics                        |                                                  |"
            + " 403",
        "GET  | telemetry                      |                                                  |"
            + " 403",
        "GET  | snapshots                      |                                                  |"
            + " 403",
        "GET  | cluster                        |                                                  |"
            + " 403",
        "POST | collections/docs/cluster       | {\"drop_replica\":{\"shard_id\":0,\"peer_id\":1}}"
            + " | 403",
      })
  void refused(String method, String path, String body, int status) {
    HttpAnswer answer = send(method, path, body == null ? "" : body, NAMES);
    assertEquals(status, answer.status());
    assertTrue(json(answer.body()).path("status").path("error").isTextual());
    assertEquals(List.of(), exchange.asked());
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", ""})
  void contentTypesThatTheEngineWouldAcceptAreRefused(String type) {
    HttpCall call =
        new HttpCall(
            "POST",
            List.of("collections", "docs", "points", "scroll"),
            Map.of(),
            Optional.of(type).filter(t -> !t.isEmpty()),
            "{}".getBytes(StandardCharsets.UTF_8));
    assertEquals(400, exchange.run(call, NAMES).status());
    assertEquals(List.of(), exchange.asked());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "..", ".", "a\\\\b", "a*", "", "a\\u0000b"})
  void namesThatCouldBePathsAreRefused(String name) {
    String body = "{\"query\":1,\"lookup_from\":{\"collection\":\"" + name + "\"}}";
    assertEquals(400, post("collections/docs/points/query", body, NAMES).status());
    assertEquals(List.of(), exchange.asked());
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a\\b", ".hidden", "a..b"})
  void snapshotNamesThatCouldBePathsAreRefused(String name) {
    assertEquals(400, send("GET", "collections/docs/snapshots/" + name, "", NAMES).status());
    assertEquals(List.of(), exchange.asked());
  }

  /** Flaws that Qdrant's server had: none of them can be reached through the gateway. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Uploaded files that are written outside of their folder.
        "CVE-2024-2221       | POST   | collections/docs/snapshots/upload?priority=snapshot  |    "
            + " | 403",
        "CVE-2024-3584       | POST   | collections/docs/snapshots/upload                    |    "
            + " | 403",
        "CVE-2024-3584       | POST   | collections/docs/shards/0/snapshots/upload           |    "
            + " | 403",
        // Files that are read outside of theirs: a snapshot's name, or its location.
        "CVE-2024-3078       | GET    | snapshots/storage.snapshot                           |    "
            + " | 403",
        "CVE-2024-3078       | PUT    | collections/docs/snapshots/recover |"
            + " {\"location\":\"file:///qdrant/storage\"} | 403",
        "CVE-2024-3829       | PUT    | collections/docs/snapshots/recover |"
            + " {\"location\":\"http://evil.example/symlinks.snapshot\"} | 403",
        "CVE-2024-3829       | PUT    | collections/docs/shards/0/snapshots/recover |"
            + " {\"location\":\"http://evil.example/x\"} | 403",
        "GHSA-p9c2-9vq2-gxh8 | GET    | collections/docs/snapshots/a..b                      |    "
            + " | 400",
        "GHSA-p9c2-9vq2-gxh8 | DELETE | collections/docs/snapshots/..\\x                  |     |"
            + " 400",
        // A log that is written wherever one likes.
        "CVE-2026-25628      | POST   | logger |"
            + " {\"on_disk\":{\"enabled\":true,\"log_file\":\"/etc/cron.d/x\"}} | 403",
        // Paths that a list of harmless ones lets through.
        "#9254               | GET    | dashboard/collections                                |    "
            + " | 403",
        "#9254               | GET    | dashboard/..                                         |    "
            + " | 403",
        // What only nodes say to each other.
        "GHSA-3gph-6c29-p29v | POST   | collections/docs/shards/0/points/scroll              | {} "
            + " | 403",
        "GHSA-3gph-6c29-p29v | GET    | collections/docs/shards/0/snapshot                   |    "
            + " | 403",
      })
  void flawsThatHappenedAreOutOfReach(
      String flaw, String method, String path, String body, int status) {
    HttpAnswer answer = send(method, path, body == null ? "" : body, NAMES);
    assertEquals(status, answer.status(), flaw);
    assertEquals(List.of(), exchange.asked(), flaw);
  }

  /** A key that may only read could fill the disk with snapshots (GHSA-3v92-w72v-j994). */
  @Test
  void snapshotsNeedMoreThanARightToRead() {
    for (String call :
        List.of(
            "GET collections/docs/snapshots",
            "POST collections/docs/snapshots",
            "GET collections/docs/snapshots/s",
            "DELETE collections/docs/snapshots/s")) {
      send(call.split(" ")[0], call.split(" ")[1], "", NAMES);
      assertEquals(
          List.of(Touch.of(Action.SNAPSHOT, "acme-docs")), exchange.operation().touches(), call);
    }
  }

  // --- Own names ---

  @Test
  void namesAreOnesOwn() {
    send(
        "PUT",
        "collections/docs?timeout=5",
        "{\"vectors\":{\"size\":4,\"distance\":\"Dot\"}}",
        NAMES);
    assertEquals("PUT collections/acme-docs", lastCall());
    assertEquals(Map.of("timeout", "5"), exchange.asked().getLast().query());
  }

  @Test
  void listingShowsOnlyOnesOwn() {
    given(
        "GET collections",
        "{\"collections\":[{\"name\":\"globex-docs\"},{\"name\":\"acme-docs\"}]}");
    assertEquals(
        json("{\"collections\":[{\"name\":\"docs\"}]}"),
        result(send("GET", "collections", "", NAMES)));
  }

  @Test
  void aliasesAreOnesOwn() {
    given(
        "GET aliases",
        "{\"aliases\":[{\"alias_name\":\"globex-a\",\"collection_name\":\"globex-docs\"},"
            + "{\"alias_name\":\"acme-a\",\"collection_name\":\"globex-docs\"},"
            + "{\"alias_name\":\"acme-b\",\"collection_name\":\"acme-docs\"}]}");
    assertEquals(
        json("{\"aliases\":[{\"alias_name\":\"b\",\"collection_name\":\"docs\"}]}"),
        result(send("GET", "aliases", "", NAMES)));
    post(
        "collections/aliases",
        "{\"actions\":[{\"create_alias\":{\"collection_name\":\"docs\",\"alias_name\":\"b\"}}]}",
        NAMES);
    assertEquals(
        json(
            "{\"actions\":[{\"create_alias\":{\"collection_name\":\"acme-docs\",\"alias_name\":\"acme-b\"}}]}"),
        lastBody());
  }

  @Test
  void snapshotsBearTheClientsName() {
    given(
        "GET collections/acme-docs/snapshots",
        "[{\"name\":\"acme-docs-1-2.snapshot\",\"size\":3}]");
    assertEquals(
        json("[{\"name\":\"docs-1-2.snapshot\",\"size\":3}]"),
        result(send("GET", "collections/docs/snapshots", "", NAMES)));
    send("DELETE", "collections/docs/snapshots/docs-1-2.snapshot", "", NAMES);
    assertEquals("DELETE collections/acme-docs/snapshots/acme-docs-1-2.snapshot", lastCall());
  }

  @Test
  void errorsOfTheDatabaseDoNotLeak() {
    answers.put(
        "GET collections/acme-docs",
        json(404, "{\"status\":{\"error\":\"Not found: Collection `acme-docs` doesn't exist!\"}}"));
    assertEquals(
        "Not found: Collection `docs` doesn't exist!",
        json(send("GET", "collections/docs", "", NAMES).body())
            .path("status")
            .path("error")
            .asText());
    answers.put(
        "GET collections/acme-docs",
        json(400, "{\"status\":{\"error\":\"secret of globex-docs\"}}"));
    assertEquals(
        "the database refuses the request",
        json(send("GET", "collections/docs", "", NAMES).body())
            .path("status")
            .path("error")
            .asText());
    answers.put("GET collections/acme-docs", json(500, "{\"status\":{\"error\":\"panic\"}}"));
    assertEquals(503, send("GET", "collections/docs", "", NAMES).status());
  }

  @Test
  void conflictsKeepTheirStatus() {
    answers.put(
        "PUT collections/acme-docs",
        json(
            409,
            "{\"status\":{\"error\":\"Wrong input: Collection `acme-docs` already exists!\"}}"));
    HttpAnswer answer = send("PUT", "collections/docs", "{}", NAMES);
    assertEquals(409, answer.status());
    assertEquals(
        "Wrong input: Collection `docs` already exists!",
        json(answer.body()).path("status").path("error").asText());
  }

  // --- Rows: reading ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "count                 | {}",
        "scroll                | {}",
        "query                 | {\"query\":[1]}",
        "query                 | {}",
        "query/groups          | {\"query\":[1],\"group_by\":\"k\"}",
        "search                | {\"vector\":[1],\"limit\":3}",
        "search/groups         | {\"vector\":[1],\"limit\":3,\"group_by\":\"k\",\"group_size\":2}",
        "recommend             | {\"positive\":[[1]],\"limit\":3}",
        "recommend/groups      |"
            + " {\"positive\":[[1]],\"limit\":3,\"group_by\":\"k\",\"group_size\":2}",
        "discover              | {\"target\":[1],\"limit\":3}",
        "search/matrix/pairs   | {}",
        "search/matrix/offsets | {\"sample\":10}",
      })
  void everyQueryIsWithinTheTenantsRows(String verb, String body) {
    post("collections/shared/points/" + verb, body, ROWS);
    assertEquals(within(), body(0).get("filter"), verb);
    String wanted = "{\"should\":[{\"key\":\"tenant_id\",\"match\":{\"value\":\"globex\"}}]}";
    String filtered = body.substring(0, body.length() - 1) + (body.length() > 2 ? "," : "");
    post("collections/shared/points/" + verb, filtered + "\"filter\":" + wanted + "}", ROWS);
    assertEquals(within(wanted), body(0).get("filter"), verb);
  }

  @Test
  void facetsAreWithinTheTenantsRowsAndExact() {
    given("POST collections/shared/facet", "{\"hits\":[{\"value\":\"a\",\"count\":2}]}");
    HttpAnswer answer = post("collections/shared/facet", "{\"key\":\"k\",\"exact\":false}", ROWS);
    assertEquals(within(), lastBody().get("filter"));
    assertTrue(lastBody().get("exact").booleanValue());
    assertEquals(json("{\"hits\":[{\"value\":\"a\",\"count\":2}]}"), result(answer));
  }

  @Test
  void countsAreExact() {
    // An estimate would be drawn from everybody's points.
    post("collections/shared/points/count", "{\"exact\":false}", ROWS);
    assertTrue(lastBody().get("exact").booleanValue());
  }

  @Test
  void everyPrefetchIsWithinTheTenantsRows() {
    post(
        "collections/shared/points/query",
        "{\"prefetch\":[{\"prefetch\":{\"query\":[1],\"filter\":{\"must_not\":[]}},\"query\":[2]},{\"query\":[3]}],\"query\":{\"fusion\":\"rrf\"}}",
        ROWS);
    JsonNode prefetch = lastBody().get("prefetch");
    assertEquals(within(), lastBody().get("filter"));
    assertEquals(within(), prefetch.get(0).get("filter"));
    assertEquals(within("{\"must_not\":[]}"), prefetch.get(0).get("prefetch").get("filter"));
    assertEquals(within(), prefetch.get(1).get("filter"));
  }

  @Test
  void everyItemOfABatchIsWithinTheTenantsRows() {
    given("POST collections/shared/points/query/batch", "[{\"points\":[]},{\"points\":[]}]");
    post(
        "collections/shared/points/query/batch",
        "{\"searches\":[{\"query\":[1]},{\"query\":[2],\"with_payload\":true}]}",
        ROWS);
    for (JsonNode search : lastBody().get("searches")) {
      assertEquals(within(), search.get("filter"));
    }
  }

  @Test
  void conditionsOnIdsAreOnOnesOwn() {
    post(
        "collections/shared/points/scroll",
        "{\"filter\":{\"must\":{\"has_id\":[1,\""
            + UUID
            + "\"]},\"must_not\":[{\"nested\":{\"key\":\"k\",\"filter\":{\"must\":[{\"has_id\":[2]}]}}}]}}",
        ROWS);
    JsonNode wanted = lastBody().get("filter").get("must").get(1);
    assertEquals(json(hasId("1", UUID)), wanted.get("must"));
    assertEquals(
        json(hasId("2")),
        wanted.get("must_not").get(0).get("nested").get("filter").get("must").get(0));
  }

  @Test
  void answerIsTheClients() {
    given(
        "POST collections/shared/points/query",
        "{\"points\":[" + point("1", ",\"k\":\"v\"") + "," + point(UUID, "") + "]}");
    JsonNode plain = result(post("collections/shared/points/query", "{\"query\":[1]}", ROWS));
    assertEquals(
        json(
            "{\"points\":[{\"id\":1,\"version\":0,\"score\":0.5},{\"id\":\""
                + UUID
                + "\",\"version\":0,\"score\":0.5}]}"),
        plain);
    assertEquals(json("[\"tenant_id\",\"_ringfence_id\"]"), lastBody().get("with_payload"));
    JsonNode whole =
        result(
            post("collections/shared/points/query", "{\"query\":[1],\"with_payload\":true}", ROWS));
    assertEquals(json("{\"k\":\"v\"}"), whole.get("points").get(0).get("payload"));
    assertEquals(json("{}"), whole.get("points").get(1).get("payload"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true                              | true",
        "false                             | [\"tenant_id\",\"_ringfence_id\"]",
        "[\"k\"]                           | [\"tenant_id\",\"_ringfence_id\",\"k\"]",
        "{\"include\":[\"k\"]}             | [\"tenant_id\",\"_ringfence_id\",\"k\"]",
        "{\"exclude\":[\"k\",\"tenant_id\"]}   | {\"exclude\":[\"k\"]}",
        "{\"exclude\":[\"\\\"tenant_id\\\"\"]} | true",
      })
  void keyIsAskedForWhateverIsSelected(String selected, String asked) {
    given("POST collections/shared/points/scroll", "{\"points\":[]}");
    post("collections/shared/points/scroll", "{\"with_payload\":" + selected + "}", ROWS);
    assertEquals(json(asked), lastBody().get("with_payload"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"MINE\",\"payload\":{\"tenant_id\":\"globex\"}}",
        "{\"id\":\"MINE\",\"payload\":{\"tenant_id\":[\"globex\",\"acme\"]}}",
        "{\"id\":\"MINE\",\"payload\":{\"tenant_id\":[\"acme\"]}}",
        "{\"id\":\"MINE\",\"payload\":{\"tenant_id\":null}}",
        "{\"id\":\"MINE\",\"payload\":{}}",
        "{\"id\":\"MINE\",\"payload\":null}",
        "{\"id\":\"MINE\"}",
        "{\"id\":\"THEIRS\",\"payload\":{\"tenant_id\":\"acme\"}}",
        "{\"id\":1,\"payload\":{\"tenant_id\":\"acme\"}}",
        "{\"payload\":{\"tenant_id\":\"acme\"}}",
        "{\"id\":\"UUIDS\",\"payload\":{\"tenant_id\":\"acme\"}}",
        "{\"id\":\"UUIDS\",\"payload\":{\"tenant_id\":\"acme\",\"_ringfence_id\":\"11111111-0c26-444e-a9df-749518edb688\"}}",
      })
  void answerThatHoldsMoreIsWithheldWhole(String foreign) {
    String shown =
        foreign
            .replace("MINE", mine("2"))
            .replace("THEIRS", serverId("2", OTHER_ROWS))
            .replace("UUIDS", mine(UUID));
    String points = "[" + point("1", "") + "," + shown + "]";
    given("POST collections/shared/points/query", "{\"points\":" + points + "}");
    given("POST collections/shared/points/scroll", "{\"points\":" + points + "}");
    given("POST collections/shared/points/search", points);
    given(
        "POST collections/shared/points/query/groups",
        "{\"groups\":[{\"id\":\"a\",\"hits\":" + points + "}]}");
    given("POST collections/shared/points/query/batch", "[{\"points\":" + points + "}]");
    for (String[] question :
        new String[][] {
          {"query", "{\"query\":[1]}"},
          {"scroll", "{}"},
          {"search", "{\"vector\":[1],\"limit\":2}"},
          {"query/groups", "{\"query\":[1],\"group_by\":\"k\"}"},
          {"query/batch", "{\"searches\":[{\"query\":[1]}]}"},
        }) {
      HttpAnswer answer = post("collections/shared/points/" + question[0], question[1], ROWS);
      assertEquals(500, answer.status(), question[0]);
      assertNull(json(answer.body()).get("result"));
    }
    HttpAnswer answer = post("collections/shared/points", "{\"ids\":[1,2]}", ROWS);
    assertEquals(500, answer.status());
  }

  @Test
  void gettingByIdIsAScrollWithinTheTenantsRows() {
    given(
        "POST collections/shared/points/scroll",
        "{\"points\":[" + point(UUID, ",\"k\":1") + "," + point("7", "") + "]}");
    JsonNode records =
        result(
            post(
                "collections/shared/points?timeout=3",
                "{\"ids\":[7,8,\"" + UUID + "\"],\"with_vector\":[\"v\"]}",
                ROWS));
    assertEquals("POST collections/shared/points/scroll", lastCall());
    assertEquals(within(hasId("7", "8", UUID)), lastBody().get("filter"));
    assertEquals(json("[\"v\"]"), lastBody().get("with_vector"));
    assertEquals(List.of("7", UUID), records.findValuesAsText("id"));
    JsonNode one = result(send("GET", "collections/shared/points/" + UUID, "", ROWS));
    assertEquals(within(hasId(UUID)), lastBody().get("filter"));
    assertEquals(UUID, one.get("id").asText());
  }

  @Test
  void foreignPointIsNoDifferentFromNone() {
    given("POST collections/shared/points/scroll", "{\"points\":[]}");
    HttpAnswer answer = send("GET", "collections/shared/points/7", "", ROWS);
    assertEquals(404, answer.status());
    assertEquals(0, result(post("collections/shared/points", "{\"ids\":[7]}", ROWS)).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "query     | {\"query\":5}",
        "query     | {\"query\":{\"nearest\":5}}",
        "query     | {\"query\":{\"recommend\":{\"positive\":[[1],5]}}}",
        "query     | {\"query\":{\"recommend\":{\"negative\":[5]}}}",
        "query     | {\"query\":{\"discover\":{\"target\":5,\"context\":[]}}}",
        "query     |"
            + " {\"query\":{\"discover\":{\"target\":[1],\"context\":{\"positive\":5,\"negative\":[1]}}}}",
        "query     | {\"query\":{\"context\":[{\"positive\":[1],\"negative\":5}]}}",
        "query     | {\"prefetch\":{\"prefetch\":[{\"query\":5}]},\"query\":[1]}",
        "query     |"
            + " {\"query\":{\"relevance_feedback\":{\"target\":[1],\"feedback\":[{\"example\":5,\"score\":1}],\"strategy\":{\"naive\":{\"a\":1,\"b\":1,\"c\":1}}}}}",
        "query     | {\"query\":5,\"lookup_from\":{\"collection\":\"shared\"}}",
        "query/groups | {\"query\":5,\"group_by\":\"k\"}",
        "recommend | {\"positive\":[5],\"limit\":3}",
        "recommend | {\"positive\":[[1]],\"negative\":[5],\"limit\":3}",
        "discover  | {\"target\":5,\"limit\":3}",
        "discover  | {\"context\":[{\"positive\":5,\"negative\":[1]}],\"limit\":3}",
      })
  void examplesAreLookedUpWithinTheTenantsRowsFirst(String verb, String body) {
    given("POST collections/shared/points/scroll", "{\"points\":[]}");
    HttpAnswer missing = post("collections/shared/points/" + verb, body, ROWS);
    assertEquals(404, missing.status(), () -> new String(missing.body(), StandardCharsets.UTF_8));
    assertEquals(
        "Not found: No point with id 5 found",
        json(missing.body()).path("status").path("error").asText());
    assertEquals(1, exchange.asked().size());
    assertEquals(within(hasId("5")), lastBody().get("filter"));
    given("POST collections/shared/points/scroll", "{\"points\":[" + point("5", "") + "]}");
    post("collections/shared/points/" + verb, body, ROWS);
    assertEquals(2, exchange.asked().size());
    assertTrue(lastBody().toString().contains("\"" + mine("5") + "\""));
  }

  @Test
  void examplesOfAnotherCollectionHaveItsIds() {
    // The lookup is in a collection of the tenant's alone, whose ids are as they are.
    post(
        "collections/shared/points/query",
        "{\"query\":5,\"lookup_from\":{\"collection\":\"acme-own\"}}",
        ROWS);
    assertEquals(1, exchange.asked().size());
    assertEquals(5, lastBody().get("query").intValue());
    // And the next query's examples are the shared collection's again.
    given("POST collections/shared/points/scroll", "{\"points\":[]}");
    post(
        "collections/shared/points/query",
        "{\"prefetch\":{\"query\":5,\"lookup_from\":{\"collection\":\"acme-own\"}},\"query\":6}",
        ROWS);
    assertEquals(within(hasId("6")), body(0).get("filter"));
  }

  @Test
  void scoresDoNotMoveAsOthersWrite() {
    String sparse = "{\"query\":{\"indices\":[1],\"values\":[1.0]},\"using\":\"s\"";
    post("collections/shared/points/query", sparse + "}", ROWS);
    assertEquals(within(), lastBody().get("params").get("idf").get("corpus"));
    post("collections/shared/points/query", sparse + ",\"params\":{\"idf\":\"global\"}}", ROWS);
    assertEquals(within(), lastBody().get("params").get("idf").get("corpus"));
    post(
        "collections/shared/points/query",
        sparse + ",\"params\":{\"hnsw_ef\":9,\"idf\":{\"corpus\":{\"must\":[{\"has_id\":[1]}]}}}}",
        ROWS);
    assertEquals(
        within("{\"must\":[" + hasId("1") + "]}"),
        lastBody().get("params").get("idf").get("corpus"));
    assertEquals(9, lastBody().get("params").get("hnsw_ef").intValue());
    post("collections/shared/points/query", "{\"query\":[1]}", ROWS);
    assertNull(lastBody().get("params"));
  }

  @Test
  void pagesBeginWithOnesOwnPoints() {
    given(
        "POST collections/shared/points/scroll",
        "{\"points\":["
            + point("1", "")
            + ","
            + point("2", "")
            + ","
            + point(UUID, "")
            + "],\"next_page_offset\":\""
            + mine("9")
            + "\"}");
    JsonNode page =
        result(post("collections/shared/points/scroll", "{\"limit\":2,\"offset\":1}", ROWS));
    assertEquals(3, lastBody().get("limit").intValue());
    assertEquals(mine("1"), lastBody().get("offset").asText());
    assertEquals(2, page.get("points").size());
    assertEquals(UUID, page.get("next_page_offset").asText());
    JsonNode last = result(post("collections/shared/points/scroll", "{\"limit\":3}", ROWS));
    assertTrue(last.get("next_page_offset").isNull());
    post("collections/shared/points/scroll", "{\"limit\":3,\"order_by\":\"k\"}", ROWS);
    assertEquals(3, lastBody().get("limit").intValue());
  }

  @Test
  void distancesAreBetweenOnesOwnPoints() {
    given(
        "POST collections/shared/points/search/matrix/pairs",
        "{\"pairs\":[{\"a\":\"" + mine("1") + "\",\"b\":\"" + mine(UUID) + "\",\"score\":0.5}]}");
    given(
        "POST collections/shared/points/scroll",
        "{\"points\":[" + point("1", "") + "," + point(UUID, "") + "]}");
    assertEquals(
        json("{\"pairs\":[{\"a\":1,\"b\":\"" + UUID + "\",\"score\":0.5}]}"),
        result(post("collections/shared/points/search/matrix/pairs", "{}", ROWS)));
    // A point that cannot be told to be the tenant's withholds all.
    given("POST collections/shared/points/scroll", "{\"points\":[" + point("1", "") + "]}");
    assertEquals(500, post("collections/shared/points/search/matrix/pairs", "{}", ROWS).status());
  }

  @Test
  void sharedCollectionDoesNotSayHowMuchIsInIt() {
    given(
        "GET collections/shared",
        "{\"status\":\"yellow\",\"points_count\":9,\"indexed_vectors_count\":9,\"segments_count\":3,\"config\":{\"params\":{\"vectors\":{\"size\":4}},\"metadata\":{\"x\":1}},\"payload_schema\":{\"globex_secret\":{}},\"warnings\":[{\"message\":\"x\"}],\"update_queue\":{\"length\":7}}");
    assertEquals(
        json(
            "{\"status\":\"green\",\"optimizer_status\":\"ok\",\"segments_count\":0,\"config\":{\"params\":{\"vectors\":{\"size\":4}}},\"payload_schema\":{}}"),
        result(send("GET", "collections/shared", "", ROWS)));
  }

  @Test
  void aliasIsWhatItLeadsTo() {
    given(
        "GET aliases",
        "{\"aliases\":[{\"alias_name\":\"now\",\"collection_name\":\"shared\"},"
            + "{\"alias_name\":\"theirs\",\"collection_name\":\"globex-docs\"}]}");
    given("POST collections/now/points/scroll", "{\"points\":[]}");
    post("collections/now/points/scroll", "{}", ROWS);
    assertEquals(
        List.of(Touch.of(Action.QUERY, "now"), Touch.of(Action.QUERY, "shared")),
        exchange.operation().touches());
    assertEquals(within(), lastBody().get("filter"));
    post("collections/theirs/points/scroll", "{}", ROWS);
    assertEquals(
        List.of(Touch.of(Action.QUERY, "theirs"), Touch.of(Action.QUERY, "globex-docs")),
        exchange.operation().touches());
    String deep = "{\"prefetch\":{\"query\":1,\"lookup_from\":{\"collection\":\"theirs\"}}}";
    post("collections/acme-own/points/query", deep, ROWS);
    assertTrue(exchange.operation().touches().contains(Touch.of(Action.QUERY, "globex-docs")));
    // A name of one's own is asked for at once.
    post("collections/docs/points/scroll", "{}", NAMES);
    assertEquals(1, exchange.asked().size());
    answers.put("GET aliases", json(500, "{}"));
    assertEquals(503, post("collections/now/points/scroll", "{}", ROWS).status());
  }

  // --- Rows: writing ---

  @Test
  void writesBearTheTenantsMark() {
    send(
        "PUT",
        "collections/shared/points?wait=true",
        "{\"points\":[{\"id\":1,\"vector\":[1],\"payload\":{\"k\":null}},{\"id\":\""
            + UUID.toUpperCase(java.util.Locale.ROOT)
            + "\",\"vector\":{\"v\":[1]}}]}",
        ROWS);
    assertEquals(
        json(
            "{\"points\":[{\"id\":\""
                + mine("1")
                + "\",\"vector\":[1],\"payload\":{\"k\":null,\"tenant_id\":\"acme\"}},"
                + "{\"id\":\""
                + mine(UUID)
                + "\",\"vector\":{\"v\":[1]},\"payload\":{\"tenant_id\":\"acme\",\"_ringfence_id\":\""
                + UUID
                + "\"}}]}"),
        lastBody());
    send(
        "PUT",
        "collections/shared/points",
        "{\"batch\":{\"ids\":[1,2],\"vectors\":[[1],[2]],\"payloads\":[null,{\"k\":1}]}}",
        ROWS);
    assertEquals(
        json("[{\"tenant_id\":\"acme\"},{\"k\":1,\"tenant_id\":\"acme\"}]"),
        lastBody().get("batch").get("payloads"));
    send("PUT", "collections/shared/points", "{\"batch\":{\"ids\":[1],\"vectors\":[[1]]}}", ROWS);
    assertEquals(json("[{\"tenant_id\":\"acme\"}]"), lastBody().get("batch").get("payloads"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT  | points                |"
            + " {\"points\":[{\"id\":1,\"vector\":[1],\"payload\":{\"tenant_id\":\"globex\"}}]}",
        "PUT  | points                |"
            + " {\"points\":[{\"id\":1,\"vector\":[1],\"payload\":{\"tenant_id\":[\"globex\",\"acme\"]}}]}",
        "PUT  | points                |"
            + " {\"points\":[{\"id\":1,\"vector\":[1],\"payload\":{\"_ringfence_id\":\"x\"}}]}",
        "PUT  | points                |"
            + " {\"batch\":{\"ids\":[1],\"vectors\":[[1]],\"payloads\":[{\"tenant_id\":\"globex\"}]}}",
        "POST | points/payload        | {\"points\":[1],\"payload\":{\"tenant_id\":\"globex\"}}",
        "POST | points/payload        |"
            + " {\"points\":[1],\"payload\":{\"x\":\"globex\"},\"key\":\"tenant_id\"}",
        "POST | points/payload        |"
            + " {\"points\":[1],\"payload\":{\"x\":\"globex\"},\"key\":\"tenant_id.deep\"}",
        "POST | points/payload        |"
            + " {\"points\":[1],\"payload\":{\"x\":\"globex\"},\"key\":\"\\\"tenant_id\\\"\"}",
        "PUT  | points/payload        | {\"points\":[1],\"payload\":{\"tenant_id\":\"globex\"}}",
        "PUT  | points/payload        | {\"points\":[1],\"payload\":{},\"key\":\"tenant_id\"}",
        "POST | points/payload/delete | {\"points\":[1],\"keys\":[\"tenant_id\"]}",
        "POST | points/payload/delete | {\"points\":[1],\"keys\":[\"k\",\"\\\"tenant_id\\\"\"]}",
        "POST | points/payload/delete | {\"points\":[1],\"keys\":[\"tenant_id[]\"]}",
        "POST | points/payload/delete | {\"points\":[1],\"keys\":[\"tenant_id[0]\"]}",
        "POST | points/payload/delete | {\"points\":[1],\"keys\":[\"_ringfence_id\"]}",
        "POST | points/batch          |"
            + " {\"operations\":[{\"delete\":{\"points\":[1]}},{\"set_payload\":{\"points\":[1],\"payload\":{\"tenant_id\":1}}}]}",
        "POST | points/scroll         |"
            + " {\"filter\":{\"must\":[{\"is_empty\":{\"key\":\"_ringfence_id\"}}]}}",
        "POST | points/query/groups   | {\"query\":[1],\"group_by\":\"_ringfence_id\"}",
      })
  void nobodySetsTheMark(String method, String path, String body) {
    assertEquals(403, send(method, "collections/shared/" + path, body, ROWS).status());
    assertEquals(List.of(), exchange.asked());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "a.",
        ".a",
        "a..b",
        "a[",
        "a[x]",
        "\"a",
        "a\"b\"",
        "tenant_id\\u0000",
        " tenant_id"
      })
  void pathsThatTwoReadersCouldTakeDifferentlyAreRefused(String path) {
    String body = "{\"points\":[1],\"keys\":[\"" + path.replace("\"", "\\\"") + "\"]}";
    assertEquals(400, post("collections/shared/points/payload/delete", body, ROWS).status());
    assertEquals(List.of(), exchange.asked());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "points/delete         | {\"points\":[1]}",
        "points/vectors/delete | {\"points\":[1],\"vector\":[\"v\"]}",
        "points/payload        | {\"points\":[1],\"payload\":{\"k\":1}}",
        "points/payload/delete | {\"points\":[1],\"keys\":[\"k\"]}",
      })
  void pointsAreNamedByAFilter(String path, String body) {
    given("POST collections/shared/" + path, "{\"operation_id\":812,\"status\":\"completed\"}");
    JsonNode shown = result(post("collections/shared/" + path, body, ROWS));
    assertEquals(within(hasId("1")), lastBody().get("filter"));
    assertNull(lastBody().get("points"));
    assertEquals(json("{\"operation_id\":0,\"status\":\"completed\"}"), shown);
    String wanted = "{\"must\":[{\"key\":\"k\",\"match\":{\"value\":1}}]}";
    post(
        "collections/shared/" + path, body.replace("\"points\":[1]", "\"filter\":" + wanted), ROWS);
    assertEquals(within(wanted), lastBody().get("filter"));
  }

  @Test
  void wholePayloadsAreReplacedWithTheirMarks() {
    given(
        "POST collections/shared/points/batch",
        "[{\"operation_id\":1,\"status\":\"acknowledged\"},{\"operation_id\":2,\"status\":\"completed\"}]");
    JsonNode shown =
        result(
            send(
                "PUT",
                "collections/shared/points/payload",
                "{\"points\":[1,\"" + UUID + "\"],\"payload\":{\"k\":1}}",
                ROWS));
    assertEquals("POST collections/shared/points/batch", lastCall());
    assertEquals(
        json(
            "{\"operations\":[{\"overwrite_payload\":{\"payload\":{\"k\":1,\"tenant_id\":\"acme\"},\"filter\":"
                + within(hasId("1"))
                + "}},{\"overwrite_payload\":{\"payload\":{\"k\":1,\"tenant_id\":\"acme\",\"_ringfence_id\":\""
                + UUID
                + "\"},\"filter\":"
                + within(hasId(UUID))
                + "}}]}"),
        lastBody());
    assertEquals(json("{\"operation_id\":0,\"status\":\"completed\"}"), shown);
    post("collections/shared/points/payload/clear", "{\"points\":[1]}", ROWS);
    assertEquals(
        json("{\"tenant_id\":\"acme\"}"),
        lastBody().get("operations").get(0).get("overwrite_payload").get("payload"));
  }

  @Test
  void payloadsAreReplacedByAFilterOnceItsPointsAreKnown() {
    given(
        "POST collections/shared/points/scroll",
        "{\"points\":[" + point("1", "") + "," + point(UUID, "") + "]}");
    given("POST collections/shared/points/batch", "[{\"status\":\"completed\"}]");
    String wanted = "{\"must\":[{\"key\":\"k\",\"match\":{\"value\":1}}]}";
    String body = "{\"filter\":" + wanted + ",\"payload\":{\"x\":2}}";
    result(send("PUT", "collections/shared/points/payload", body, ROWS));
    assertEquals(within(wanted), body(0).get("filter"));
    JsonNode items = lastBody().get("operations");
    assertEquals(
        json("{\"x\":2,\"tenant_id\":\"acme\",\"_ringfence_id\":\"" + UUID + "\"}"),
        items.get(1).get("overwrite_payload").get("payload"));
    assertEquals(within(hasId("1")), items.get(0).get("overwrite_payload").get("filter"));
    given("POST collections/shared/points/scroll", "{\"points\":[]}");
    assertEquals(
        json("{\"operation_id\":0,\"status\":\"completed\"}"),
        result(post("collections/shared/points/payload/clear", "{\"filter\":{}}", ROWS)));
    assertEquals(1, exchange.asked().size());
  }

  @Test
  void batchesAnswerItemByItem() {
    given(
        "POST collections/shared/points/batch",
        "[{\"operation_id\":1,\"status\":\"completed\"},{\"operation_id\":2,\"status\":\"completed\"},{\"operation_id\":3,\"status\":\"acknowledged\"}]");
    JsonNode shown =
        result(
            post(
                "collections/shared/points/batch",
                "{\"operations\":[{\"clear_payload\":{\"points\":[1,2]}},{\"delete\":{\"points\":[3]}}]}",
                ROWS));
    assertEquals(3, lastBody().get("operations").size());
    assertEquals(
        json(
            "[{\"operation_id\":0,\"status\":\"completed\"},{\"operation_id\":0,\"status\":\"acknowledged\"}]"),
        shown);
  }

  @Test
  void replacedPayloadsAreBounded() {
    String ids =
        java.util.stream.IntStream.rangeClosed(1, RestScoping.REPLACED_MAX)
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(","));
    answers.put("POST collections/shared/points/batch", ok("[{\"status\":\"completed\"}]"));
    assertEquals(
        200,
        post("collections/shared/points/payload/clear", "{\"points\":[" + ids + "]}", ROWS)
            .status());
    assertEquals(
        413,
        post("collections/shared/points/payload/clear", "{\"points\":[" + ids + ",0]}", ROWS)
            .status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE | collections/shared                  |",
        "PATCH  | collections/shared                  | {\"metadata\":{}}",
        "PUT    | collections/shared                  | {}",
        "PUT    | collections/shared/index            | {\"field_name\":\"k\"}",
        "DELETE | collections/shared/index/k          |",
        "PUT    | collections/shared/vectors/v        |"
            + " {\"dense\":{\"size\":4,\"distance\":\"Dot\"}}",
        "DELETE | collections/shared/vectors/v        |",
        "GET    | collections/shared/aliases          |",
        "GET    | collections/shared/shards           |",
        "GET    | collections/shared/snapshots        |",
        "POST   | collections/shared/snapshots        |",
        "POST   | collections/aliases                 |"
            + " {\"actions\":[{\"create_alias\":{\"collection_name\":\"shared\",\"alias_name\":\"acme-x\"}}]}",
        "POST   | collections/shared/points/scroll    | {\"shard_key\":\"globex\"}",
        "PUT    | collections/shared/points           | {\"points\":[],\"shard_key\":\"globex\"}",
        "POST   | collections/shared/points/delete    |"
            + " {\"points\":[1],\"shard_key\":[\"globex\"]}",
        "POST   | collections/shared/points/query     |"
            + " {\"query\":5,\"lookup_from\":{\"collection\":\"acme-x\",\"shard_key\":\"globex\"}}",
        "POST   | collections/shared/points/query/groups |"
            + " {\"query\":[1],\"group_by\":\"k\",\"with_lookup\":\"shared\"}",
        "POST   | collections/acme-own/points/query/groups |"
            + " {\"query\":[1],\"group_by\":\"k\",\"with_lookup\":{\"collection\":\"shared\"}}",
        "POST   | collections/shared/points/batch     |"
            + " {\"operations\":[{\"clear_payload\":{\"filter\":{}}}]}",
      })
  void sharedCollectionIsNobodysToChange(String method, String path, String body) {
    assertEquals(400, send(method, path, body == null ? "" : body, ROWS).status());
    assertEquals(List.of(), exchange.asked());
  }

  // --- Ids ---

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DCF958A4-0C26-444E-A9DF-749518EDB688",
        "dcf958a40c26444ea9df749518edb688",
        "urn:uuid:dcf958a4-0c26-444e-a9df-749518edb688",
        "{dcf958a4-0c26-444e-a9df-749518edb688}"
      })
  void everyFormOfAnIdIsTheSame(String form) throws Exception {
    assertEquals(
        mine(UUID),
        TenantRows.of(ROWS, "shared", QdrantGuard.ALL)
            .orElseThrow()
            .toServer(PointId.ofText(form))
            .toString());
  }

  @Test
  void idsAreMappedThereAndBackAndNeverToAnothers() throws Exception {
    TenantRows acme = TenantRows.of(ROWS, "shared", QdrantGuard.ALL).orElseThrow();
    TenantRows globex = TenantRows.of(OTHER_ROWS, "shared", QdrantGuard.ALL).orElseThrow();
    Set<PointId> seen = new java.util.HashSet<>();
    for (String text :
        List.of("0", "1", "18446744073709551615", UUID, "00000000-0000-0000-0000-000000000001")) {
      PointId id = PointId.ofSegment(text);
      for (TenantRows rows : List.of(acme, globex)) {
        PointId server = rows.toServer(id);
        assertTrue(seen.add(server), text);
        assertEquals(id, rows.toClient(server, TenantRows.idMark(id)));
      }
    }
    assertEquals(10, seen.size());
  }

  @Test
  void numbersKeepTheirOrder() throws Exception {
    TenantRows acme = TenantRows.of(ROWS, "shared", QdrantGuard.ALL).orElseThrow();
    String last = "";
    for (String number :
        List.of("0", "1", "2", "10", "4294967296", "9223372036854775808", "18446744073709551615")) {
      String id = acme.toServer(PointId.ofSegment(number)).toString();
      assertTrue(id.compareTo(last) > 0, number);
      last = id;
    }
  }

  @Test
  void aForeignNameIsRefusedAsOneThatNobodyHas() {
    HttpCall call =
        new HttpCall(
            "GET", List.of("collections", "globex-docs"), Map.of(), Optional.empty(), new byte[0]);
    RefusedException named =
        assertThrows(RefusedException.class, () -> new QdrantRest().understand(call, NAMES));
    assertEquals(Refusal.Kind.NOT_FOUND, named.refusal().kind());
    assertEquals("Not found: Collection `globex-docs` doesn't exist!", named.refusal().text());
    Scope rows = scope("acme", Separation.FILTER, new TestingNames("", List.of("globex-")));
    RefusedException shared =
        assertThrows(RefusedException.class, () -> new QdrantRest().understand(call, rows));
    assertEquals(Refusal.Kind.DENIED, shared.refusal().kind());
    assertEquals(
        "no rule permits `qdrant.get_collection` for this caller", shared.refusal().text());
  }
}
