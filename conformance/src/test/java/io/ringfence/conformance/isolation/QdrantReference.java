package io.ringfence.conformance.isolation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.gateway.request.Touch;
import io.ringfence.model.Action;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a request over Qdrant's REST interface would do, read slowly: by its path's words and a walk
 * over all of its body. It knows nothing of the gateway's grammar.
 */
final class QdrantReference {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where anything may stand, in words of the client's own. */
  private static final Set<String> OPAQUE = Set.of("payload", "payloads", "vector", "vectors");

  private final String prefix;
  private final Set<Touch> touches = new HashSet<>();

  private QdrantReference(String prefix) {
    this.prefix = prefix;
  }

  /**
   * All touches, as text in order.
   *
   * @param prefix of the tenant's names on the server
   */
  static Set<String> of(String method, List<String> path, byte[] body, String prefix)
      throws IOException {
    QdrantReference out = new QdrantReference(prefix);
    out.read(method, path, body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body));
    return text(out.touches);
  }

  static Set<String> text(Iterable<Touch> touches) {
    Set<String> out = new TreeSet<>();
    touches.forEach(t -> out.add(t.action().text() + " " + t.collection().orElse("-")));
    return out;
  }

  private void touch(Action action, String clientName) {
    touches.add(Touch.of(action, prefix + clientName));
  }

  private void read(String method, List<String> path, JsonNode body) {
    if (path.size() < 2) {
      return; // lists show only what is one's own
    }
    if (path.equals(List.of("collections", "aliases"))) {
      aliases(body);
      return;
    }
    String collection = path.get(1);
    String rest = method + " " + String.join("/", path.subList(2, path.size()));
    for (Action action : actions(rest, body)) {
      touch(action, collection);
    }
    walk(body);
  }

  private static Set<Action> actions(String rest, JsonNode body) {
    return switch (rest) {
      case "PUT points" -> upsert(body);
      case "PUT points/vectors", "POST points/payload", "PUT points/payload" ->
          Set.of(Action.UPDATE);
      case "POST points/delete",
          "POST points/vectors/delete",
          "POST points/payload/delete",
          "POST points/payload/clear" ->
          Set.of(Action.DELETE);
      case "POST points/batch" -> batch(body);
      case "PUT index" -> Set.of(Action.INDEX);
      case "PUT ", "PATCH ", "DELETE " -> Set.of(Action.MANAGE);
      default ->
          rest.contains(" snapshots")
              ? Set.of(Action.SNAPSHOT)
              : rest.startsWith("DELETE index") ? Set.of(Action.INDEX) : Set.of(Action.QUERY);
    };
  }

  private static Set<Action> upsert(JsonNode body) {
    return switch (body.path("update_mode").asText("")) {
      case "insert_only" -> Set.of(Action.INSERT);
      case "update_only" -> Set.of(Action.UPDATE);
      default -> Set.of(Action.INSERT, Action.UPDATE);
    };
  }

  private static Set<Action> batch(JsonNode body) {
    Set<Action> out = new HashSet<>();
    for (JsonNode item : body.path("operations")) {
      for (Map.Entry<String, JsonNode> verb : item.properties()) {
        switch (verb.getKey()) {
          case "upsert" -> out.addAll(upsert(verb.getValue()));
          case "set_payload", "overwrite_payload", "update_vectors" -> out.add(Action.UPDATE);
          default -> out.add(Action.DELETE);
        }
      }
    }
    return out;
  }

  private void aliases(JsonNode body) {
    for (JsonNode action : body.path("actions")) {
      action.forEach(names -> names.forEach(name -> touch(Action.MANAGE, name.asText())));
    }
  }

  /** Every other collection that is named, at whatever depth. */
  private void walk(JsonNode node) {
    if (node.isArray()) {
      node.forEach(this::walk);
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "lookup_from" -> touch(Action.QUERY, value.path("collection").asText());
        case "with_lookup" ->
            touch(
                Action.QUERY,
                value.isTextual() ? value.asText() : value.path("collection").asText());
        default -> {
          if (!OPAQUE.contains(field.getKey())) {
            walk(value);
          }
        }
      }
    }
  }
}
