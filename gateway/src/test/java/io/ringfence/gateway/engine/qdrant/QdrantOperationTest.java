package io.ringfence.gateway.engine.qdrant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.engine.qdrant.QdrantOperation.Admission;
import io.ringfence.model.Action;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of operations, held against Qdrant's specification. */
class QdrantOperationTest {
  private static List<String> specified() throws IOException {
    try (InputStream in = QdrantOperationTest.class.getResourceAsStream("/qdrant-operations.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(l -> !l.startsWith("#")).toList();
    }
  }

  private static Optional<QdrantOperation> of(String methodAndPath) {
    String[] parts = methodAndPath.split(" /", -1);
    List<String> path = parts[1].isEmpty() ? List.of() : Arrays.asList(parts[1].split("/"));
    return QdrantOperation.ofRest(parts[0], path);
  }

  @Test
  void everySpecifiedOperationIsClassified() throws IOException {
    List<String> specified = specified();
    assertEquals(69, specified.size());
    Set<QdrantOperation> found = new HashSet<>();
    for (String operation : specified) {
      Optional<QdrantOperation> known = of(operation);
      assertTrue(known.isPresent(), () -> "not classified: " + operation);
      assertTrue(found.add(known.get()), () -> "classified as another: " + operation);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Served, though the specification forgets them.
        "POST /collections/c/points/search                        | query    | SHARED",
        "POST /collections/c/points/search/batch                  | query    | SHARED",
        "POST /collections/c/points/search/groups                 | query    | SHARED",
        "POST /collections/c/points/recommend                     | query    | SHARED",
        "POST /collections/c/points/recommend/batch               | query    | SHARED",
        "POST /collections/c/points/recommend/groups              | query    | SHARED",
        "POST /collections/c/points/discover                      | query    | SHARED",
        "POST /collections/c/points/discover/batch                | query    | SHARED",
        "POST /collections/c/shards/0/points                      | cluster  | DENIED",
        "POST /collections/c/shards/0/points/scroll               | cluster  | DENIED",
        "POST /collections/c/shards/0/points/count                | cluster  | DENIED",
        "POST /collections/c/shards/0/cleanup                     | cluster  | DENIED",
        "GET /collections/c/shards/0/wal                          | cluster  | DENIED",
        "GET /collections/c/shards/0/recovery_point               | cluster  | DENIED",
        "POST /collections/c/shards/0/snapshot/partial/recover_from | snapshot | DENIED",
        "GET /cluster/metadata/keys                               | cluster  | DENIED",
        "PUT /cluster/metadata/keys/k                             | cluster  | DENIED",
        "GET /audit/logs                                          | manage   | DENIED",
        "GET /logger                                              | manage   | DENIED",
        "POST /logger                                             | manage   | DENIED",
        "GET /debugger                                            | manage   | DENIED",
        "GET /stacktrace                                          | manage   | DENIED",
        "GET /profiler/slow_requests                              | manage   | DENIED",
        "GET /collections/c/memory                                | manage   | DENIED",
        "POST /collections/c/truncate_unapplied_wal               | manage   | DENIED",
        // A few of the specified, so that a wrong action shows.
        "GET /collections/c                                       | query    | SHARED",
        "PUT /collections/c                                       | manage   | OWNER",
        "PUT /collections/c/index                                 | index    | OWNER",
        "POST /collections/aliases                                | manage   | OWNER",
        "POST /collections/c/points/delete                        | delete   | SHARED",
        "PUT /collections/c/points/payload                        | update   | SHARED",
        "POST /collections/c/points/payload/clear                 | delete   | SHARED",
        "GET /collections/c/snapshots/s                           | snapshot | OWNER",
        "GET /snapshots/s                                         | snapshot | OPERATOR",
        "GET /collections/c/cluster                               | cluster  | OPERATOR",
        "GET /metrics                                             | metrics  | OPERATOR",
        "GET /telemetry                                           | metrics  | OPERATOR",
        "PUT /quotas                                              | manage   | OPERATOR",
        "GET /healthz                                             | health   | SHARED",
      })
  void actions(String methodAndPath, String action, Admission admission) {
    QdrantOperation operation = of(methodAndPath).orElseThrow();
    assertEquals(
        List.of(Action.valueOf(action.toUpperCase(java.util.Locale.ROOT))), operation.actions());
    assertEquals(admission, operation.admission());
  }

  @ParameterizedTest
  @CsvSource({
    "GET /dashboard", "GET /dashboard/index.html", "POST /collections", "GET /collections/c/points",
    "GET /collections/c/points/1/x", "TRACE /collections", "HEAD /collections", "POST /",
    "GET /collections/c/shards/0/unheard", "get /collections"
  })
  void whatIsNotInTheTableIsUnknown(String methodAndPath) {
    assertEquals(Optional.empty(), of(methodAndPath));
  }

  /** An operation without an action would be answered to everybody. */
  @Test
  void onlyGreetingsAndWritesOfManyKindsHaveNoAction() {
    Set<QdrantOperation> without = new HashSet<>();
    for (QdrantOperation operation : QdrantOperation.values()) {
      if (operation.actions().isEmpty()) {
        without.add(operation);
      }
    }
    assertEquals(
        Set.of(
            QdrantOperation.VERSION,
            QdrantOperation.LIST_COLLECTIONS,
            QdrantOperation.LIST_ALIASES,
            QdrantOperation.UPSERT,
            QdrantOperation.UPDATE_BATCH),
        without);
  }
}
