package io.ringfence.gateway.engine.qdrant;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import grpc.health.v1.HealthCheck;
import io.qdrant.client.grpc.Collections;
import io.qdrant.client.grpc.Points;
import io.qdrant.client.grpc.QdrantOuterClass;
import io.qdrant.client.grpc.SnapshotsService;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The messages of Qdrant's gRPC interface, and how each is read. */
final class GrpcMessages {
  /**
   * What each operation takes and answers.
   *
   * @param rpc its service and method on the server
   */
  record Shape(String service, String method, Message request, Message answer) {}

  /** How deep messages may nest. */
  static final int DEPTH_MAX = 64;

  private static final String POINTS = "qdrant.Points";
  private static final String COLLECTIONS = "qdrant.Collections";
  private static final String SNAPSHOTS = "qdrant.Snapshots";

  private static final Map<QdrantOperation, Shape> SHAPES = new EnumMap<>(QdrantOperation.class);

  static {
    Message written = Points.PointsOperationResponse.getDefaultInstance();
    points(QdrantOperation.UPSERT, "Upsert", Points.UpsertPoints.getDefaultInstance(), written);
    points(
        QdrantOperation.DELETE_POINTS, "Delete", Points.DeletePoints.getDefaultInstance(), written);
    points(
        QdrantOperation.UPDATE_VECTORS,
        "UpdateVectors",
        Points.UpdatePointVectors.getDefaultInstance(),
        written);
    points(
        QdrantOperation.DELETE_VECTORS,
        "DeleteVectors",
        Points.DeletePointVectors.getDefaultInstance(),
        written);
    points(
        QdrantOperation.SET_PAYLOAD,
        "SetPayload",
        Points.SetPayloadPoints.getDefaultInstance(),
        written);
    points(
        QdrantOperation.OVERWRITE_PAYLOAD,
        "OverwritePayload",
        Points.SetPayloadPoints.getDefaultInstance(),
        written);
    points(
        QdrantOperation.DELETE_PAYLOAD,
        "DeletePayload",
        Points.DeletePayloadPoints.getDefaultInstance(),
        written);
    points(
        QdrantOperation.CLEAR_PAYLOAD,
        "ClearPayload",
        Points.ClearPayloadPoints.getDefaultInstance(),
        written);
    points(
        QdrantOperation.CREATE_FIELD_INDEX,
        "CreateFieldIndex",
        Points.CreateFieldIndexCollection.getDefaultInstance(),
        written);
    points(
        QdrantOperation.DELETE_FIELD_INDEX,
        "DeleteFieldIndex",
        Points.DeleteFieldIndexCollection.getDefaultInstance(),
        written);
    points(
        QdrantOperation.CREATE_VECTOR_NAME,
        "CreateVectorName",
        Points.CreateVectorNameRequest.getDefaultInstance(),
        written);
    points(
        QdrantOperation.DELETE_VECTOR_NAME,
        "DeleteVectorName",
        Points.DeleteVectorNameRequest.getDefaultInstance(),
        written);
    points(
        QdrantOperation.UPDATE_BATCH,
        "UpdateBatch",
        Points.UpdateBatchPoints.getDefaultInstance(),
        Points.UpdateBatchResponse.getDefaultInstance());
    points(
        QdrantOperation.GET_POINTS,
        "Get",
        Points.GetPoints.getDefaultInstance(),
        Points.GetResponse.getDefaultInstance());
    points(
        QdrantOperation.SCROLL,
        "Scroll",
        Points.ScrollPoints.getDefaultInstance(),
        Points.ScrollResponse.getDefaultInstance());
    points(
        QdrantOperation.COUNT,
        "Count",
        Points.CountPoints.getDefaultInstance(),
        Points.CountResponse.getDefaultInstance());
    points(
        QdrantOperation.FACET,
        "Facet",
        Points.FacetCounts.getDefaultInstance(),
        Points.FacetResponse.getDefaultInstance());
    points(
        QdrantOperation.QUERY_POINTS,
        "Query",
        Points.QueryPoints.getDefaultInstance(),
        Points.QueryResponse.getDefaultInstance());
    points(
        QdrantOperation.QUERY_BATCH,
        "QueryBatch",
        Points.QueryBatchPoints.getDefaultInstance(),
        Points.QueryBatchResponse.getDefaultInstance());
    points(
        QdrantOperation.QUERY_GROUPS,
        "QueryGroups",
        Points.QueryPointGroups.getDefaultInstance(),
        Points.QueryGroupsResponse.getDefaultInstance());
    points(
        QdrantOperation.SEARCH,
        "Search",
        Points.SearchPoints.getDefaultInstance(),
        Points.SearchResponse.getDefaultInstance());
    points(
        QdrantOperation.SEARCH_BATCH,
        "SearchBatch",
        Points.SearchBatchPoints.getDefaultInstance(),
        Points.SearchBatchResponse.getDefaultInstance());
    points(
        QdrantOperation.SEARCH_GROUPS,
        "SearchGroups",
        Points.SearchPointGroups.getDefaultInstance(),
        Points.SearchGroupsResponse.getDefaultInstance());
    points(
        QdrantOperation.RECOMMEND,
        "Recommend",
        Points.RecommendPoints.getDefaultInstance(),
        Points.RecommendResponse.getDefaultInstance());
    points(
        QdrantOperation.RECOMMEND_BATCH,
        "RecommendBatch",
        Points.RecommendBatchPoints.getDefaultInstance(),
        Points.RecommendBatchResponse.getDefaultInstance());
    points(
        QdrantOperation.RECOMMEND_GROUPS,
        "RecommendGroups",
        Points.RecommendPointGroups.getDefaultInstance(),
        Points.RecommendGroupsResponse.getDefaultInstance());
    points(
        QdrantOperation.DISCOVER,
        "Discover",
        Points.DiscoverPoints.getDefaultInstance(),
        Points.DiscoverResponse.getDefaultInstance());
    points(
        QdrantOperation.DISCOVER_BATCH,
        "DiscoverBatch",
        Points.DiscoverBatchPoints.getDefaultInstance(),
        Points.DiscoverBatchResponse.getDefaultInstance());
    points(
        QdrantOperation.MATRIX_PAIRS,
        "SearchMatrixPairs",
        Points.SearchMatrixPoints.getDefaultInstance(),
        Points.SearchMatrixPairsResponse.getDefaultInstance());
    points(
        QdrantOperation.MATRIX_OFFSETS,
        "SearchMatrixOffsets",
        Points.SearchMatrixPoints.getDefaultInstance(),
        Points.SearchMatrixOffsetsResponse.getDefaultInstance());

    Message changed = Collections.CollectionOperationResponse.getDefaultInstance();
    collections(
        QdrantOperation.GET_COLLECTION,
        "Get",
        Collections.GetCollectionInfoRequest.getDefaultInstance(),
        Collections.GetCollectionInfoResponse.getDefaultInstance());
    collections(
        QdrantOperation.LIST_COLLECTIONS,
        "List",
        Collections.ListCollectionsRequest.getDefaultInstance(),
        Collections.ListCollectionsResponse.getDefaultInstance());
    collections(
        QdrantOperation.CREATE_COLLECTION,
        "Create",
        Collections.CreateCollection.getDefaultInstance(),
        changed);
    collections(
        QdrantOperation.UPDATE_COLLECTION,
        "Update",
        Collections.UpdateCollection.getDefaultInstance(),
        changed);
    collections(
        QdrantOperation.DELETE_COLLECTION,
        "Delete",
        Collections.DeleteCollection.getDefaultInstance(),
        changed);
    collections(
        QdrantOperation.UPDATE_ALIASES,
        "UpdateAliases",
        Collections.ChangeAliases.getDefaultInstance(),
        changed);
    collections(
        QdrantOperation.LIST_COLLECTION_ALIASES,
        "ListCollectionAliases",
        Collections.ListCollectionAliasesRequest.getDefaultInstance(),
        Collections.ListAliasesResponse.getDefaultInstance());
    collections(
        QdrantOperation.LIST_ALIASES,
        "ListAliases",
        Collections.ListAliasesRequest.getDefaultInstance(),
        Collections.ListAliasesResponse.getDefaultInstance());
    collections(
        QdrantOperation.COLLECTION_CLUSTER,
        "CollectionClusterInfo",
        Collections.CollectionClusterInfoRequest.getDefaultInstance(),
        Collections.CollectionClusterInfoResponse.getDefaultInstance());
    collections(
        QdrantOperation.COLLECTION_EXISTS,
        "CollectionExists",
        Collections.CollectionExistsRequest.getDefaultInstance(),
        Collections.CollectionExistsResponse.getDefaultInstance());
    collections(
        QdrantOperation.UPDATE_COLLECTION_CLUSTER,
        "UpdateCollectionClusterSetup",
        Collections.UpdateCollectionClusterSetupRequest.getDefaultInstance(),
        Collections.UpdateCollectionClusterSetupResponse.getDefaultInstance());
    collections(
        QdrantOperation.CREATE_SHARD_KEY,
        "CreateShardKey",
        Collections.CreateShardKeyRequest.getDefaultInstance(),
        Collections.CreateShardKeyResponse.getDefaultInstance());
    collections(
        QdrantOperation.DELETE_SHARD_KEY,
        "DeleteShardKey",
        Collections.DeleteShardKeyRequest.getDefaultInstance(),
        Collections.DeleteShardKeyResponse.getDefaultInstance());
    collections(
        QdrantOperation.LIST_SHARD_KEYS,
        "ListShardKeys",
        Collections.ListShardKeysRequest.getDefaultInstance(),
        Collections.ListShardKeysResponse.getDefaultInstance());

    Message made = SnapshotsService.CreateSnapshotResponse.getDefaultInstance();
    Message listed = SnapshotsService.ListSnapshotsResponse.getDefaultInstance();
    Message deleted = SnapshotsService.DeleteSnapshotResponse.getDefaultInstance();
    snapshots(
        QdrantOperation.CREATE_SNAPSHOT,
        "Create",
        SnapshotsService.CreateSnapshotRequest.getDefaultInstance(),
        made);
    snapshots(
        QdrantOperation.LIST_SNAPSHOTS,
        "List",
        SnapshotsService.ListSnapshotsRequest.getDefaultInstance(),
        listed);
    snapshots(
        QdrantOperation.DELETE_SNAPSHOT,
        "Delete",
        SnapshotsService.DeleteSnapshotRequest.getDefaultInstance(),
        deleted);
    snapshots(
        QdrantOperation.CREATE_FULL_SNAPSHOT,
        "CreateFull",
        SnapshotsService.CreateFullSnapshotRequest.getDefaultInstance(),
        made);
    snapshots(
        QdrantOperation.LIST_FULL_SNAPSHOTS,
        "ListFull",
        SnapshotsService.ListFullSnapshotsRequest.getDefaultInstance(),
        listed);
    snapshots(
        QdrantOperation.DELETE_FULL_SNAPSHOT,
        "DeleteFull",
        SnapshotsService.DeleteFullSnapshotRequest.getDefaultInstance(),
        deleted);
    put(
        QdrantOperation.VERSION,
        new Shape(
            "qdrant.Qdrant",
            "HealthCheck",
            QdrantOuterClass.HealthCheckRequest.getDefaultInstance(),
            QdrantOuterClass.HealthCheckReply.getDefaultInstance()));
    put(
        QdrantOperation.HEALTH_CHECK,
        new Shape(
            "grpc.health.v1.Health",
            "Check",
            HealthCheck.HealthCheckRequest.getDefaultInstance(),
            HealthCheck.HealthCheckResponse.getDefaultInstance()));
  }

