package io.ringfence.gateway.engine.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import java.util.Optional;
import java.util.Set;

/**
 * A tenant's records in a shared collection: told by a metadata key, and by identifiers that begin
 * with the tenant's name, so that no tenant can write over another's.
 */
record Rows(String key, String value, Set<ChromaGuard> guards) {
  /** Ends the tenant's name in an identifier; no tenant's name has it. */
  private static final char END = '/';

  static Optional<Rows> of(Scope scope, String collection, Set<ChromaGuard> guards) {
    return scope.rowsOf(collection).map(r -> new Rows(r.key(), r.value(), guards));
  }

  private boolean guards(ChromaGuard guard) {
    return guards.contains(guard);
  }

  // --- Requests ---

  /** What the client calls records, as the server knows them. */
  JsonNode ids(JsonNode ids) {
    if (!guards(ChromaGuard.ROW_IDS)) {
      return ids;
    }
    ArrayNode out = ChromaJson.array();
    for (JsonNode id : ids) {
      out.add(value + END + id.textValue());
    }
    return out;
  }

  /** The client's condition, within the tenant's records. */
  ObjectNode where(Optional<JsonNode> wanted) {
    if (!guards(ChromaGuard.ROW_FILTER)) {
      return wanted.isPresent() ? (ObjectNode) wanted.get() : ChromaJson.object();
    }
    ObjectNode own = ChromaJson.object();
    own.putObject(key).put("$eq", value);
    if (wanted.isEmpty()) {
      return own;
    }
    ObjectNode both = ChromaJson.object();
    both.putArray("$and").add(own).add(wanted.get());
    return both;
  }

  /** The metadata of new records, each with the tenant's mark. */
  ArrayNode marked(Optional<JsonNode> metadatas, int count) throws RefusedException {
    ArrayNode out = ChromaJson.array();
    for (int i = 0; i < count; i++) {
      JsonNode given = metadatas.isPresent() ? metadatas.get().path(i) : out.missingNode();
      ObjectNode entry = ChromaJson.object();
      if (given.isObject()) {
        refuseKey(given);
        entry.setAll((ObjectNode) given);
      }
      out.add(guards(ChromaGuard.ROW_MARKS) ? entry.put(key, value) : entry);
    }
    return out;
  }

  /**
   * @throws RefusedException when some metadata would set or erase the tenant's mark
   */
  void refuseMarks(Optional<JsonNode> metadatas) throws RefusedException {
    if (metadatas.isPresent()) {
      for (JsonNode entry : metadatas.get()) {
        refuseKey(entry);
      }
    }
  }

  private void refuseKey(JsonNode entry) throws RefusedException {
    if (entry.has(key) && guards(ChromaGuard.ROW_MARKS)) {
      throw new RefusedException(
          Refusal.Kind.DENIED, "the metadata key `" + key + "` is set by the gateway");
    }
  }

  // --- Answers ---

  /** What the server calls a record, as the client knows it. */
  JsonNode shownId(JsonNode id) throws RefusedException {
    if (!guards(ChromaGuard.ROW_ANSWERS)) {
      return id;
    }
    String prefix = value + END;
    String text = id.textValue();
    if (text == null || !text.startsWith(prefix)) {
      throw withheld();
    }
    return TextNode.valueOf(text.substring(prefix.length()));
  }

  /**
   * A record's metadata without the tenant's mark.
   *
   * @throws RefusedException when the mark is not exactly the tenant's
   */
  JsonNode shownMetadata(JsonNode metadata) throws RefusedException {
    if (!guards(ChromaGuard.ROW_ANSWERS)) {
      return metadata;
    }
    JsonNode mark = metadata.path(key);
    if (!mark.isTextual() || !mark.textValue().equals(value)) {
      throw withheld();
    }
    ObjectNode rest = metadata.deepCopy();
    rest.remove(key);
    return rest.isEmpty() ? rest.nullNode() : rest;
  }

  private static RefusedException withheld() {
    return new RefusedException(
        Refusal.Kind.WITHHELD, "the database's answer holds what was not asked for");
  }

  /** A shared collection is everybody's: nobody changes it alone. */
  static RefusedException shared() {
    return new RefusedException(
        Refusal.Kind.UNSUPPORTED, "a collection that tenants share is not theirs to change");
  }

  /** Checks that a request's identifiers are texts. */
  static JsonNode checkedIds(JsonNode ids) throws RefusedException {
    if (!ids.isArray()) {
      throw JsonFields.malformed("`ids` is not a list");
    }
    for (JsonNode id : ids) {
      if (!id.isTextual()) {
        throw JsonFields.malformed("an id is not a text");
      }
    }
    return ids;
  }
}
