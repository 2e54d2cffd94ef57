package io.ringfence.conformance.gateway;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.QueryFactory.recommend;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorInputFactory.vectorInput;
import static io.qdrant.client.VectorsFactory.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RecommendInput;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.ringfence.gateway.serve.PolicyRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Qdrant's official Java client through the gateway, with a certificate of its workload's. */
class QdrantJavaClientTest {
  private static final UUID FIRST = UUID.fromString("0c2f0e5e-6f8a-4f2c-9d5e-0f3f7d6c1a2b");

  @TempDir private static Path folder;

  private static QdrantSite site;

  @BeforeAll
  static void start() throws IOException, PolicyRefusedException {
    site = new QdrantSite(folder);
  }

  @AfterAll
  static void end() {
    if (site != null) {
      site.close();
    }
  }

  private static QdrantClient client(String workload) throws IOException {
    site.site().workload(workload);
    Path keys = site.site().keys();
    ManagedChannel channel =
        Grpc.newChannelBuilder(
                "localhost:" + site.port("grpc"),
                TlsChannelCredentials.newBuilder()
                    .trustManager(keys.resolve("ca.pem").toFile())
                    .keyManager(
                        keys.resolve(workload + ".pem").toFile(),
                        keys.resolve(workload + ".key").toFile())
                    .build())
            .build();
    return new QdrantClient(QdrantGrpcClient.newBuilder(channel, true).build());
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  private static Status.Code refusal(Future<?> future) {
    ExecutionException e = assertThrows(ExecutionException.class, () -> get(future));
    return Status.fromThrowable(e).getCode();
  }

  private static VectorParams dot(int size) {
    return VectorParams.newBuilder().setDistance(Distance.Dot).setSize(size).build();
  }

  private static PointStruct point(io.qdrant.client.grpc.Common.PointId id, float x, String city) {
    return PointStruct.newBuilder()
        .setId(id)
        .setVectors(vectors(x, 1f))
        .putAllPayload(Map.of("city", value(city)))
        .build();
  }

  @Test
  void quickstart() throws Exception {
    for (String workload : List.of("acme-app", "globex-app")) {
      try (QdrantClient client = client(workload)) {
        get(client.createCollectionAsync("java", dot(2)));
        get(
            client.upsertAsync(
                "java",
                List.of(
                    point(id(1), 0.1f, "Berlin"),
                    point(id(2), 0.5f, "London"),
                    point(id(FIRST), 0.9f, workload))));
        Filter berlin = Filter.newBuilder().addMust(matchKeyword("city", "Berlin")).build();
        List<ScoredPoint> found =
            get(
                client.queryAsync(
                    QueryPoints.newBuilder()
                        .setCollectionName("java")
                        .setQuery(nearest(1f, 0f))
                        .setFilter(berlin)
                        .setLimit(3)
                        .build()));
        assertEquals(List.of(id(1)), found.stream().map(ScoredPoint::getId).toList());
        assertEquals(3, get(client.countAsync("java")));
        assertEquals(
            workload,
            get(client.retrieveAsync("java", id(FIRST), true, false, null))
                .getFirst()
                .getPayloadOrThrow("city")
                .getStringValue());
        assertEquals(List.of("java"), get(client.listCollectionsAsync()));
      }
    }
  }

  @Test
  void sharersNeverMeet() throws Exception {
    try (QdrantClient red = client("red-app");
        QdrantClient blue = client("blue-app")) {
      make();
      get(
          red.upsertAsync(
              "shared", List.of(point(id(1), 0.9f, "red"), point(id(FIRST), 0.8f, "red"))));
      get(blue.upsertAsync("shared", List.of(point(id(1), 0.1f, "blue"))));
      assertEquals(2, get(red.countAsync("shared")));
      assertEquals(1, get(blue.countAsync("shared")));
      assertEquals(List.of(), get(blue.retrieveAsync("shared", id(FIRST), true, false, null)));
      // What is another's is as good as missing, as an example too.
      RecommendInput foreign = RecommendInput.newBuilder().addPositive(vectorInput(FIRST)).build();
      assertEquals(
          Status.Code.NOT_FOUND,
          refusal(
              blue.queryAsync(
                  QueryPoints.newBuilder()
                      .setCollectionName("shared")
                      .setQuery(recommend(foreign))
                      .build())));
      get(blue.deleteAsync("shared", List.of(id(1), id(FIRST))));
      assertEquals(0, get(blue.countAsync("shared")));
      assertEquals(2, get(red.countAsync("shared")));
      assertEquals(Status.Code.PERMISSION_DENIED, refusal(blue.deleteCollectionAsync("shared")));
      assertEquals(
          Status.Code.PERMISSION_DENIED,
          refusal(
              blue.setPayloadAsync(
                  "shared", Map.of("tenant_id", value("red")), id(1), null, null, null)));
    }
  }

  /** The operator's part, without a gateway. */
  private static void make() throws Exception {
    try (QdrantClient direct =
        new QdrantClient(
            QdrantGrpcClient.newBuilder("localhost", site.qdrant().grpc().getPort(), false)
                .build())) {
      get(direct.createCollectionAsync("shared", dot(2)));
    }
  }

  @Test
  void viewersOnlyLook() throws Exception {
    try (QdrantClient owner = client("acme-app");
        QdrantClient viewer = client("viewer");
        QdrantClient stranger = client("nobody")) {
      get(owner.createCollectionAsync("seen", dot(2)));
      assertEquals(0, get(viewer.countAsync("seen")));
      for (Future<?> refused :
          List.<Future<?>>of(
              viewer.upsertAsync("seen", List.of(point(id(1), 1f, "x"))),
              viewer.deleteCollectionAsync("seen"),
              viewer.createCollectionAsync("more", dot(2)),
              viewer.createSnapshotAsync("seen"),
              viewer.listFullSnapshotAsync(),
              stranger.listCollectionsAsync(),
              stranger.countAsync("seen"))) {
        assertEquals(Status.Code.PERMISSION_DENIED, refusal(refused));
      }
    }
  }
}
