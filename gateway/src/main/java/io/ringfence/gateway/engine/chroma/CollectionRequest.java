package io.ringfence.gateway.engine.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The bodies that make and change collections, parsed wholly, and what is shown of collections. */
final class CollectionRequest {
  /** An embedding function that names no code or model to be fetched. */
  private static final String HARMLESS_FUNCTION = "default";

  private CollectionRequest() {}

  /**
   * A collection to be made.
   *
   * @param body encoded anew but for the name
   */
  record Creation(String name, ObjectNode body) {
    static Creation parse(HttpCall call) throws RefusedException {
      JsonFields fields = ChromaJson.body(call);
      String name =
          fields.takeText("name").orElseThrow(() -> JsonFields.malformed("`name` is missing"));
      ObjectNode body = ChromaJson.object();
      Optional<JsonNode> orGet = fields.take("get_or_create");
      if (orGet.isPresent()) {
        if (!orGet.get().isBoolean()) {
          throw JsonFields.malformed("`get_or_create` is neither true nor false");
        }
        body.set("get_or_create", orGet.get());
      }
      putMetadata(fields, "metadata", body);
      putConfiguration(fields, "configuration", body);
      refuseSchema(fields);
      fields.end();
      return new Creation(name, body);
    }
  }

  /**
   * A change of a collection.
   *
   * @param newName by the client
   * @param body encoded anew but for the new name
   */
  record Change(Optional<String> newName, ObjectNode body) {
    static Change parse(HttpCall call) throws RefusedException {
      JsonFields fields = ChromaJson.body(call);
      Optional<String> newName = fields.takeText("new_name");
      ObjectNode body = ChromaJson.object();
      putMetadata(fields, "new_metadata", body);
      putConfiguration(fields, "new_configuration", body);
      fields.end();
      return new Change(newName, body);
    }
  }

  private static void putMetadata(JsonFields fields, String name, ObjectNode out)
      throws RefusedException {
    Optional<JsonNode> metadata = fields.take(name);
    if (metadata.isPresent()) {
      if (!metadata.get().isObject()) {
        throw JsonFields.malformed("`" + name + "` is not an object");
      }
      out.set(name, metadata.get());
    }
  }

  private static void putConfiguration(JsonFields fields, String name, ObjectNode out)
      throws RefusedException {
    Optional<JsonNode> configuration = fields.take(name);
    if (configuration.isEmpty()) {
      return;
    }
    JsonFields inner = JsonFields.of(configuration.get());
    ObjectNode body = out.putObject(name);
    for (String index : List.of("hnsw", "spann")) {
      Optional<JsonNode> settings = inner.take(index);
      if (settings.isPresent()) {
        body.set(index, scalars(index, settings.get()));
      }
    }
    Optional<JsonNode> function = inner.take("embedding_function");
    if (function.isPresent()) {
      body.set("embedding_function", function(function.get()));
    }
    inner.end();
  }

  private static JsonNode scalars(String name, JsonNode settings) throws RefusedException {
    boolean plain = settings.isObject();
    for (JsonNode value : settings) {
      plain &= value.isValueNode();
    }
    if (!plain) {
      throw JsonFields.malformed("`" + name + "` holds more than plain settings");
    }
    return settings;
  }

  /**
   * INVARIANT (nothing is fetched or run): a function that names code, a model or a service is
   * refused, whoever would load it (CVE-2026-45829, CVE-2026-45833).
   */
  private static ObjectNode function(JsonNode function) throws RefusedException {
    JsonFields fields = JsonFields.of(function);
    String type = fields.takeText("type").orElse("");
    Optional<String> name = fields.takeText("name");
    boolean plainConfig = fields.take("config").map(JsonNode::isEmpty).orElse(true);
    fields.end();
    ObjectNode out = ChromaJson.object().put("type", type);
    switch (type) {
      case "legacy", "unknown" -> {
        if (name.isEmpty() && plainConfig) {
          return out;
        }
      }
      case "known" -> {
        if (name.equals(Optional.of(HARMLESS_FUNCTION)) && plainConfig) {
          out.put("name", HARMLESS_FUNCTION).putObject("config");
          return out;
        }
      }
      default -> throw JsonFields.malformed("an embedding function of an unknown type");
    }
    throw new RefusedException(
        Refusal.Kind.UNSUPPORTED,
        "an embedding function that is fetched or run elsewhere is refused; embed in the client and"
            + " pass none");
  }

  private static void refuseSchema(JsonFields fields) throws RefusedException {
    if (fields.take("schema").isPresent()) {
      throw new RefusedException(
          Refusal.Kind.UNSUPPORTED, "a collection's `schema` cannot be set through the gateway");
    }
  }

  // --- What is shown ---

  /**
   * A collection as the caller knows it. Of one that tenants share it is not said how often it is
   * written.
   *
   * @throws RefusedException when it is not the caller's to see
   */
  static ObjectNode shown(JsonNode collection, CollectionPlace asked, Scope scope)
      throws RefusedException {
    String serverName = collection.path("name").asText();
    String name = scope.names().toClient(serverName).orElseThrow(() -> missing(serverName));
    ObjectNode out = collection.deepCopy();
    out.put("name", name);
    out.put("tenant", asked.tenant());
    out.put("database", asked.database());
    if (scope.rowsOf(serverName).isPresent()) {
      out.put("log_position", 0).put("version", 0);
      withoutKeysOfOthers(out);
    }
    return out;
  }

  /** The server lists every metadata key that anybody used; those of its own begin with a hash. */
  private static void withoutKeysOfOthers(ObjectNode collection) {
    if (collection.path("schema").path("keys") instanceof ObjectNode keys) {
      List<String> used = new ArrayList<>();
      keys.fieldNames().forEachRemaining(used::add);
      used.removeIf(k -> k.startsWith("#"));
      keys.remove(used);
    }
  }

  static HttpAnswer shown(HttpAnswer answer, CollectionPlace asked, Scope scope)
      throws RefusedException {
    return ChromaJson.ok(shown(ChromaJson.parse(answer), asked, scope));
  }

  static RefusedException missing(String asked) {
    return new RefusedException(
        Refusal.Kind.NOT_FOUND, "Collection [" + asked + "] does not exist");
  }
}