  private GrpcMessages() {}

  private static void points(QdrantOperation of, String method, Message request, Message answer) {
    put(of, new Shape(POINTS, method, request, answer));
  }

  private static void collections(
      QdrantOperation of, String method, Message request, Message answer) {
    put(of, new Shape(COLLECTIONS, method, request, answer));
  }

  private static void snapshots(
      QdrantOperation of, String method, Message request, Message answer) {
    put(of, new Shape(SNAPSHOTS, method, request, answer));
  }

  private static void put(QdrantOperation of, Shape shape) {
    SHAPES.put(of, shape);
  }

  /** Empty for what is not let through over gRPC. */
  static Optional<Shape> of(QdrantOperation operation) {
    return Optional.ofNullable(SHAPES.get(operation));
  }

  /**
   * Reads a request.
   *
   * @throws RefusedException when it is none, nests too deeply, or has a tag that we do not know
   */
  static Message request(Message prototype, byte[] bytes, int depthMax) throws RefusedException {
    try {
      Message message = parsed(prototype, bytes, depthMax);
      refuseUnknown(message);
      return message;
    } catch (InvalidProtocolBufferException e) {
      throw JsonFields.malformed("the message is not what this operation takes");
    }
  }

  /**
   * Reads an answer of the database's. Tags that we do not know are left out of what is shown.
   *
   * @throws RefusedException when it is none
   */
  static Message answer(Message prototype, byte[] bytes) throws RefusedException {
    try {
      return parsed(prototype, bytes, DEPTH_MAX);
    } catch (InvalidProtocolBufferException e) {
      throw new RefusedException(
          Refusal.Kind.UNAVAILABLE, "the database's answer cannot be understood");
    }
  }

  private static Message parsed(Message prototype, byte[] bytes, int depthMax)
      throws InvalidProtocolBufferException {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    in.setRecursionLimit(depthMax);
    Message message = prototype.getParserForType().parseFrom(in);
    in.checkLastTagWas(0);
    return message;
  }

  private static void refuseUnknown(Message message) throws RefusedException {
    if (!message.getUnknownFields().asMap().isEmpty()) {
      throw unknown(message);
    }
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      if (field.getKey().isRepeated()) {
        for (Object item : (Iterable<?>) field.getValue()) {
          refuseUnknown(message, item);
        }
      } else {
        refuseUnknown(message, field.getValue());
      }
    }
  }

  private static void refuseUnknown(Message message, Object value) throws RefusedException {
    switch (value) {
      case Message inner -> refuseUnknown(inner);
      case EnumValueDescriptor word -> {
        if (word.getIndex() < 0) {
          throw unknown(message);
        }
      }
      default -> {}
    }
  }

  private static RefusedException unknown(Message message) {
    return JsonFields.malformed(
        "the gateway does not know a field or word of `"
            + message.getDescriptorForType().getName()
            + "`");
  }
}
