package io.ringfence.gateway.engine.shelf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import java.util.Optional;

/** What the database answers, checked before any of it is shown. */
final class ShelfAnswer {
  private ShelfAnswer() {}

  /** The parsed answer of a success; what an error says never reaches the client. */
  static JsonNode success(HttpAnswer answer) throws RefusedException {
    switch (answer.status()) {
      case 200 -> {
        return ShelfRequest.JSON.parse(answer.body());
      }
      case 404 -> throw new RefusedException(Refusal.Kind.NOT_FOUND, "no such shelf");
      default ->
          throw new RefusedException(Refusal.Kind.UNAVAILABLE, "the database refuses the request");
    }
  }

  /**
   * The notes of an answer as the tenant knows them.
   *
   * @throws RefusedException when one of them is not the tenant's: then nothing is shown
   */
  static ArrayNode notes(JsonNode answer, Optional<Scope.Rows> rows) throws RefusedException {
    if (!(answer instanceof ArrayNode notes)) {
      throw new RefusedException(Refusal.Kind.WITHHELD, "the database's answer is no list");
    }
    if (rows.isPresent()) {
      for (JsonNode note : notes) {
        own(note, rows.get());
      }
    }
    return notes;
  }

  private static void own(JsonNode note, Scope.Rows rows) throws RefusedException {
    String prefix = rows.value() + "/";
    String id = note.path("id").asText();
    boolean own = rows.value().equals(note.path(rows.key()).textValue()) && id.startsWith(prefix);
    if (!own || !(note instanceof ObjectNode shown)) {
      throw new RefusedException(
          Refusal.Kind.WITHHELD, "the database's answer holds what was not asked for");
    }
    shown.put("id", id.substring(prefix.length())).remove(rows.key());
  }
}
