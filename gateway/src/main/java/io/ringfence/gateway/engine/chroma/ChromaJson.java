package io.ringfence.gateway.engine.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.StrictJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calls and answers with JSON bodies. */
final class ChromaJson {
  static final String MEDIA_TYPE = "application/json";

  /** Conditions nest; nothing else does. */
  private static final StrictJson JSON = new StrictJson(StrictJson.DEPTH_DEFAULT);

  private static final byte[] NOTHING = {};

  private ChromaJson() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /**
   * The fields of a request's body.
   *
   * @throws RefusedException when it is no JSON object
   */
  static JsonFields body(HttpCall call) throws RefusedException {
    if (!call.contentType().equals(Optional.of(MEDIA_TYPE))) {
      throw JsonFields.malformed("the content type is not " + MEDIA_TYPE);
    }
    return JsonFields.of(StrictJson.parse(call.body(), call.depthMax()));
  }

  /**
   * A request without a body.
   *
   * @throws RefusedException when it has one
   */
  static void noBody(HttpCall call) throws RefusedException {
    if (call.body().length > 0) {
      throw JsonFields.malformed("this operation has no body");
    }
  }

  static HttpCall get(List<String> path) {
    return new HttpCall("GET", path, Map.of(), Optional.empty(), NOTHING);
  }

  static HttpCall delete(List<String> path) {
    return new HttpCall("DELETE", path, Map.of(), Optional.empty(), NOTHING);
  }

  static HttpCall call(String method, List<String> path, JsonNode body) {
    return new HttpCall(method, path, Map.of(), Optional.of(MEDIA_TYPE), JSON.write(body));
  }

  static HttpAnswer answer(int status, JsonNode body) {
    return new HttpAnswer(status, Optional.of(MEDIA_TYPE), JSON.write(body));
  }

  static HttpAnswer ok(JsonNode body) {
    return answer(200, body);
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
}
