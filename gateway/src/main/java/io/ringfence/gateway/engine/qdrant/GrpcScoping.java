package io.ringfence.gateway.engine.qdrant;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.HasIdCondition;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.model.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Qdrant's messages mean: how each value is kept within its tenant. */
final class GrpcScoping {
  private final Scoping scoping;
  private boolean sparse;
  private boolean examples;
  private boolean named;

  /** The point whose payload is read, as the client named it. */
  private PointId structId = new PointId.Number(0);

  /** The points of a replacement, as the client named them. */
  private List<PointId> replacedIds = List.of();

  /** The points of each item of a batch, as the client named them. */
  private List<List<PointId>> batchIds = List.of();

  private Optional<List<PointsUpdateOperation>> replacements = Optional.empty();
  private Optional<GrpcPayloads.ByFilter> byFilter = Optional.empty();

  GrpcScoping(Scoping scoping) {
    this.scoping = scoping;
  }

  private Optional<TenantRows> rows() {
    return scoping.rows();
  }

  /** True when scores may depend on how often terms occur among all points. */
  boolean weighted() {
    return sparse || (examples && named);
  }

  // --- The walk ---

  /** Rewrites a message, and first all that is inside. */
  void rewrite(Message.Builder message) throws RefusedException {
    Optional<String> outer = scoping.lookup();
    enter(message);
    for (FieldDescriptor field : List.copyOf(message.getAllFields().keySet())) {
      rewrite(message, field);
    }
    leave(message);
    scoping.lookup(outer);
  }

