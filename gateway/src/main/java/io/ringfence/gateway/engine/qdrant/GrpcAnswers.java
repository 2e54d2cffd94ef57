package io.ringfence.gateway.engine.qdrant;

import com.google.protobuf.Message;
import io.qdrant.client.grpc.Collections;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.SnapshotsService;
import io.ringfence.gateway.request.RefusedException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a client sees of answers over gRPC.
 *
 * <p>INVARIANT (all or nothing): one point that is not the tenant's withholds the whole answer.
 */
final class GrpcAnswers {
  private GrpcAnswers() {}

  /** What the client sees of an answer. */
  static Message shown(Scoping scoping, Message answer) throws RefusedException {
    return scoping.rows().isPresent() ? ofTenant(scoping, answer) : named(scoping, answer);
  }

  private static Message named(Scoping scoping, Message answer) {
    return switch (answer) {
      case Collections.ListCollectionsResponse list -> collections(list, scoping);
      case Collections.ListAliasesResponse list -> aliases(list, scoping);
      case SnapshotsService.ListSnapshotsResponse list -> {
        var out = list.toBuilder();
        out.getSnapshotDescriptionsBuilderList()
            .forEach(s -> s.setName(Snapshots.toClient(s.getName(), scoping)));
        yield out.build();
      }
      case SnapshotsService.CreateSnapshotResponse made -> {
        var out = made.toBuilder();
        var snapshot = out.getSnapshotDescriptionBuilder();
        snapshot.setName(Snapshots.toClient(snapshot.getName(), scoping));
        yield out.build();
      }
      default -> answer;
    };
  }

  private static Message ofTenant(Scoping scoping, Message answer) throws RefusedException {
    return switch (answer) {
      case Points.PointsOperationResponse written ->
          written.toBuilder().setResult(update(written.getResult())).clearUsage().build();
      case Points.UpdateBatchResponse written -> updates(scoping, written);
      case Points.QueryResponse found ->
          found.toBuilder()
              .clearResult()
              .addAllResult(points(scoping, found.getResultList(), 0))
              .clearUsage()
              .build();
      case Points.SearchResponse found ->
          found.toBuilder()
              .clearResult()
              .addAllResult(points(scoping, found.getResultList(), 0))
              .clearUsage()
              .build();
      case Points.RecommendResponse found ->
          found.toBuilder()
              .clearResult()
              .addAllResult(points(scoping, found.getResultList(), 0))
              .clearUsage()
              .build();
      case Points.DiscoverResponse found ->
          found.toBuilder()
              .clearResult()
              .addAllResult(points(scoping, found.getResultList(), 0))
              .clearUsage()
              .build();
      case Points.QueryBatchResponse found ->
          found.toBuilder()
              .clearResult()
              .addAllResult(batch(scoping, found.getResultList()))
              .clearUsage()
              .build();
      case Points.SearchBatchResponse found ->
          found.toBuilder()
              .clearResult()
              .addAllResult(batch(scoping, found.getResultList()))
              .clearUsage()
              .build();
      case Points.RecommendBatchResponse found ->
          found.toBuilder()
              .clearResult()
              .addAllResult(batch(scoping, found.getResultList()))
              .clearUsage()
              .build();
      case Points.DiscoverBatchResponse found ->
          found.toBuilder()
              .clearResult()
              .addAllResult(batch(scoping, found.getResultList()))
              .clearUsage()
              .build();
      case Points.QueryGroupsResponse found ->
          found.toBuilder().setResult(groups(scoping, found.getResult())).clearUsage().build();
      case Points.SearchGroupsResponse found ->
          found.toBuilder().setResult(groups(scoping, found.getResult())).clearUsage().build();
      case Points.RecommendGroupsResponse found ->
          found.toBuilder().setResult(groups(scoping, found.getResult())).clearUsage().build();
      case Points.CountResponse count -> count.toBuilder().clearUsage().build();
      case Points.FacetResponse facet -> facet.toBuilder().clearUsage().build();
      case Collections.GetCollectionInfoResponse info ->
          scoping.describes() ? info : sharedCollection(info);
      case Collections.CollectionExistsResponse exists -> exists;
      // Whatever else comes of a shared collection has a way of its own, or is refused before.
      default -> throw TenantRows.withheld();
    };
  }

  // --- Names ---

  private static Message collections(Collections.ListCollectionsResponse list, Scoping scoping) {
    var out = list.toBuilder().clearCollections();
    for (Collections.CollectionDescription collection : list.getCollectionsList()) {
      scoping
          .clientName(collection.getName())
          .ifPresent(name -> out.addCollectionsBuilder().setName(name));
    }
    return out.build();
  }

  private static Message aliases(Collections.ListAliasesResponse list, Scoping scoping) {
    var out = list.toBuilder().clearAliases();
    for (Collections.AliasDescription alias : list.getAliasesList()) {
      Optional<String> name = scoping.clientName(alias.getAliasName());
      Optional<String> collection = scoping.clientName(alias.getCollectionName());
      if (name.isPresent() && collection.isPresent()) {
        out.addAliasesBuilder().setAliasName(name.get()).setCollectionName(collection.get());
      }
    }
    return out.build();
  }

