package io.ringfence.gateway.engine.shelf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.StrictJson;

/** The bodies of Shelf's requests: parsed wholly, then written anew within a tenant's rows. */
sealed interface ShelfRequest {
  StrictJson JSON = new StrictJson(StrictJson.DEPTH_DEFAULT);

  /** What limits bound. */
  Operation.Size size();

  /** The body for the database; {@code rows} are the tenant's, where a shelf is shared. */
  ObjectNode written(java.util.Optional<Scope.Rows> rows) throws RefusedException;

  /** {@code {"vector": [...], "limit": 10}}. */
  record Search(JsonNode vector, int limit) implements ShelfRequest {
    static final int LIMIT_DEFAULT = 10;

    static Search parse(byte[] body) throws RefusedException {
      JsonFields fields = JsonFields.of(JSON.parse(body));
      JsonNode vector = numbers(fields);
      int limit = fields.takeCount("limit").orElse(LIMIT_DEFAULT);
      fields.end();
      return new Search(vector, limit);
    }

    @Override
    public Operation.Size size() {
      return new Operation.Size(1, limit);
    }

    @Override
    public ObjectNode written(java.util.Optional<Scope.Rows> rows) {
      ObjectNode out = JsonNodeFactory.instance.objectNode();
      out.set("vector", vector);
      out.put("limit", limit);
      rows.ifPresent(r -> out.putObject("where").put(r.key(), r.value()));
      return out;
    }
  }

  /** {@code {"id": "n1", "vector": [...], "text": "..."}}. */
  record Note(String id, JsonNode vector, String text) implements ShelfRequest {
    static Note parse(byte[] body) throws RefusedException {
      JsonFields fields = JsonFields.of(JSON.parse(body));
      String id = required(fields, "id");
      JsonNode vector = numbers(fields);
      String text = required(fields, "text");
      fields.end();
      return new Note(id, vector, text);
    }

    @Override
    public Operation.Size size() {
      return new Operation.Size(1, 0);
    }

    @Override
    public ObjectNode written(java.util.Optional<Scope.Rows> rows) {
      ObjectNode out = JsonNodeFactory.instance.objectNode();
      out.put("id", rows.map(r -> r.value() + "/" + id).orElse(id));
      out.set("vector", vector);
      out.put("text", text);
      rows.ifPresent(r -> out.put(r.key(), r.value()));
      return out;
    }
  }

  private static String required(JsonFields fields, String name) throws RefusedException {
    return fields
        .takeText(name)
        .orElseThrow(() -> JsonFields.malformed("`" + name + "` is missing"));
  }

  private static ArrayNode numbers(JsonFields fields) throws RefusedException {
    JsonNode vector =
        fields.take("vector").orElseThrow(() -> JsonFields.malformed("`vector` is missing"));
    for (JsonNode number : vector) {
      if (!number.isNumber()) {
        throw JsonFields.malformed("`vector` holds more than numbers");
      }
    }
    return vector instanceof ArrayNode list ? list : throwNoList();
  }

  private static ArrayNode throwNoList() throws RefusedException {
    throw JsonFields.malformed("`vector` is not a list");
  }
}
