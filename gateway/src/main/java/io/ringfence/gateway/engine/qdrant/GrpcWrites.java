package io.ringfence.gateway.engine.qdrant;

import com.google.protobuf.Message;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.model.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What of Qdrant's messages writes: points bear their marks, and are named within the tenant's. */
final class GrpcWrites {
  private final Scoping scoping;

  /** The point whose payload is read, as the client named it. */
  private PointId structId = new PointId.Number(0);

  /** The points of a replacement, as the client named them. */
  private List<PointId> replacedIds = List.of();

  /** The points of each item of a batch, as the client named them. */
  private List<List<PointId>> batchIds = List.of();

  private Optional<List<PointsUpdateOperation>> replacements = Optional.empty();
  private Optional<GrpcPayloads.ByFilter> byFilter = Optional.empty();

  GrpcWrites(Scoping scoping) {
    this.scoping = scoping;
  }

  private Optional<TenantRows> rows() {
    return scoping.rows();
  }

  /** Notes what the client calls points, before they are rewritten. */
  void enter(Message.Builder message) throws RefusedException {
    switch (message) {
      case Points.PointStruct.Builder point -> structId = GrpcScoping.id(point.getId());
      case Points.SetPayloadPoints.Builder points -> replacedIds = ids(points.getPointsSelector());
      case Points.ClearPayloadPoints.Builder points -> replacedIds = ids(points.getPoints());
      case Points.UpdateBatchPoints.Builder batch -> note(batch);
      default -> {}
    }
  }

  private static List<PointId> ids(PointsSelector selector) throws RefusedException {
    List<PointId> out = new ArrayList<>();
    for (io.qdrant.client.grpc.Common.PointId id : selector.getPoints().getIdsList()) {
      out.add(GrpcScoping.id(id));
    }
    return out;
  }

  /** Rewrites a message whose inside is rewritten. */
  void leave(Message.Builder message) throws RefusedException {
    switch (message) {
      case Points.PointStruct.Builder point -> mark(point);
      case Points.UpsertPoints.Builder points -> upsert(points.getUpdateMode());
      case PointsUpdateOperation.PointStructList.Builder points -> upsert(points.getUpdateMode());
      case Points.UpdatePointVectors.Builder points -> touch(Action.UPDATE);
      case PointsUpdateOperation.UpdateVectors.Builder points -> touch(Action.UPDATE);
      case Points.DeletePoints.Builder points ->
          points.setPoints(kept(Action.DELETE, points.getPoints()));
      case PointsUpdateOperation.DeletePoints.Builder points ->
          points.setPoints(kept(Action.DELETE, points.getPoints()));
      case Points.DeletePointVectors.Builder points ->
          points.setPointsSelector(kept(Action.DELETE, points.getPointsSelector()));
      case PointsUpdateOperation.DeleteVectors.Builder points ->
          points.setPointsSelector(kept(Action.DELETE, points.getPointsSelector()));
      case Points.DeletePayloadPoints.Builder points ->
          points.setPointsSelector(kept(Action.DELETE, points.getPointsSelector()));
      case PointsUpdateOperation.DeletePayload.Builder points ->
          points.setPointsSelector(kept(Action.DELETE, points.getPointsSelector()));
      case Points.SetPayloadPoints.Builder points -> setPayload(points);
      case PointsUpdateOperation.SetPayload.Builder points -> {
        guard(points.getPayloadMap());
        points.setPointsSelector(kept(Action.UPDATE, points.getPointsSelector()));
      }
      case Points.ClearPayloadPoints.Builder points ->
          replace(Action.DELETE, Map.of(), points.getPoints());
      case Points.UpdateBatchPoints.Builder batch -> batch(batch);
      default -> {}
    }
  }

  private void touch(Action action) {
    scoping.touch(action, scoping.collection());
  }

  private void upsert(Points.UpdateMode mode) throws RefusedException {
    switch (mode) {
      case Upsert -> {
        touch(Action.INSERT);
        touch(Action.UPDATE);
      }
      case InsertOnly -> touch(Action.INSERT);
      case UpdateOnly -> touch(Action.UPDATE);
      case UNRECOGNIZED -> throw JsonFields.malformed("an unknown way to update");
    }
  }

  private void guard(Map<String, Value> payload) throws RefusedException {
    for (String key : payload.keySet()) {
      scoping.key(key);
    }
  }

  private void mark(Points.PointStruct.Builder point) throws RefusedException {
    guard(point.getPayloadMap());
    if (rows().isPresent()) {
      point.putAllPayload(GrpcPayloads.marks(rows().get(), structId));
    }
  }

  /**
   * INVARIANT (points are named within the tenant's): where a filter is mandatory, points are named
   * by it.
   */
  private PointsSelector kept(Action action, PointsSelector selector) throws RefusedException {
    touch(action);
    Condition wanted =
        switch (selector.getPointsSelectorOneOfCase()) {
          case POINTS -> GrpcScoping.hasId(selector.getPoints().getIdsList());
          case FILTER -> Condition.newBuilder().setFilter(selector.getFilter()).build();
          case POINTSSELECTORONEOF_NOT_SET ->
              throw JsonFields.malformed("it is not said which points are meant");
        };
    return rows().isEmpty()
        ? selector
        : PointsSelector.newBuilder()
            .setFilter(GrpcScoping.within(rows().get(), Optional.of(wanted)))
            .build();
  }