  private void rewrite(Message.Builder message, FieldDescriptor field) throws RefusedException {
    Optional<GrpcMeaning> meaning = GrpcMeaning.of(field);
    if (field.isMapField()) {
      inspect(message, field);
    } else if (field.getJavaType() == FieldDescriptor.JavaType.STRING) {
      texts(message, field, meaning.orElseThrow(() -> unknown(field)));
    } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      messages(message, field, meaning);
    } else {
      scalars(message, field);
    }
  }

  private static RefusedException unknown(FieldDescriptor field) {
    return JsonFields.malformed("the gateway does not know the field `" + field.getName() + "`");
  }

  private void messages(
      Message.Builder message, FieldDescriptor field, Optional<GrpcMeaning> meaning)
      throws RefusedException {
    if (field.isRepeated()) {
      for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
        inner(message.getRepeatedFieldBuilder(field, i), field, meaning);
      }
    } else {
      inner(message.getFieldBuilder(field), field, meaning);
    }
  }

  private void inner(Message.Builder inner, FieldDescriptor field, Optional<GrpcMeaning> meaning)
      throws RefusedException {
    switch (inner) {
      case io.qdrant.client.grpc.Common.PointId.Builder id ->
          point(id, meaning.orElseThrow(() -> unknown(field)));
      case Points.ShardKeySelector.Builder keys -> scoping.shardKey();
      case Filter.Builder filter -> {
        if (meaning.isEmpty()) {
          throw unknown(field);
        }
        rewrite(filter);
      }
      // Payloads are guarded by their keys; numbers hold nothing.
      case Value.Builder value -> {}
      case Points.DenseVector.Builder dense -> {}
      case Points.MultiDenseVector.Builder multi -> {}
      default -> rewrite(inner);
    }
  }

  /** What lies in a map is not rewritten, but what may not be is found. */
  private void inspect(Message.Builder message, FieldDescriptor field) throws RefusedException {
    if (message instanceof Points.NamedVectors.Builder vectors) {
      for (Points.Vector vector : vectors.getVectorsMap().values()) {
        rewrite(vector.toBuilder());
      }
    }
  }

  // --- Values ---

  private void texts(Message.Builder message, FieldDescriptor field, GrpcMeaning meaning)
      throws RefusedException {
    if (!field.isRepeated()) {
      message.setField(field, text((String) message.getField(field), meaning));
      return;
    }
    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
      String text = text((String) message.getRepeatedField(field, i), meaning);
      message.setRepeatedField(field, i, text);
    }
  }

  private String text(String text, GrpcMeaning meaning) throws RefusedException {
    return switch (meaning) {
      case COLLECTION -> collection(text);
      case LOOKUP -> scoping.lookupFrom(text);
      case WITH_LOOKUP -> scoping.withLookup(text);
      case ALIAS -> scoping.aliased(text);
      case SNAPSHOT -> Snapshots.toServer(text, scoping);
      case PATH_READ -> {
        scoping.read(text);
        yield text;
      }
      case VARIABLE -> {
        if (!text.matches("\\$score(?:\\[[0-9]{1,9}\\])?")) {
          scoping.read(text);
        }
        yield text;
      }
      case PATH_WRITTEN -> {
        scoping.written(text);
        yield text;
      }
      case USING -> {
        named |= !text.isEmpty();
        yield text;
      }
      case PLAIN -> text;
      case POINT,
          EXAMPLE,
          OFFSET,
          WITHIN,
          UPDATE_FILTER,
          INNER_FILTER,
          OPERATORS_FILTER,
          SHARD_KEYS,
          LOOKUP_FROM ->
          throw new IllegalStateException(meaning + " is no text");
    };
  }

  /** Inside a batch every item names its collection, and may name no other. */
  private String collection(String text) throws RefusedException {
    if (!text.equals(scoping.clientNames().get(scoping.collection()))) {
      throw JsonFields.malformed("an item of a batch names another collection than the batch");
    }
    return scoping.collection();
  }

  private void scalars(Message.Builder message, FieldDescriptor field) {
    switch (field.getName()) {
      case "limit", "group_size", "sample", "offset", "candidates_limit" -> {
        long limit =
            switch (message.getField(field)) {
              case Long number -> number < 0 ? Long.MAX_VALUE : number;
              case Integer number -> Integer.toUnsignedLong(number);
              default -> Long.MAX_VALUE;
            };
        scoping.limit(limit);
      }
      default -> {}
    }
  }

  // --- Points ---

  private void point(io.qdrant.client.grpc.Common.PointId.Builder id, GrpcMeaning meaning)
      throws RefusedException {
    PointId client = id(id.build());
    PointId server =
        switch (meaning) {
          case EXAMPLE -> {
            examples = true;
            yield scoping.example(client);
          }
          case OFFSET -> rows().isPresent() ? rows().get().toServer(client) : client;
          default -> scoping.point(client);
        };
    id.mergeFrom(message(server));
  }

  static PointId id(io.qdrant.client.grpc.Common.PointId id) throws RefusedException {
    return switch (id.getPointIdOptionsCase()) {
      case NUM -> new PointId.Number(id.getNum());
      case UUID -> PointId.ofText(id.getUuid());
      case POINTIDOPTIONS_NOT_SET -> throw JsonFields.malformed("a point has no id");
    };
  }

  static io.qdrant.client.grpc.Common.PointId message(PointId id) {
    var out = io.qdrant.client.grpc.Common.PointId.newBuilder();
    return switch (id) {
      case PointId.Number number -> out.setNum(number.value()).build();
      case PointId.Uuid uuid -> out.setUuid(uuid.toString()).build();
    };
  }

  // --- Before what is inside ---

  private void enter(Message.Builder message) throws RefusedException {
    FieldDescriptor from = message.getDescriptorForType().findFieldByName("lookup_from");
    if (from != null) {
      scoping.noLookup();
      if (message.hasField(from)) {
        scoping.lookup(
            Optional.of(
                scoping.serverName(
                    ((Points.LookupLocation) message.getField(from)).getCollectionName())));
      }
    }
    switch (message) {
      case Points.PointStruct.Builder point -> structId = id(point.getId());
      case Points.SetPayloadPoints.Builder points -> replacedIds = ids(points.getPointsSelector());
      case Points.ClearPayloadPoints.Builder points -> replacedIds = ids(points.getPoints());
      case Points.UpdateBatchPoints.Builder batch -> note(batch);
      default -> {}
    }
  }

  private static List<PointId> ids(PointsSelector selector) throws RefusedException {
    List<PointId> out = new ArrayList<>();
    for (io.qdrant.client.grpc.Common.PointId id : selector.getPoints().getIdsList()) {
      out.add(id(id));
    }
    return out;
  }

  // --- After it ---

  private void leave(Message.Builder message) throws RefusedException {
    switch (message) {
      case Points.Document.Builder document -> scoping.inference();
      case Points.Image.Builder image -> scoping.inference();
      case Points.InferenceObject.Builder object -> scoping.inference();
      case Points.SparseVector.Builder vector -> sparse = true;
      case Points.SparseIndices.Builder indices -> sparse = true;
      case WithPayloadSelector.Builder selector -> refuseUnset(selector);
      case Points.CountPoints.Builder query -> {
        if (rows().isPresent()) {
          query.setExact(true);
        }
      }
      case Points.FacetCounts.Builder query -> {
        if (rows().isPresent()) {
          query.setExact(true);
        }
      }
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
    payloads(message);
    within(message);
  }

  private static void refuseUnset(WithPayloadSelector.Builder selector) throws RefusedException {
    if (selector.getSelectorOptionsCase()
        == WithPayloadSelector.SelectorOptionsCase.SELECTOROPTIONS_NOT_SET) {
      throw JsonFields.malformed("a selector of payloads selects nothing");
    }
  }

  // --- Filters ---

  private void within(Message.Builder message) {
    if (rows().isEmpty()) {
      return;
    }
    FieldDescriptor filter = message.getDescriptorForType().findFieldByName("filter");
    FieldDescriptor update = message.getDescriptorForType().findFieldByName("update_filter");
    if (filter != null && GrpcMeaning.of(filter).equals(Optional.of(GrpcMeaning.WITHIN))) {
      message.setField(filter, within(rows().get(), wanted(message, filter)));
    }
    if (update != null && message.hasField(update)) {
      message.setField(update, within(rows().get(), wanted(message, update)));
    }
  }

  private static Optional<Condition> wanted(Message.Builder message, FieldDescriptor field) {
    if (!message.hasField(field)) {
      return Optional.empty();
    }
    Filter filter = (Filter) message.getField(field);
    return filter.equals(Filter.getDefaultInstance())
        ? Optional.empty()
        : Optional.of(Condition.newBuilder().setFilter(filter).build());
  }

  /** The points whose key is exactly the tenant's, and what else is asked of them. */
  static Filter within(TenantRows rows, Optional<Condition> wanted) {
    FieldCondition own =
        FieldCondition.newBuilder()
            .setKey(rows.key())
            .setMatch(Match.newBuilder().setKeyword(rows.value()))
            .build();
    Filter.Builder out = Filter.newBuilder().addMust(Condition.newBuilder().setField(own));
    wanted.ifPresent(out::addMust);
    return out.build();
  }

  static Condition hasId(Iterable<io.qdrant.client.grpc.Common.PointId> ids) {
    return Condition.newBuilder().setHasId(HasIdCondition.newBuilder().addAllHasId(ids)).build();
  }

  // --- Reading ---

  /** Notes what a query wants of payloads, and has the guarded keys come along. */
  private void payloads(Message.Builder message) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName("with_payload");
    if (field == null || message instanceof Points.WithLookup.Builder) {
      return;
    }
    boolean unlessSaid =
        message instanceof Points.ScrollPoints.Builder
            || message instanceof Points.GetPoints.Builder;
    if (!unlessSaid) {
      scoping.countItem();
    }
    WithPayloadSelector said =
        message.hasField(field)
            ? (WithPayloadSelector) message.getField(field)
            : enabled(unlessSaid);
    scoping.select(!said.hasEnable() || said.getEnable());
    if (rows().isPresent()) {
      message.setField(field, selected(said));
    }
  }

  private static WithPayloadSelector enabled(boolean all) {
    return WithPayloadSelector.newBuilder().setEnable(all).build();
  }

  static WithPayloadSelector guardedKeys(TenantRows rows) {
    return including(rows, List.of());
  }

  private static WithPayloadSelector including(TenantRows rows, List<String> more) {
    return WithPayloadSelector.newBuilder()
        .setInclude(
            Points.PayloadIncludeSelector.newBuilder()
                .addFields(rows.key())
                .addFields(TenantRows.ID_KEY)
                .addAllFields(more))
        .build();
  }

  private WithPayloadSelector selected(WithPayloadSelector selector) {
    return switch (selector.getSelectorOptionsCase()) {
      case ENABLE -> selector.getEnable() ? selector : guardedKeys(rows().get());
      case INCLUDE -> including(rows().get(), selector.getInclude().getFieldsList());
      case EXCLUDE -> excluding(selector.getExclude().getFieldsList());
      case SELECTOROPTIONS_NOT_SET -> guardedKeys(rows().get());
    };
  }

  private WithPayloadSelector excluding(List<String> paths) {
    List<String> rest = paths.stream().filter(p -> !guardsPath(p)).toList();
    return rest.isEmpty()
        ? enabled(true)
        : WithPayloadSelector.newBuilder()
            .setExclude(Points.PayloadExcludeSelector.newBuilder().addAllFields(rest))
            .build();
  }

  private boolean guardsPath(String path) {
    try {
      return rows().get().guards(PayloadPath.parse(path).firstKey());
    } catch (RefusedException e) {
      // It was read before, and refused there.
      scoping.refuse(e);
      return true;
    }
  }

  // --- Writing ---

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
          case POINTS -> hasId(selector.getPoints().getIdsList());
          case FILTER -> Condition.newBuilder().setFilter(selector.getFilter()).build();
          case POINTSSELECTORONEOF_NOT_SET ->
              throw JsonFields.malformed("it is not said which points are meant");
        };
    return rows().isEmpty()
        ? selector
        : PointsSelector.newBuilder().setFilter(within(rows().get(), Optional.of(wanted))).build();
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
