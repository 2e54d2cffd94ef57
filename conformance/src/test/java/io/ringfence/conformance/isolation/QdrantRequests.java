package io.ringfence.conformance.isolation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A grammar of requests to Qdrant's REST interface: what its clients send, what a strict reader may
 * refuse, and what reaches for others' collections and points.
 */
final class QdrantRequests {
  /** In the shared collection another's point has the id that the tenant under test calls so. */
  static final int STRAY = 77;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FOREIGN =
      List.of("gamma-secret", "gamma-docs", "gamma-c4n4ry-name");

  private final SplittableRandom random;
  private final boolean names;
  private String collection;

  private QdrantRequests(SplittableRandom random, boolean names) {
    this.random = random;
    this.names = names;
    this.collection = names ? pick("docs", "notes", "docs", "notes", "temp") : "shared";
  }

  /**
   * A request that is wanted.
   *
   * @param compared whether both sides can answer alike
   * @param missing the same, of what nobody has; only where it is of what is another's
   */
  record Wanted(
      String operation,
      Subject.Kind kind,
      boolean changes,
      boolean compared,
      String method,
      List<String> path,
      Optional<String> contentType,
      byte[] body,
      Optional<List<String>> missing) {
    Wanted as(Subject.Kind other) {
      return new Wanted(
          operation, other, changes, compared, method, path, contentType, body, missing);
    }

    Wanted with(byte[] other) {
      return new Wanted(
          operation, kind, changes, compared, method, path, contentType, other, missing);
    }

    /** With a body that says it is something else. */
    Wanted typed(String type) {
      return new Wanted(
          operation, kind, changes, compared, method, path, Optional.of(type), body, missing);
    }

    Wanted to(String from, String to) {
      List<String> other = path.stream().map(s -> s.equals(from) ? to : s).toList();
      return new Wanted(
          operation, kind, changes, compared, method, other, contentType, body, missing);
    }

    Wanted instead(List<String> other) {
      return new Wanted(
          operation, kind, changes, compared, method, path, contentType, body, Optional.of(other));
    }
  }

  static Wanted next(SplittableRandom random, boolean names) {
    QdrantRequests out = new QdrantRequests(random, names);
    int dice = random.nextInt(100);
    if (dice < 60) {
      return out.valid();
    }
    return dice < 76 ? out.odd() : out.hostile();
  }

  /** One that the policy permits and clients send. */
  static Wanted valid(SplittableRandom random, boolean names) {
    return new QdrantRequests(random, names).valid();
  }

  // --- Parts ---

  private int below(int bound) {
    return random.nextInt(bound);
  }

  private boolean chance(int in) {
    return random.nextInt(in) == 0;
  }

  @SafeVarargs
  private <T> T pick(T... of) {
    return of[random.nextInt(of.length)];
  }

  private static ObjectNode object() {
    return JSON.createObjectNode();
  }

  private ArrayNode dense() {
    ArrayNode out = JSON.createArrayNode();
    for (int i = 0; i < 4; i++) {
      out.add(random.nextInt(1 << 16) / 65536.0);
    }
    return out;
  }

  private ObjectNode sparse() {
    ObjectNode out = object();
    ArrayNode indices = out.putArray("indices");
    ArrayNode values = out.putArray("values");
    for (int i = below(3); i < 6; i += 1 + below(3)) {
      indices.add(i);
      values.add((1 + below(1 << 12)) / 4096.0);
    }
    return out;
  }

  private JsonNode id() {
    if (chance(8)) {
      return JSON.getNodeFactory().textNode("00000000-0000-4000-8000-00000000000" + below(4));
    }
    return JSON.getNodeFactory().numberNode(chance(20) ? STRAY : below(10));
  }

  /** One that is written: others' strays are not. */
  private JsonNode ownId() {
    JsonNode id = id();
    return id.isInt() && id.intValue() == STRAY ? JSON.getNodeFactory().numberNode(1) : id;
  }

