package io.ringfence.gateway.engine.qdrant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.RefusedException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a client sees of results over REST.
 *
 * <p>INVARIANT (all or nothing): one point that is not the tenant's withholds the whole answer.
 */
final class RestAnswers {
  /** How many points a scroll shows when it is not said. */
  static final int SCROLL_DEFAULT = 10;

  private static final String PAYLOAD = "payload";
  private static final String POINTS = "points";
  private static final String NAME = "name";

  private RestAnswers() {}

  /** What the client sees of a result. */
  @FunctionalInterface
  interface Shown {
    JsonNode of(JsonNode result) throws RefusedException;
  }

  /** True for an answer that holds nothing but one's own, under names that are nobody's. */
  static boolean isOnesOwn(Scoping scoping) {
    return scoping.rows().isEmpty()
        && switch (scoping.operation()) {
          case LIST_COLLECTIONS,
              LIST_ALIASES,
              LIST_COLLECTION_ALIASES,
              LIST_SNAPSHOTS,
              CREATE_SNAPSHOT ->
              false;
          default -> true;
        };
  }

  static Shown shown(Scoping scoping) {
    Shown named =
        switch (scoping.operation()) {
          case LIST_COLLECTIONS -> r -> collections(r, scoping);
          case LIST_ALIASES, LIST_COLLECTION_ALIASES -> r -> aliases(r, scoping);
          case LIST_SNAPSHOTS, CREATE_SNAPSHOT -> r -> snapshots(r, scoping);
          default -> r -> r;
        };
    return scoping.rows().isEmpty() ? named : ofTenant(scoping);
  }

  private static Shown ofTenant(Scoping scoping) {
    return switch (scoping.operation()) {
      case GET_COLLECTION -> r -> scoping.describes() ? r : sharedCollection(r);
      case QUERY_POINTS -> r -> inPoints(scoping, r, 0);
      case QUERY_BATCH -> r -> each(r, (item, at) -> inPoints(scoping, item, at));
      case SEARCH, RECOMMEND, DISCOVER -> r -> points(scoping, r, 0);
      case SEARCH_BATCH, RECOMMEND_BATCH, DISCOVER_BATCH ->
          r -> each(r, (item, at) -> points(scoping, item, at));
      case QUERY_GROUPS, SEARCH_GROUPS, RECOMMEND_GROUPS -> r -> groups(scoping, r);
      case UPSERT,
          DELETE_POINTS,
          UPDATE_VECTORS,
          DELETE_VECTORS,
          SET_PAYLOAD,
          OVERWRITE_PAYLOAD,
          DELETE_PAYLOAD,
          CLEAR_PAYLOAD ->
          r -> update(scoping, r);
      case UPDATE_BATCH -> r -> updates(scoping, r);
      case COUNT -> r -> RestJson.copy(r, RestJson.object(), "count");
      case FACET -> RestAnswers::facet;
      case COLLECTION_EXISTS -> r -> r;
      default ->
          r -> {
            // Whatever else comes of a shared collection has a way of its own, or is refused
            // before.
            throw TenantRows.withheld();
          };
    };
  }

  // --- Names ---

  private static JsonNode collections(JsonNode result, Scoping scoping) {
    ObjectNode out = RestJson.object();
    ArrayNode list = out.putArray("collections");
    for (JsonNode collection : result.path("collections")) {
      scoping
          .clientName(collection.path(NAME).asText())
          .ifPresent(name -> list.addObject().put(NAME, name));
    }
    return out;
  }

  private static JsonNode aliases(JsonNode result, Scoping scoping) {
    ObjectNode out = RestJson.object();
    ArrayNode list = out.putArray("aliases");
    for (JsonNode alias : result.path("aliases")) {
      Optional<String> name = scoping.clientName(alias.path("alias_name").asText());
      Optional<String> collection = scoping.clientName(alias.path("collection_name").asText());
      if (name.isPresent() && collection.isPresent()) {
        list.addObject().put("alias_name", name.get()).put("collection_name", collection.get());
      }
    }
    return out;
  }

