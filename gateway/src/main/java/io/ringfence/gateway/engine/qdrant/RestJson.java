package io.ringfence.gateway.engine.qdrant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.StrictJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calls and answers with JSON bodies, and what Qdrant writes in them. */
final class RestJson {
  static final String MEDIA_TYPE = "application/json";

  private static final StrictJson JSON = new StrictJson(StrictJson.DEPTH_DEFAULT);
  private static final byte[] NOTHING = {};

  private RestJson() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** Takes fields over, where they are. */
  static ObjectNode copy(JsonNode from, ObjectNode to, String... fields) {
    for (String field : fields) {
      if (from.has(field)) {
        to.set(field, from.get(field));
      }
    }
    return to;
  }

  // --- Requests ---

  static JsonNode body(HttpCall call) throws RefusedException {
    if (!call.contentType().equals(Optional.of(MEDIA_TYPE))) {
      throw JsonFields.malformed("the content type is not " + MEDIA_TYPE);
    }
    return StrictJson.parse(call.body(), call.depthMax());
  }

  static HttpCall call(String method, List<String> path, Map<String, String> query, JsonNode body) {
    return new HttpCall(method, path, query, Optional.of(MEDIA_TYPE), JSON.write(body));
  }

  static HttpCall call(String method, List<String> path, Map<String, String> query) {
    return new HttpCall(method, path, query, Optional.empty(), NOTHING);
  }

  // --- Answers ---

  static HttpAnswer answer(int status, JsonNode body) {
    return new HttpAnswer(status, Optional.of(MEDIA_TYPE), JSON.write(body));
  }

  static HttpAnswer error(int status, String text) {
    ObjectNode body = object();
    body.putObject("status").put("error", text);
    return answer(status, body.put("time", 0.0));
  }

  /**
   * What the database answers.
   *
   * @throws RefusedException when it is no JSON
   */
  static JsonNode parse(HttpAnswer answer) throws RefusedException {
    try {
      return JSON.parse(answer.body());
    } catch (RefusedException e) {
      throw new RefusedException(
          Refusal.Kind.UNAVAILABLE, "the database's answer cannot be understood");
    }
  }

  // --- Points ---

  static PointId id(JsonNode id) throws RefusedException {
    return id.isTextual() ? PointId.ofText(id.textValue()) : PointId.ofNumber(id.bigIntegerValue());
  }

  /** A point's id in an answer. */
  static PointId answeredId(JsonNode id) throws RefusedException {
    boolean known = id.isTextual() || id.isIntegralNumber();
    if (!known) {
      throw TenantRows.withheld();
    }
    return id(id);
  }

  static JsonNode json(PointId id) {
    return switch (id) {
      case PointId.Number number -> BigIntegerNode.valueOf(number.unsigned());
      case PointId.Uuid uuid -> TextNode.valueOf(uuid.toString());
    };
  }

  // --- Filters ---

  /** The points whose key is exactly the tenant's, and what else is asked of them. */
  static ObjectNode within(TenantRows rows, Optional<? extends JsonNode> wanted) {
    ObjectNode out = object();
    ArrayNode must = out.putArray("must");
    if (!rows.has(QdrantGuard.ROW_FILTER)) {
      wanted.filter(w -> !w.isEmpty()).ifPresent(must::add);
      return out;
    }
    must.addObject().put("key", rows.key()).putObject("match").put("value", rows.value());
    wanted.filter(w -> !w.isEmpty()).ifPresent(must::add);
    return out;
  }

  static ObjectNode hasId(Iterable<? extends JsonNode> ids) {
    ObjectNode out = object();
    ArrayNode list = out.putArray("has_id");
    ids.forEach(list::add);
    return out;
  }

  /** The guarded keys, which every answer about a tenant's points must show. */
  static ArrayNode guardedKeys(TenantRows rows) {
    return array().add(rows.key()).add(TenantRows.ID_KEY);
  }
}