  private ArrayNode ids(boolean written) {
    ArrayNode out = JSON.createArrayNode();
    for (int i = 0; i <= below(3); i++) {
      JsonNode id = written ? ownId() : id();
      boolean twice = false;
      for (JsonNode other : out) {
        twice |= other.equals(id);
      }
      if (!twice) {
        out.add(id);
      }
    }
    return out;
  }

  private ObjectNode payload() {
    ObjectNode out = object().put("n", below(5)).put("colour", pick("red", "green", "blue"));
    if (chance(3)) {
      out.putArray("tags").add(pick("x", "y")).add("z");
    }
    if (chance(4)) {
      out.putObject("deep").put("n", below(3));
    }
    return out;
  }

  private ObjectNode point() {
    ObjectNode out = object();
    out.set("id", ownId());
    ObjectNode vector = object();
    vector.set("", dense());
    vector.set("s", sparse());
    out.set("vector", chance(3) ? dense() : vector);
    if (!chance(5)) {
      out.set("payload", payload());
    }
    return out;
  }

  private ObjectNode condition(int depth) {
    ObjectNode out = object();
    switch (below(depth > 0 ? 8 : 6)) {
      case 0 ->
          out.put("key", "colour").putObject("match").put("value", pick("red", "green", "blue"));
      case 1 -> out.put("key", "n").putObject("range").put(pick("gt", "lte"), below(5));
      case 2 -> out.set("has_id", ids(false));
      case 3 -> out.putObject("is_empty").put("key", pick("tags", "n"));
      case 4 -> out.put("key", "deep.n").putObject("match").put("value", below(3));
      case 5 -> out.put("key", "colour").putObject("match").putArray("any").add("red").add("blue");
      default -> {
        return filter(depth - 1);
      }
    }
    return out;
  }

  private ObjectNode filter(int depth) {
    ObjectNode out = object();
    ArrayNode list = out.putArray(pick("must", "should", "must_not"));
    for (int i = 0; i <= below(2); i++) {
      list.add(condition(depth));
    }
    return out;
  }

  /** The stand-in joins the `should` of a query and of its prefetch to one. */
  private static ObjectNode whole(ObjectNode filter) {
    ObjectNode out = object();
    out.putArray("must").add(filter);
    return out;
  }

  private ObjectNode selecting(ObjectNode body) {
    if (chance(3)) {
      body.set("filter", whole(filter(2)));
    }
    switch (below(5)) {
      case 0 -> body.put("with_payload", true);
      case 1 -> body.putArray("with_payload").add("colour");
      case 2 -> body.putObject("with_payload").putArray("exclude").add("n");
      case 3 -> body.put("with_payload", false);
      default -> {}
    }
    if (chance(4)) {
      body.put("with_vector", true);
    }
    return body;
  }

  /** What points are meant by. */
  private ObjectNode chosen(ObjectNode body) {
    if (chance(2)) {
      body.set("points", ids(true));
    } else {
      body.set("filter", filter(1));
    }
    return body;
  }

  // --- Valid ---

