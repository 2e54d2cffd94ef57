package io.ringfence.gateway.engine.qdrant;

import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whole payloads of a tenant's points, which are replaced point by point, each with its own marks.
 *
 * @param payload what they shall hold; nothing where they are cleared
 */
record GrpcPayloads(TenantRows rows, Map<String, Value> payload) {
  /**
   * Payloads of the points that a filter means, which must be asked first.
   *
   * @param filter within the tenant's
   */
  record ByFilter(GrpcPayloads payloads, Filter filter) {}

  /**
   * A batch's item that replaces one point's payload.
   *
   * @param point by the server's id
   * @param id as the client names it
   */
  PointsUpdateOperation replacement(io.qdrant.client.grpc.Common.PointId point, PointId id) {
    Filter one = GrpcScoping.within(rows, Optional.of(GrpcScoping.hasId(List.of(point))));
    return PointsUpdateOperation.newBuilder()
        .setOverwritePayload(
            PointsUpdateOperation.OverwritePayload.newBuilder()
                .putAllPayload(payload)
                .putAllPayload(marks(rows, id))
                .setPointsSelector(PointsSelector.newBuilder().setFilter(one)))
        .build();
  }

  /** What tells whose a point is. */
  static Map<String, Value> marks(TenantRows rows, PointId id) {
    Map<String, Value> out = new LinkedHashMap<>();
    if (!rows.has(QdrantGuard.ROW_MARKS)) {
      return out;
    }
    out.put(rows.key(), text(rows.value()));
    TenantRows.idMark(id).ifPresent(m -> out.put(TenantRows.ID_KEY, text(m)));
    return out;
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }
}