  private void setPayload(Points.SetPayloadPoints.Builder points) throws RefusedException {
    guard(points.getPayloadMap());
    boolean whole = scoping.operation() == QdrantOperation.OVERWRITE_PAYLOAD && !points.hasKey();
    if (whole) {
      replace(Action.UPDATE, points.getPayloadMap(), points.getPointsSelector());
    } else {
      points.setPointsSelector(kept(Action.UPDATE, points.getPointsSelector()));
    }
  }

  // --- Whole payloads ---

  /** What replaces a request for whole payloads; empty where it stays as it is. */
  Optional<List<PointsUpdateOperation>> replacements() {
    return replacements;
  }

  /** The same where a filter says of which points. */
  Optional<GrpcPayloads.ByFilter> byFilter() {
    return byFilter;
  }

  private void replace(Action action, Map<String, Value> payload, PointsSelector selector)
      throws RefusedException {
    PointsSelector kept = kept(action, selector);
    if (rows().isPresent() && selector.hasFilter()) {
      GrpcPayloads payloads = new GrpcPayloads(rows().get(), payload);
      byFilter = Optional.of(new GrpcPayloads.ByFilter(payloads, kept.getFilter()));
    } else if (rows().isPresent()) {
      replacements = Optional.of(replaced(payload, selector));
    }
  }

  private List<PointsUpdateOperation> replaced(Map<String, Value> payload, PointsSelector selector)
      throws RefusedException {
    if (replacedIds.size() > RestScoping.REPLACED_MAX) {
      throw RestScoping.tooManyReplaced();
    }
    GrpcPayloads payloads = new GrpcPayloads(rows().get(), payload);
    List<PointsUpdateOperation> out = new ArrayList<>();
    for (int i = 0; i < replacedIds.size(); i++) {
      out.add(payloads.replacement(selector.getPoints().getIds(i), replacedIds.get(i)));
    }
    return out;
  }

  private List<PointsUpdateOperation> inBatch(
      Map<String, Value> payload, PointsSelector selector, int at) throws RefusedException {
    if (selector.hasFilter()) {
      scoping.refuse(
          new RefusedException(
              Refusal.Kind.UNSUPPORTED,
              "in a batch on a shared collection whole payloads are replaced by points, not by a"
                  + " filter"));
      return List.of();
    }
    replacedIds = batchIds.get(at);
    return replaced(payload, selector);
  }

  /** Puts the items that one item became in its place. */
  private void batch(Points.UpdateBatchPoints.Builder batch) throws RefusedException {
    List<PointsUpdateOperation> out = new ArrayList<>();
    for (int i = 0; i < batch.getOperationsCount(); i++) {
      List<PointsUpdateOperation> items = became(batch.getOperations(i), i);
      scoping.became(items.size());
      out.addAll(items);
    }
    batch.clearOperations().addAllOperations(out);
  }

  private List<PointsUpdateOperation> became(PointsUpdateOperation item, int at)
      throws RefusedException {
    return switch (item.getOperationCase()) {
      case OVERWRITE_PAYLOAD -> {
        var overwrite = item.getOverwritePayload();
        guard(overwrite.getPayloadMap());
        PointsSelector kept = kept(Action.UPDATE, overwrite.getPointsSelector());
        if (rows().isEmpty() || overwrite.hasKey()) {
          yield List.of(
              item.toBuilder()
                  .setOverwritePayload(overwrite.toBuilder().setPointsSelector(kept))
                  .build());
        }
        yield inBatch(overwrite.getPayloadMap(), overwrite.getPointsSelector(), at);
      }
      case CLEAR_PAYLOAD -> cleared(item, item.getClearPayload().getPoints(), at);
      case CLEAR_PAYLOAD_DEPRECATED -> cleared(item, item.getClearPayloadDeprecated(), at);
      case DELETE_DEPRECATED ->
          List.of(
              item.toBuilder()
                  .setDeleteDeprecated(kept(Action.DELETE, item.getDeleteDeprecated()))
                  .build());
      case UPSERT, SET_PAYLOAD, DELETE_PAYLOAD, UPDATE_VECTORS, DELETE_VECTORS, DELETE_POINTS ->
          List.of(item);
      case OPERATION_NOT_SET -> throw JsonFields.malformed("an item of the batch does nothing");
    };
  }

  private List<PointsUpdateOperation> cleared(
      PointsUpdateOperation item, PointsSelector points, int at) throws RefusedException {
    kept(Action.DELETE, points);
    return rows().isEmpty() ? List.of(item) : inBatch(Map.of(), points, at);
  }

  /** Notes what the client calls the points of a batch's items, before they are rewritten. */
  private void note(Points.UpdateBatchPoints.Builder batch) throws RefusedException {
    List<List<PointId>> out = new ArrayList<>();
    for (PointsUpdateOperation item : batch.getOperationsList()) {
      out.add(
          switch (item.getOperationCase()) {
            case OVERWRITE_PAYLOAD -> ids(item.getOverwritePayload().getPointsSelector());
            case CLEAR_PAYLOAD -> ids(item.getClearPayload().getPoints());
            case CLEAR_PAYLOAD_DEPRECATED -> ids(item.getClearPayloadDeprecated());
            default -> List.of();
          });
    }
    batchIds = out;
  }
}
