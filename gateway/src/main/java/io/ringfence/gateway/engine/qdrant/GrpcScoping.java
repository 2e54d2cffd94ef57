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
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.RefusedException;
import java.util.List;
import java.util.Optional;

/** What Qdrant's messages mean: how each value is kept within its tenant. */
final class GrpcScoping {
  private final Scoping scoping;
  private final GrpcWrites writes;
  private boolean sparse;
  private boolean examples;
  private boolean named;

  GrpcScoping(Scoping scoping) {
    this.scoping = scoping;
    this.writes = new GrpcWrites(scoping);
  }

  private Optional<TenantRows> rows() {
    return scoping.rows();
  }

  /** What the request would write. */
  GrpcWrites writes() {
    return writes;
  }

  /** True when scores may depend on how often terms occur among all points. */
  boolean weighted() {
    boolean guarded = rows().filter(r -> r.has(QdrantGuard.ROW_WEIGHTS)).isPresent();
    return guarded && (sparse || (examples && named));
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
    writes.enter(message);
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
      default -> {}
    }
    writes.leave(message);
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
    Filter.Builder out = Filter.newBuilder();
    if (rows.has(QdrantGuard.ROW_FILTER)) {
      out.addMust(Condition.newBuilder().setField(own));
    }
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
}