  /**
   * What the server's aliases stand for.
   *
   * @throws RefusedException when it does not say
   */
  static Map<String, String> aliases(HttpAnswer answer) throws RefusedException {
    if (answer.status() >= 300) {
      throw DatabaseErrors.unavailable(answer.status() == 504);
    }
    Map<String, String> out = new HashMap<>();
    for (JsonNode alias : RestJson.parse(answer).path("result").path("aliases")) {
      out.put(alias.path("alias_name").asText(), alias.path("collection_name").asText());
    }
    return out;
  }

  private static JsonNode snapshots(JsonNode result, Scoping scoping) {
    if (result.isArray()) {
      ArrayNode out = RestJson.array();
      result.forEach(s -> out.add(snapshots(s, scoping)));
      return out;
    }
    if (!result.isObject()) {
      return result;
    }
    ObjectNode out = result.deepCopy();
    return out.put(NAME, Snapshots.toClient(result.path(NAME).asText(), scoping));
  }

  // --- Shared collections ---

  /** Its shape, which clients need; not how much is in it, nor what others index. */
  private static JsonNode sharedCollection(JsonNode result) {
    ObjectNode out = RestJson.object();
    out.put("status", "green").put("optimizer_status", "ok").put("segments_count", 0);
    ObjectNode config = out.putObject("config");
    RestJson.copy(
        result.path("config"),
        config,
        "params",
        "hnsw_config",
        "optimizer_config",
        "wal_config",
        "quantization_config");
    out.putObject("payload_schema");
    return out;
  }

  private static JsonNode facet(JsonNode result) {
    ObjectNode out = RestJson.object();
    ArrayNode hits = out.putArray("hits");
    for (JsonNode hit : result.path("hits")) {
      RestJson.copy(hit, hits.addObject(), "value", "count");
    }
    return out;
  }

  /** How often others write shows in the numbers of operations. */
  static JsonNode update(Scoping scoping, JsonNode result) {
    if (scoping.rows().filter(r -> r.has(QdrantGuard.ROW_VERSIONS)).isEmpty()) {
      return result;
    }
    return RestJson.object().put("operation_id", 0).put("status", result.path("status").asText());
  }

  static JsonNode done() {
    return RestJson.object().put("operation_id", 0).put("status", "completed");
  }

  /** One result for each item of the client's, whatever it became. */
  private static JsonNode updates(Scoping scoping, JsonNode result) throws RefusedException {
    ArrayNode out = RestJson.array();
    int at = -1;
    for (int items : scoping.becameItems()) {
      at += items;
      out.add(items == 0 ? done() : update(scoping, result.path(at)));
    }
    if (at + 1 != result.size()) {
      throw TenantRows.withheld();
    }
    return out;
  }

  // --- Points ---

  /** What one of several queries found. */
  @FunctionalInterface
  private interface Item {
    JsonNode of(JsonNode result, int at) throws RefusedException;
  }

  private static JsonNode each(JsonNode results, Item item) throws RefusedException {
    ArrayNode out = RestJson.array();
    for (int i = 0; i < results.size(); i++) {
      out.add(item.of(results.get(i), i));
    }
    return out;
  }

  private static JsonNode inPoints(Scoping scoping, JsonNode result, int at)
      throws RefusedException {
    return RestJson.object().set(POINTS, points(scoping, result.path(POINTS), at));
  }

  private static ArrayNode points(Scoping scoping, JsonNode points, int at)
      throws RefusedException {
    if (!points.isArray() || at >= scoping.selections().size()) {
      throw TenantRows.withheld();
    }
    ArrayNode out = RestJson.array();
    for (JsonNode point : points) {
      out.add(point(scoping, point, scoping.selections().get(at)));
    }
    return out;
  }

  private static JsonNode groups(Scoping scoping, JsonNode result) throws RefusedException {
    ObjectNode out = RestJson.object();
    ArrayNode groups = out.putArray("groups");
    for (JsonNode group : result.path("groups")) {
      ObjectNode shown = groups.addObject();
      shown.set("hits", points(scoping, group.path("hits"), 0));
      RestJson.copy(group, shown, "id", "lookup");
    }
    return out;
  }

