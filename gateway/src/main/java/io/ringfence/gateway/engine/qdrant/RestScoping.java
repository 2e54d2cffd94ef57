package io.ringfence.gateway.engine.qdrant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.model.Action;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the types of {@code requests.grammar} mean: how each value is kept within its tenant. */
final class RestScoping implements JsonGrammar.Rules {
  /** How many points one request may have their payloads replaced. */
  static final int REPLACED_MAX = 1000;

  private static final String POINTS = "points";
  private static final String FILTER = "filter";
  private static final String PAYLOAD = "payload";

  private final Scoping scoping;

  /** The points as the client named them, in the order in which they were read. */
  private final List<PointId> named = new ArrayList<>();

  private List<PointId> columnIds = List.of();

  /** True once a query may be weighted by how often terms occur among all points. */
  private boolean weighted;

  RestScoping(Scoping scoping) {
    this.scoping = scoping;
  }

  private Optional<TenantRows> rows() {
    return scoping.rows();
  }

  @Override
  public JsonNode rewritten(String type, JsonNode value) throws RefusedException {
    return switch (type) {
      case "Collection" -> TextNode.valueOf(scoping.lookupFrom(value.textValue()));
      case "LookupCollection" -> TextNode.valueOf(scoping.withLookup(value.textValue()));
      case "Alias", "AliasedCollection" -> TextNode.valueOf(scoping.aliased(value.textValue()));
      case "PointId" -> point(value);
      case "ColumnIds" -> columns(value);
      case "OffsetId" -> offset(value);
      case "Example" -> example(value);
      case "PathRead", "PathSelected" -> pathRead(value);
      case "Variable" -> variable(value);
      case "PathWritten" -> pathWritten(value);
      case "Payload", "NewPayload", "NewPayloads", "SetValues", "OverwriteValues" ->
          written(type, value);
      case "ShardKeys" -> shardKeys(value);
      case "Limit" -> limit(value);
      case "Inference" -> inference(value);
      case "Sparse" -> sparse(value);
      case "SearchParams" -> params(value);
      case "Exact" -> rows().isPresent() ? BooleanNode.TRUE : value;
      case "Within", "UpdateFilter" -> within(Optional.of(value)).orElse(value);
      case "PayloadUnlessSaid", "PayloadIfSaid" -> selected(value);
      case "QueryPoints", "Search", "Recommend", "Discover" -> item(value);
      case "UpsertPoints", "UpsertColumns" -> upsert(value);
      case "UpdateVectors" -> touched(Action.UPDATE, value);
      case "SetPayload" -> selection(Action.UPDATE, value);
      case "DeletePoints", "DeleteVectors", "DeletePayload" -> selection(Action.DELETE, value);
      case "OverwritePayload" -> replaced(Action.UPDATE, value);
      case "ClearPayload" -> replaced(Action.DELETE, value);
      case "UpdateBatch" -> batch(value);
      case "Location" -> location(value);
      default -> value;
    };
  }

  @Override
  public Optional<JsonNode> absent(String type) throws RefusedException {
    return switch (type) {
      case "LookupFrom" -> {
        scoping.noLookup();
        yield Optional.empty();
      }
      case "NewPayload" -> rows().isPresent() ? Optional.of(marked(RestJson.object())) : none();
      case "NewPayloads" -> rows().isPresent() ? Optional.of(markedColumns(none())) : none();
      case "Exact" -> rows().map(r -> BooleanNode.TRUE);
      case "Within" -> within(none());
      case "PayloadUnlessSaid" -> unsaid(true);
      case "PayloadIfSaid" -> unsaid(false);
      case "QueryInput" -> {
        weighted = true;
        yield Optional.empty();
      }
      case "SearchParams" ->
          rows().isPresent() && weighted ? Optional.of(params(RestJson.object())) : none();
      default -> Optional.empty();
    };
  }

  private static Optional<JsonNode> none() {
    return Optional.empty();
  }

  // --- Points ---

  private JsonNode point(JsonNode value) throws RefusedException {
    PointId id = RestJson.id(value);
    named.add(id);
    return RestJson.json(scoping.point(id));
  }

  /** The points as the client named them that were read last. */
  private List<PointId> lastNamed(int count) {
    return List.copyOf(named.subList(named.size() - count, named.size()));
  }

  private JsonNode columns(JsonNode ids) {
    columnIds = lastNamed(ids.size());
    return ids;
  }

  private JsonNode offset(JsonNode value) throws RefusedException {
    PointId id = RestJson.id(value);
    return RestJson.json(rows().isPresent() ? rows().get().toServer(id) : id);
  }

  private JsonNode example(JsonNode value) throws RefusedException {
    weighted = true;
    return RestJson.json(scoping.example(RestJson.id(value)));
  }

  private JsonNode item(JsonNode value) {
    scoping.countItem();
    return value;
  }