  /** What the server's aliases stand for. */
  static Map<String, String> aliases(Collections.ListAliasesResponse list) {
    Map<String, String> out = new HashMap<>();
    list.getAliasesList().forEach(a -> out.put(a.getAliasName(), a.getCollectionName()));
    return out;
  }

  // --- Shared collections ---

  /** Its shape, which clients need; not how much is in it, nor what others index. */
  private static Message sharedCollection(Collections.GetCollectionInfoResponse info) {
    var config = info.getResult().getConfig().toBuilder();
    config.clearMetadata().clearStrictModeConfig();
    var out =
        Collections.CollectionInfo.newBuilder()
            .setStatus(Collections.CollectionStatus.Green)
            .setOptimizerStatus(Collections.OptimizerStatus.newBuilder().setOk(true))
            .setConfig(config);
    return Collections.GetCollectionInfoResponse.newBuilder()
        .setResult(out)
        .setTime(info.getTime())
        .build();
  }

  /** True when some vector's scores depend on how often terms occur among all points. */
  static boolean weighsTerms(Collections.GetCollectionInfoResponse info) {
    return info
        .getResult()
        .getConfig()
        .getParams()
        .getSparseVectorsConfig()
        .getMapMap()
        .values()
        .stream()
        .anyMatch(v -> v.hasModifier() && v.getModifier() != Collections.Modifier.None);
  }

  /** How often others write shows in the numbers of operations. */
  private static Points.UpdateResult update(Points.UpdateResult result) {
    return result.toBuilder().setOperationId(0).build();
  }

  private static Points.UpdateResult done() {
    return Points.UpdateResult.newBuilder()
        .setOperationId(0)
        .setStatus(Points.UpdateStatus.Completed)
        .build();
  }

  /** The answer to a replacement of whole payloads, from that to the batch that it became. */
  static Message replaced(Points.UpdateBatchResponse written) {
    Points.UpdateResult last =
        written.getResultCount() == 0
            ? done()
            : update(written.getResult(written.getResultCount() - 1));
    return Points.PointsOperationResponse.newBuilder()
        .setResult(last)
        .setTime(written.getTime())
        .build();
  }

  /** One result for each item of the client's, whatever it became. */
  private static Message updates(Scoping scoping, Points.UpdateBatchResponse written)
      throws RefusedException {
    var out = Points.UpdateBatchResponse.newBuilder().setTime(written.getTime());
    int at = -1;
    for (int items : scoping.becameItems()) {
      at += items;
      if (at >= written.getResultCount()) {
        throw TenantRows.withheld();
      }
      out.addResult(items == 0 ? done() : update(written.getResult(at)));
    }
    if (at + 1 != written.getResultCount()) {
      throw TenantRows.withheld();
    }
    return out.build();
  }

  // --- Points ---