  /**
   * A point as the client knows it, without the guarded keys.
   *
   * @throws RefusedException when it is not exactly the tenant's
   */
  static JsonNode point(Scoping scoping, JsonNode point, boolean payload) throws RefusedException {
    TenantRows rows = scoping.rows().orElseThrow();
    ObjectNode out = RestJson.object();
    out.set("id", RestJson.json(clientId(rows, point)));
    if (point.has("version")) {
      // A number that counts everybody's writes.
      out.set(
          "version",
          rows.has(QdrantGuard.ROW_VERSIONS) ? IntNode.valueOf(0) : point.get("version"));
    }
    RestJson.copy(point, out, "score", "vector", "order_value");
    if (payload) {
      ObjectNode shown = point.get(PAYLOAD).deepCopy();
      if (rows.has(QdrantGuard.ROW_ANSWERS)) {
        shown.remove(List.of(rows.key(), TenantRows.ID_KEY));
      }
      out.set(PAYLOAD, shown);
    }
    return out;
  }

  /**
   * What the client calls a point.
   *
   * @throws RefusedException when its key has another value, or more than one
   */
  static PointId clientId(TenantRows rows, JsonNode point) throws RefusedException {
    JsonNode payload = point.path(PAYLOAD);
    JsonNode mark = payload.path(rows.key());
    if (!payload.isObject() || !rows.bears(Optional.ofNullable(mark.textValue()))) {
      throw TenantRows.withheld();
    }
    Optional<String> idMark = Optional.ofNullable(payload.path(TenantRows.ID_KEY).textValue());
    return rows.toClient(RestJson.answeredId(point.path("id")), idMark);
  }

  /** The points in the order in which they were asked for. */
  static JsonNode inOrder(Scoping scoping, JsonNode points, JsonNode ids) throws RefusedException {
    Map<String, JsonNode> found = new HashMap<>();
    for (JsonNode point : points) {
      found.put(point.path("id").asText(), point(scoping, point, scoping.selections().getFirst()));
    }
    Set<String> order = new LinkedHashSet<>();
    ids.forEach(id -> order.add(id.asText()));
    ArrayNode out = RestJson.array();
    order.stream().filter(found::containsKey).forEach(id -> out.add(found.get(id)));
    return out;
  }

  /** A page of a scroll: the point past its limit, if there is one, begins the next. */
  static JsonNode page(Scoping scoping, JsonNode result, int limit) throws RefusedException {
    ArrayNode points = points(scoping, result.path(POINTS), 0);
    ObjectNode out = RestJson.object();
    JsonNode next = points.size() > limit ? points.get(limit).get("id") : out.nullNode();
    while (points.size() > limit) {
      points.remove(points.size() - 1);
    }
    out.set(POINTS, points);
    out.set("next_page_offset", next);
    return out;
  }

  // --- Distances ---

  /** Every id in a matrix, once. */
  static ArrayNode matrixIds(JsonNode result) {
    Set<String> ids = new LinkedHashSet<>();
    result.path("ids").forEach(id -> ids.add(id.asText()));
    for (JsonNode pair : result.path("pairs")) {
      ids.add(pair.path("a").asText());
      ids.add(pair.path("b").asText());
    }
    ArrayNode out = RestJson.array();
    ids.forEach(out::add);
    return out;
  }

  /** What the client calls points, by the server's ids. */
  static Map<String, JsonNode> names(Scoping scoping, JsonNode points) throws RefusedException {
    Map<String, JsonNode> out = new HashMap<>();
    for (JsonNode point : points) {
      out.put(
          point.path("id").asText(), RestJson.json(clientId(scoping.rows().orElseThrow(), point)));
    }
    return out;
  }

  static JsonNode matrix(JsonNode result, Function<String, JsonNode> names)
      throws RefusedException {
    ObjectNode out = RestJson.object();
    if (result.has("pairs")) {
      ArrayNode pairs = out.putArray("pairs");
      for (JsonNode pair : result.get("pairs")) {
        ObjectNode shown = pairs.addObject();
        shown.set("a", named(pair.path("a"), names));
        shown.set("b", named(pair.path("b"), names));
        RestJson.copy(pair, shown, "score");
      }
      return out;
    }
    RestJson.copy(result, out, "offsets_row", "offsets_col", "scores");
    ArrayNode ids = out.putArray("ids");
    for (JsonNode id : result.path("ids")) {
      ids.add(named(id, names));
    }
    return out;
  }

  private static JsonNode named(JsonNode id, Function<String, JsonNode> names)
      throws RefusedException {
    JsonNode name = names.apply(TextNode.valueOf(id.asText()).textValue());
    if (name == null) {
      throw TenantRows.withheld();
    }
    return name;
  }
}