  private Wanted valid() {
    return switch (below(names ? 30 : 24)) {
      case 0, 1, 2 -> upsert();
      case 3, 4, 5 -> query(selecting(query(2)));
      case 6 -> query(selecting(sparseQuery()));
      case 7 -> of("search", false, "POST", points("search"), search());
      case 8 -> of("recommend", false, "POST", points("recommend"), recommend());
      case 9 -> {
        ObjectNode body = object();
        ArrayNode searches = body.putArray("searches");
        searches.add(selecting(query(1))).add(selecting(query(0)));
        yield of("query_batch", false, "POST", points("query", "batch"), body);
      }
      case 10 -> {
        ObjectNode body = selecting(query(0)).put("group_by", pick("colour", "n"));
        body.put("group_size", 1 + below(3));
        yield of("query_groups", false, "POST", points("query", "groups"), body);
      }
      case 11, 12 -> of("scroll", false, "POST", points("scroll"), scroll());
      case 13 -> {
        ObjectNode body = object();
        if (chance(2)) {
          body.set("filter", filter(2));
        }
        yield of("count", false, "POST", points("count"), body);
      }
      case 14 -> {
        ObjectNode body = object().put("key", "colour");
        if (chance(2)) {
          body.set("filter", filter(1));
        }
        yield of("facet", false, "POST", under("facet"), body);
      }
      case 15 -> {
        ObjectNode body = selecting(object());
        body.remove("filter");
        body.set("ids", ids(false));
        yield of("get_points", false, "POST", points(), body);
      }
      case 16 -> of("get_point", false, "GET", points(id().asText()), null);
      case 17 -> of("delete", true, "POST", points("delete"), chosen(object()));
      case 18, 19 -> payloads();
      case 20 -> vectors();
      case 21 -> batch();
      case 22 -> of("exists", false, "GET", under("exists"), null);
      case 23 -> of("get_collection", false, "GET", under(), null);
      case 24 -> of("list", false, "GET", List.of("collections"), null);
      case 25 -> create();
      case 26 -> of("delete_collection", true, "DELETE", List.of("collections", "temp"), null);
      case 27 -> aliases();
      case 28 -> of("list_aliases", false, "GET", List.of("aliases"), null);
      default -> {
        ObjectNode body = object().put("field_name", "n").put("field_schema", "integer");
        yield of("create_index", true, "PUT", under("index"), body);
      }
    };
  }

  private Wanted query(ObjectNode body) {
    return of("query", false, "POST", points("query"), body);
  }

  private ObjectNode query(int depth) {
    ObjectNode body = object();
    body.put("limit", 1 + below(6));
    if (depth > 0 && chance(3)) {
      ArrayNode prefetch = body.putArray("prefetch");
      for (int i = 0; i <= below(2); i++) {
        ObjectNode inner = query(depth - 1);
        if (chance(2)) {
          inner.set("filter", whole(filter(1)));
        }
        prefetch.add(inner);
      }
      if (chance(2)) {
        // Ranks are alike, and which of them a limit would cut is anybody's.
        body.putObject("query").put("fusion", "rrf");
        return body.put("limit", 50);
      }
    }
    switch (below(6)) {
      case 0 -> body.set("query", id());
      case 1 -> {
        ObjectNode recommend = body.putObject("query").putObject("recommend");
        recommend.putArray("positive").add(id());
        if (chance(2)) {
          recommend.putArray("negative").add(id());
        }
      }
      case 2 -> {
        ObjectNode discover = body.putObject("query").putObject("discover");
        discover.set("target", chance(2) ? id() : dense());
        ObjectNode pair = discover.putArray("context").addObject();
        pair.set("positive", id());
        pair.set("negative", dense());
      }
      case 3 -> {
        if (names && chance(2)) {
          body.putObject("lookup_from").put("collection", pick("docs", "notes"));
          body.set("query", id());
        } else {
          body.set("query", dense());
        }
      }
      default -> body.set("query", dense());
    }
    return body;
  }

  private ObjectNode sparseQuery() {
    ObjectNode body = object();
    body.set("query", sparse());
    return body.put("using", "s").put("limit", 5);
  }

  private ObjectNode search() {
    ObjectNode body = selecting(object());
    body.set("vector", dense());
    return body.put("limit", 1 + below(5));
  }

  private ObjectNode recommend() {
    ObjectNode body = selecting(object());
    body.putArray("positive").add(id());
    return body.put("limit", 1 + below(5));
  }

  private ObjectNode scroll() {
    ObjectNode body = selecting(object());
    if (!names && chance(2)) {
      return body.put("limit", 50);
    }
    if (!names) {
      // A tenant's UUIDs have another order on the server, and so other pages.
      ObjectNode numbers = object();
      ArrayNode ids = numbers.putArray("must").addObject().putArray("has_id");
      for (int i = 0; i < 10; i++) {
        ids.add(i);
      }
      body.set("filter", numbers);
    }
    if (chance(3)) {
      body.put("offset", below(9));
    }
    return body.put("limit", 1 + below(8));
  }

