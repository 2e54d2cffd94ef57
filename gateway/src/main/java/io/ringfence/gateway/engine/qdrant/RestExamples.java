package io.ringfence.gateway.engine.qdrant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.request.RefusedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The points that queries start from, looked up among the tenant's own. */
final class RestExamples {
  private RestExamples() {}

  /**
   * Which of some points of one collection there are.
   *
   * @param asked by the server's ids, what the client calls them
   * @param body a scroll over them
   */
  record Question(
      String collection, TenantRows rows, Map<PointId, PointId> asked, ObjectNode body) {
    /** The first that is not there, by the client's name. */
    Optional<PointId> missing(JsonNode points) throws RefusedException {
      Set<PointId> found = new HashSet<>();
      for (JsonNode point : points) {
        RestAnswers.clientId(rows, point);
        found.add(RestJson.answeredId(point.path("id")));
      }
      return asked.entrySet().stream()
          .filter(e -> !found.contains(e.getKey()))
          .map(Map.Entry::getValue)
          .findFirst();
    }
  }

  static List<Question> of(Scoping scoping) throws RefusedException {
    Map<String, Map<PointId, PointId>> byCollection = new LinkedHashMap<>();
    scoping
        .examples()
        .forEach(
            (example, id) ->
                byCollection
                    .computeIfAbsent(example.collection(), c -> new LinkedHashMap<>())
                    .put(example.id(), id));
    List<Question> out = new ArrayList<>();
    for (Map.Entry<String, Map<PointId, PointId>> asked : byCollection.entrySet()) {
      TenantRows rows = scoping.rowsOf(asked.getKey()).orElseThrow();
      out.add(question(asked.getKey(), rows, asked.getValue()));
    }
    return out;
  }

  private static Question question(
      String collection, TenantRows rows, Map<PointId, PointId> asked) {
    ArrayNode ids = RestJson.array();
    asked.keySet().forEach(id -> ids.add(RestJson.json(id)));
    ObjectNode body = RestJson.object();
    body.set("filter", RestJson.within(rows, Optional.of(RestJson.hasId(ids))));
    body.put("limit", ids.size());
    body.set("with_payload", RestJson.guardedKeys(rows));
    return new Question(collection, rows, asked, body);
  }
}