  private JsonNode limit(JsonNode value) throws RefusedException {
    if (value.bigIntegerValue().signum() < 0 || !value.canConvertToLong()) {
      throw JsonFields.malformed("a limit is not a count");
    }
    scoping.limit(value.longValue());
    return value;
  }

  // --- Reading ---

  private JsonNode pathRead(JsonNode value) throws RefusedException {
    scoping.read(value.textValue());
    return value;
  }

  /** In a formula {@code $score} stands for scores, and anything else for a path. */
  private JsonNode variable(JsonNode value) throws RefusedException {
    if (!value.textValue().matches("\\$score(?:\\[[0-9]{1,9}\\])?")) {
      scoping.read(value.textValue());
    }
    return value;
  }

  private Optional<JsonNode> within(Optional<JsonNode> wanted) {
    return rows().map(r -> RestJson.within(r, wanted));
  }

  private JsonNode sparse(JsonNode value) {
    weighted = true;
    return value;
  }

  /**
   * INVARIANT (no score tells of others): terms are weighted by the tenant's own points, so that
   * scores do not move as others write.
   */
  private JsonNode params(JsonNode value) {
    boolean guarded = rows().filter(r -> r.has(QdrantGuard.ROW_WEIGHTS)).isPresent();
    if (!guarded || !weighted) {
      return value;
    }
    ObjectNode out = value.deepCopy();
    JsonNode corpus = value.path("idf").path("corpus");
    ObjectNode own =
        RestJson.within(rows().get(), corpus.isObject() ? Optional.of(corpus) : none());
    out.putObject("idf").set("corpus", own);
    return out;
  }

  /**
   * The payload with the guarded keys, whatever the client wants of it; they are taken out of the
   * answer.
   */
  private JsonNode selected(JsonNode value) throws RefusedException {
    boolean wanted = !(value.isBoolean() && !value.booleanValue());
    scoping.select(wanted);
    if (rows().isEmpty()) {
      return value;
    }
    ArrayNode keys = RestJson.guardedKeys(rows().get());
    if (value.isBoolean()) {
      return wanted ? value : keys;
    }
    if (value.has("exclude")) {
      return excluded(value.get("exclude"));
    }
    for (JsonNode path : value.isArray() ? value : value.get("include")) {
      keys.add(path);
    }
    return keys;
  }

  private JsonNode excluded(JsonNode paths) throws RefusedException {
    ObjectNode out = RestJson.object();
    ArrayNode rest = out.putArray("exclude");
    for (JsonNode path : paths) {
      if (!rows().get().guards(PayloadPath.parse(path.textValue()).firstKey())) {
        rest.add(path);
      }
    }
    return rest.isEmpty() ? BooleanNode.TRUE : out;
  }

  private Optional<JsonNode> unsaid(boolean wanted) {
    scoping.select(wanted);
    return wanted ? none() : rows().map(RestJson::guardedKeys);
  }

  private JsonNode shardKeys(JsonNode value) {
    scoping.shardKey();
    return value;
  }

  private JsonNode inference(JsonNode value) {
    scoping.inference();
    return value;
  }

  // --- Writing ---

  private JsonNode pathWritten(JsonNode value) throws RefusedException {
    scoping.written(value.textValue());
    return value;
  }