  private static List<Points.BatchResult> batch(Scoping scoping, List<Points.BatchResult> results)
      throws RefusedException {
    List<Points.BatchResult> out = new java.util.ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      out.add(
          Points.BatchResult.newBuilder()
              .addAllResult(points(scoping, results.get(i).getResultList(), i))
              .build());
    }
    return out;
  }

  private static Points.GroupsResult groups(Scoping scoping, Points.GroupsResult result)
      throws RefusedException {
    var out = Points.GroupsResult.newBuilder();
    for (Points.PointGroup group : result.getGroupsList()) {
      out.addGroups(
          group.toBuilder().clearHits().addAllHits(points(scoping, group.getHitsList(), 0)));
    }
    return out.build();
  }

  private static List<ScoredPoint> points(Scoping scoping, List<ScoredPoint> points, int at)
      throws RefusedException {
    if (at >= scoping.selections().size()) {
      throw TenantRows.withheld();
    }
    List<ScoredPoint> out = new java.util.ArrayList<>();
    for (ScoredPoint point : points) {
      PointId id = clientId(scoping, point.getId(), point.getPayloadMap());
      var shown = point.toBuilder().setId(GrpcScoping.message(id)).clearShardKey();
      if (scoping.rows().orElseThrow().has(QdrantGuard.ROW_VERSIONS)) {
        shown.setVersion(0);
      }
      shown.clearPayload();
      if (scoping.selections().get(at)) {
        shown.putAllPayload(unmarked(scoping, point.getPayloadMap()));
      }
      out.add(shown.build());
    }
    return out;
  }

  private static RetrievedPoint point(Scoping scoping, RetrievedPoint point)
      throws RefusedException {
    PointId id = clientId(scoping, point.getId(), point.getPayloadMap());
    var shown = point.toBuilder().setId(GrpcScoping.message(id)).clearShardKey().clearPayload();
    if (scoping.selections().getFirst()) {
      shown.putAllPayload(unmarked(scoping, point.getPayloadMap()));
    }
    return shown.build();
  }

  private static Map<String, Value> unmarked(Scoping scoping, Map<String, Value> payload) {
    Map<String, Value> out = new LinkedHashMap<>(payload);
    if (!scoping.rows().orElseThrow().has(QdrantGuard.ROW_ANSWERS)) {
      return out;
    }
    out.remove(scoping.rows().orElseThrow().key());
    out.remove(TenantRows.ID_KEY);
    return out;
  }

  /**
   * What the client calls a point.
   *
   * @throws RefusedException when its key has another value, or more than one
   */
  static PointId clientId(
      TenantRows rows, io.qdrant.client.grpc.Common.PointId id, Map<String, Value> payload)
      throws RefusedException {
    Value mark = payload.get(rows.key());
    Optional<String> text =
        Optional.ofNullable(mark).filter(Value::hasStringValue).map(Value::getStringValue);
    if (!rows.bears(text)) {
      throw TenantRows.withheld();
    }
    Optional<String> idMark =
        Optional.ofNullable(payload.get(TenantRows.ID_KEY)).map(Value::getStringValue);
    return rows.toClient(answeredId(id), idMark);
  }

  private static PointId clientId(
      Scoping scoping, io.qdrant.client.grpc.Common.PointId id, Map<String, Value> payload)
      throws RefusedException {
    return clientId(scoping.rows().orElseThrow(), id, payload);
  }

  private static PointId answeredId(io.qdrant.client.grpc.Common.PointId id)
      throws RefusedException {
    try {
      return GrpcScoping.id(id);
    } catch (RefusedException e) {
      throw TenantRows.withheld();
    }
  }

  /** The points in the order in which they were asked for. */
  static Message inOrder(
      Scoping scoping, Points.ScrollResponse found, List<io.qdrant.client.grpc.Common.PointId> ids)
      throws RefusedException {
    Map<String, RetrievedPoint> byId = new HashMap<>();
    for (RetrievedPoint point : found.getResultList()) {
      byId.put(answeredId(point.getId()).toString(), point(scoping, point));
    }
    Set<String> order = new LinkedHashSet<>();
    ids.forEach(id -> order.add(id.getUuid()));
    var out = Points.GetResponse.newBuilder().setTime(found.getTime());
    order.stream().filter(byId::containsKey).forEach(id -> out.addResult(byId.get(id)));
    return out.build();
  }

  /** A page of a scroll: the point past its limit, if there is one, begins the next. */
  static Message page(Scoping scoping, Points.ScrollResponse found, long limit)
      throws RefusedException {
    var out = Points.ScrollResponse.newBuilder().setTime(found.getTime());
    for (RetrievedPoint point : found.getResultList()) {
      RetrievedPoint shown = point(scoping, point);
      if (out.getResultCount() < limit) {
        out.addResult(shown);
      } else if (!out.hasNextPageOffset()) {
        out.setNextPageOffset(shown.getId());
      }
    }
    return out.build();
  }

  // --- Distances ---

  /** Every id in a matrix, once. */
  static List<io.qdrant.client.grpc.Common.PointId> matrixIds(Message answer) {
    Set<io.qdrant.client.grpc.Common.PointId> out = new LinkedHashSet<>();
    switch (answer) {
      case Points.SearchMatrixOffsetsResponse offsets ->
          out.addAll(offsets.getResult().getIdsList());
      case Points.SearchMatrixPairsResponse pairs -> {
        for (Points.SearchMatrixPair pair : pairs.getResult().getPairsList()) {
          out.add(pair.getA());
          out.add(pair.getB());
        }
      }
      default -> {}
    }
    return List.copyOf(out);
  }

  static Message matrix(TenantRows rows, Message answer, Points.ScrollResponse found)
      throws RefusedException {
    Map<PointId, io.qdrant.client.grpc.Common.PointId> names = new HashMap<>();
    for (RetrievedPoint point : found.getResultList()) {
      PointId name = clientId(rows, point.getId(), point.getPayloadMap());
      names.put(answeredId(point.getId()), GrpcScoping.message(name));
    }
    return switch (answer) {
      case Points.SearchMatrixOffsetsResponse offsets -> {
        var out = offsets.toBuilder().clearUsage();
        out.getResultBuilder().clearIds();
        for (io.qdrant.client.grpc.Common.PointId id : offsets.getResult().getIdsList()) {
          out.getResultBuilder().addIds(named(names, id));
        }
        yield out.build();
      }
      case Points.SearchMatrixPairsResponse pairs -> {
        var out = pairs.toBuilder().clearUsage();
        for (Points.SearchMatrixPair.Builder pair : out.getResultBuilder().getPairsBuilderList()) {
          pair.setA(named(names, pair.getA())).setB(named(names, pair.getB()));
        }
        yield out.build();
      }
      default -> throw TenantRows.withheld();
    };
  }

  private static io.qdrant.client.grpc.Common.PointId named(
      Map<PointId, io.qdrant.client.grpc.Common.PointId> names,
      io.qdrant.client.grpc.Common.PointId id)
      throws RefusedException {
    io.qdrant.client.grpc.Common.PointId name = names.get(answeredId(id));
    if (name == null) {
      throw TenantRows.withheld();
    }
    return name;
  }
}