  private Wanted upsert() {
    ObjectNode body = object();
    if (chance(4)) {
      ObjectNode batch = body.putObject("batch");
      ArrayNode ids = ids(true);
      batch.set("ids", ids);
      ArrayNode vectors = batch.putArray("vectors");
      ids.forEach(i -> vectors.add(dense()));
      if (chance(2)) {
        ArrayNode payloads = batch.putArray("payloads");
        ids.forEach(i -> payloads.add(payload()));
      }
    } else {
      ArrayNode points = body.putArray("points");
      for (int i = 0; i <= below(3); i++) {
        points.add(point());
      }
    }
    return of("upsert", true, "PUT", points(), body);
  }

  private Wanted payloads() {
    ObjectNode body = chosen(object());
    return switch (below(4)) {
      case 0 -> {
        body.set("payload", payload());
        yield of("set_payload", true, "POST", points("payload"), body);
      }
      case 1 -> {
        body.set("payload", payload());
        yield of("overwrite_payload", true, "PUT", points("payload"), body);
      }
      case 2 -> {
        body.putArray("keys").add(pick("n", "tags", "deep"));
        yield of("delete_payload", true, "POST", points("payload", "delete"), body);
      }
      default -> of("clear_payload", true, "POST", points("payload", "clear"), body);
    };
  }

  private Wanted vectors() {
    if (chance(3)) {
      ObjectNode body = chosen(object());
      body.putArray("vector").add("s");
      return of("delete_vectors", true, "POST", points("vectors", "delete"), body);
    }
    ObjectNode body = object();
    ObjectNode point = body.putArray("points").addObject();
    point.set("id", ownId());
    point.set("vector", dense());
    return of("update_vectors", true, "PUT", points("vectors"), body);
  }

  private Wanted batch() {
    ObjectNode body = object();
    ArrayNode items = body.putArray("operations");
    items.addObject().putObject("upsert").putArray("points").add(point());
    ObjectNode set = items.addObject().putObject("set_payload");
    set.set("payload", payload());
    set.set("points", ids(true));
    if (chance(2)) {
      ObjectNode replaced = items.addObject().putObject("overwrite_payload");
      replaced.set("payload", payload());
      replaced.set("points", ids(true));
    }
    if (chance(2)) {
      items.addObject().putObject("delete").set("points", ids(true));
    }
    return of("batch", true, "POST", points("batch"), body);
  }

  private Wanted create() {
    ObjectNode body = (ObjectNode) collection();
    return of("create_collection", true, "PUT", List.of("collections", "temp"), body);
  }

  /** A collection's shape. */
  static JsonNode collection() {
    ObjectNode body = object();
    body.putObject("vectors").put("size", 4).put("distance", "Dot");
    body.putObject("sparse_vectors").putObject("s").put("modifier", "idf");
    return body;
  }

  private Wanted aliases() {
    ObjectNode body = object();
    ObjectNode action = body.putArray("actions").addObject();
    if (chance(2)) {
      action
          .putObject("create_alias")
          .put("collection_name", pick("docs", "notes"))
          .put("alias_name", "other");
    } else {
      action.putObject("delete_alias").put("alias_name", "other");
    }
    return of("aliases", true, "POST", List.of("collections", "aliases"), body);
  }

  // --- Odd ---