  private JsonNode written(String type, JsonNode value) throws RefusedException {
    if (type.equals("NewPayloads")) {
      return rows().isPresent() ? markedColumns(Optional.of(value)) : value;
    }
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      scoping.key(entry.getKey());
    }
    return type.equals("NewPayload") && rows().isPresent() ? marked(value) : value;
  }

  private ObjectNode marked(JsonNode payload) {
    return marked(rows().get(), payload, named.getLast());
  }

  /** A whole payload, with what tells whose it is. */
  private static ObjectNode marked(TenantRows rows, JsonNode payload, PointId id) {
    ObjectNode out = RestJson.object();
    out.setAll((ObjectNode) payload);
    if (!rows.has(QdrantGuard.ROW_MARKS)) {
      return out;
    }
    out.put(rows.key(), rows.value());
    TenantRows.idMark(id).ifPresent(mark -> out.put(TenantRows.ID_KEY, mark));
    return out;
  }

  private ArrayNode markedColumns(Optional<JsonNode> payloads) throws RefusedException {
    if (payloads.isPresent() && payloads.get().size() != columnIds.size()) {
      throw JsonFields.malformed("there are not as many payloads as ids");
    }
    ArrayNode out = RestJson.array();
    for (int i = 0; i < columnIds.size(); i++) {
      JsonNode given = payloads.isPresent() ? payloads.get().get(i) : RestJson.object();
      out.add(marked(rows().get(), given.isObject() ? given : RestJson.object(), columnIds.get(i)));
    }
    return out;
  }

  private JsonNode touched(Action action, JsonNode value) {
    scoping.touch(action, scoping.collection());
    return value;
  }

  private JsonNode upsert(JsonNode value) {
    String mode = value.path("update_mode").asText("upsert");
    if (!mode.equals("update_only")) {
      scoping.touch(Action.INSERT, scoping.collection());
    }
    if (!mode.equals("insert_only")) {
      scoping.touch(Action.UPDATE, scoping.collection());
    }
    return value;
  }

  static RefusedException tooManyReplaced() {
    return new RefusedException(
        Refusal.Kind.TOO_LARGE, "more than " + REPLACED_MAX + " payloads would be replaced");
  }

  // --- Points or a filter ---

  /**
   * INVARIANT (points are named within the tenant's): where a filter is mandatory, points are named
   * by it, since the database ignores a filter beside points.
   */
  private JsonNode selection(Action action, JsonNode value) throws RefusedException {
    touched(action, value);
    refuseBoth(value);
    return rows().isPresent() ? kept(value) : value;
  }

  private static void refuseBoth(JsonNode value) throws RefusedException {
    if (value.has(POINTS) == value.has(FILTER)) {
      throw JsonFields.malformed("either `points` or `filter` says which points are meant");
    }
  }

  private ObjectNode kept(JsonNode value) {
    JsonNode wanted = value.has(POINTS) ? RestJson.hasId(value.get(POINTS)) : value.get(FILTER);
    ObjectNode out = value.deepCopy();
    out.remove(POINTS);
    out.set(FILTER, RestJson.within(rows().get(), Optional.of(wanted)));
    return out;
  }

  /**
   * What replaces whole payloads, and would take the marks with it: point by point, with each one's
   * own. The result is a list of a batch's items.
   */
  private JsonNode replaced(Action action, JsonNode value) throws RefusedException {
    touched(action, value);
    refuseBoth(value);
    if (rows().isEmpty()) {
      return value;
    }
    if (value.has("key")) {
      return kept(value);
    }
    if (value.has(FILTER)) {
      return byFilter(value);
    }
    JsonNode points = value.get(POINTS);
    if (points.size() > REPLACED_MAX) {
      throw tooManyReplaced();
    }
    return replacements(value.path(PAYLOAD), points, lastNamed(points.size()));
  }

  /** Which points a filter means must be asked first; inside a batch it is too late to ask. */
  private JsonNode byFilter(JsonNode value) {
    if (scoping.operation() == QdrantOperation.UPDATE_BATCH) {
      scoping.refuse(
          new RefusedException(
              Refusal.Kind.UNSUPPORTED,
              "in a batch on a shared collection whole payloads are replaced by points, not by a"
                  + " filter"));
    }
    return kept(value);
  }

  private ArrayNode replacements(JsonNode payload, JsonNode points, List<PointId> ids) {
    ArrayNode out = RestJson.array();
    for (int i = 0; i < ids.size(); i++) {
      out.add(replacement(rows().get(), payload, points.get(i), ids.get(i)));
    }
    return out;
  }

  /**
   * A batch's item that replaces one point's payload.
   *
   * @param payload none where it is cleared
   * @param point by the server's id
   * @param id as the client names it
   */
  static ObjectNode replacement(TenantRows rows, JsonNode payload, JsonNode point, PointId id) {
    ObjectNode out = RestJson.object();
    ObjectNode item = out.putObject("overwrite_payload");
    item.set(PAYLOAD, marked(rows, payload.isObject() ? payload : RestJson.object(), id));
    ObjectNode one = RestJson.hasId(List.of(point));
    item.set(FILTER, RestJson.within(rows, Optional.of(one)));
    return out;
  }

  /** Puts the items that one item became in its place. */
  private JsonNode batch(JsonNode value) {
    ArrayNode items = RestJson.array();
    for (JsonNode operation : value.get("operations")) {
      JsonNode inside = operation.properties().iterator().next().getValue();
      if (inside.isArray()) {
        items.addAll((ArrayNode) inside);
      } else {
        items.add(operation);
      }
      scoping.became(inside.isArray() ? inside.size() : 1);
    }
    ObjectNode out = RestJson.object();
    out.set("operations", items);
    return out;
  }

  // --- What is fetched ---

  private JsonNode location(JsonNode value) throws RefusedException {
    try {
      URI uri = new URI(value.textValue());
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean remote = scheme.equals("http") || scheme.equals("https");
      if (!remote || uri.getHost() == null || uri.getUserInfo() != null) {
        throw new RefusedException(
            Refusal.Kind.DENIED, "a snapshot is recovered from an http or https address only");
      }
      int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
      scoping.location(uri.getHost(), port);
      return TextNode.valueOf(uri.toASCIIString());
    } catch (java.net.URISyntaxException e) {
      throw JsonFields.malformed("`location` is no address");
    }
  }
}