  private Wanted odd() {
    Wanted base = valid().as(Subject.Kind.ODD);
    String body = new String(base.body(), StandardCharsets.UTF_8);
    if (body.isEmpty()) {
      return base;
    }
    return switch (below(10)) {
      case 0 -> base.with(bytes(body.replaceFirst("}$", ",\"more\":1}")));
      case 1 -> base.with(bytes(body.replaceFirst("\\{", "{\"limit\":3,\"limit\":1,")));
      case 2 -> base.with(Arrays.copyOf(base.body(), below(base.body().length)));
      case 3 -> base.with(bytes(body.replace("\"n\"", "\"n\\u0000\"")));
      case 4 -> base.typed(pick("text/plain", "application/json; charset=utf-16", "x"));
      case 5 -> base.with(bytes(body.replace("\"limit\"", "\"top\"")));
      case 6 -> base.with(bytes("[".repeat(200)));
      case 7 -> base.with(bytes(body.replaceFirst(":([0-9]+)", ":\"$1\"")));
      case 8 -> base.with(bytes(body.replaceFirst("\\{", "{\"\\\\u0066ilter\":{},")));
      default -> base.with(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
    };
  }

  // --- Hostile ---

  private Wanted hostile() {
    return switch (below(4)) {
      case 0 -> foreignCollection();
      case 1 -> operator();
      default -> names ? foreignName() : foreignPoints();
    };
  }

  /** Another's collection, as a missing one is asked for. */
  private Wanted foreignCollection() {
    String name = FOREIGN.get(below(FOREIGN.size()));
    Wanted base = valid();
    while (!base.path().contains(collection)
        || base.path().size() < 3
        || base.operation().equals("exists")) {
      base = valid();
    }
    Wanted out = base.to(collection, name).as(Subject.Kind.FOREIGN);
    return out.instead(base.to(collection, name.replace("gamma", "nobody")).path());
  }

  /** Another's collection in a hidden place. */
  private Wanted foreignName() {
    String name = FOREIGN.get(below(FOREIGN.size()));
    ObjectNode body = query(0);
    switch (below(4)) {
      case 0 -> {
        body.put("query", 1);
        body.putObject("lookup_from").put("collection", name);
      }
      case 1 -> {
        ObjectNode inner = body.putArray("prefetch").addObject();
        ObjectNode deeper = inner.putArray("prefetch").addObject();
        deeper.put("query", 1).putObject("lookup_from").put("collection", name);
        inner.set("query", dense());
        body.set("query", dense());
      }
      case 2 -> {
        body.put("group_by", "colour").put("with_lookup", name);
        return of("foreign", false, "POST", points("query", "groups"), body)
            .as(Subject.Kind.FORBIDDEN);
      }
      default -> {
        ObjectNode aliases = object();
        aliases
            .putArray("actions")
            .addObject()
            .putObject("create_alias")
            .put("collection_name", name)
            .put("alias_name", "planted");
        return of("foreign", true, "POST", List.of("collections", "aliases"), aliases)
            .as(Subject.Kind.FORBIDDEN);
      }
    }
    return of("foreign", false, "POST", points("query"), body).as(Subject.Kind.FORBIDDEN);
  }

  private Wanted foreignPoints() {
    ObjectNode body = object();
    switch (below(14)) {
      case 0 -> {
        body.set("filter", tenant("must", "delta"));
        return of("foreign_points", false, "POST", points("scroll"), body).as(Subject.Kind.ODD);
      }
      case 1 -> {
        ObjectNode others = tenant("must_not", "delta");
        others.putArray("must").addObject().set("has_id", ids(true));
        body.set("filter", others);
        return of("foreign_points", true, "POST", points("delete"), body).as(Subject.Kind.ODD);
      }
      case 2 -> {
        body.set("filter", tenant("should", "delta"));
        body.putObject("payload").put("planted", true);
        return of("foreign_points", true, "POST", points("payload"), body).as(Subject.Kind.ODD);
      }
      case 3 -> {
        body.putObject("payload").put("tenant", "delta");
        body.putArray("points").add(1);
        return forbidden("POST", points("payload"), body);
      }
      case 4 -> {
        ObjectNode point = body.putArray("points").addObject();
        point.put("id", 1).set("vector", dense());
        ObjectNode payload = point.putObject("payload");
        if (chance(2)) {
          payload.put("tenant", "delta");
        } else {
          payload.putArray("tenant").add("beta").add("delta");
        }
        return forbidden("PUT", points(), body);
      }
      case 5 -> {
        body.putArray("keys").add(pick("tenant", "\"tenant\"", "_ringfence_id", "tenant.x"));
        body.putArray("points").add(1);
        return forbidden("POST", points("payload", "delete"), body);
      }
      case 6 -> {
        body.putObject("payload").put("x", 1);
        body.putArray("points").add(1);
        body.put("key", pick("tenant", "\"tenant\"", "tenant[0]"));
        return forbidden("POST", points("payload"), body);
      }
      case 7 -> {
        ObjectNode groups = query(0).put("group_by", "colour").put("with_lookup", "shared");
        return forbidden("POST", points("query", "groups"), groups);
      }
      case 8 -> {
        body.set("query", dense());
        return forbidden("POST", points("query"), body.put("shard_key", "delta"));
      }
      case 9 -> {
        body.putArray("points").add(1);
        body.set("filter", tenant("must", "delta"));
        return of("foreign_points", true, "POST", points("delete"), body).as(Subject.Kind.ODD);
      }
      case 10 -> {
        body.put("field_name", "n").put("field_schema", "integer");
        return forbidden("PUT", under("index"), body);
      }
      case 11 -> {
        return chance(2)
            ? forbidden("DELETE", List.of("collections", "shared"), null)
            : forbidden("PUT", List.of("collections", "shared"), (ObjectNode) collection());
      }
      case 12 -> {
        // What the example stands for is another's, so that it is missing.
        ObjectNode recommend = body.putObject("query").putObject("recommend");
        recommend.putArray("positive").add(STRAY);
        return query(body.put("limit", 3));
      }
      default -> {
        body.set("filter", tenant("must", "delta"));
        return of("foreign_points", false, "POST", points("count"), body).as(Subject.Kind.ODD);
      }
    }
  }

  private static ObjectNode tenant(String clause, String value) {
    ObjectNode out = object();
    out.putArray(clause).addObject().put("key", "tenant").putObject("match").put("value", value);
    return out;
  }

  private Wanted operator() {
    ObjectNode body = object();
    return switch (below(7)) {
      case 0 -> forbidden("GET", List.of("cluster"), null);
      case 1 -> forbidden("GET", List.of("telemetry"), null);
      case 2 -> forbidden("GET", List.of("metrics"), null);
      case 3 -> forbidden("PUT", under("snapshots", "recover"), body.put("location", "http://x/y"));
      case 4 -> {
        body.putObject("query").put("text", "a").put("model", "m");
        yield forbidden("POST", points("query"), body);
      }
      case 5 -> names ? forbidden("POST", List.of("snapshots"), null) : alias();
      default -> names ? forbidden("GET", List.of("no", "such"), null) : alias();
    };
  }

  /** A name that the tenant may use, which an operator lets stand for another's collection. */
  private Wanted alias() {
    ObjectNode body = object().put("limit", 9).put("with_payload", true);
    return of("alias", false, "POST", List.of("collections", "open", "points", "scroll"), body)
        .as(Subject.Kind.FORBIDDEN);
  }

  private Wanted forbidden(String method, List<String> path, ObjectNode body) {
    return of("forbidden", !method.equals("GET"), method, path, body).as(Subject.Kind.FORBIDDEN);
  }

  // --- Rendering ---

  private List<String> under(String... rest) {
    List<String> out = new ArrayList<>(List.of("collections", collection));
    out.addAll(List.of(rest));
    return out;
  }

  private List<String> points(String... rest) {
    List<String> out = under("points");
    out.addAll(List.of(rest));
    return out;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Wanted of(
      String operation, boolean changes, String method, List<String> path, ObjectNode body) {
    return new Wanted(
        operation,
        Subject.Kind.VALID,
        changes,
        true,
        method,
        path,
        body == null ? Optional.empty() : Optional.of("application/json"),
        body == null ? new byte[0] : bytes(body.toString()),
        Optional.empty());
  }
}
