package io.ringfence.gateway.engine.qdrant;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a field of Qdrant's messages means to the gateway. Every text, point, filter and shard key
 * of every request has a meaning; a test holds the table against the descriptors.
 */
enum GrpcMeaning {
  /** The collection that the request is about; inside a batch it must be the same. */
  COLLECTION(),
  LOOKUP("LookupLocation.collection_name"),
  WITH_LOOKUP("WithLookup.collection"),
  ALIAS(
      "CreateAlias.collection_name",
      "CreateAlias.alias_name",
      "RenameAlias.old_alias_name",
      "RenameAlias.new_alias_name",
      "DeleteAlias.alias_name"),
  SNAPSHOT("DeleteSnapshotRequest.snapshot_name", "DeleteFullSnapshotRequest.snapshot_name"),
  POINT(
      "PointStruct.id",
      "PointVectors.id",
      "PointsIdsList.ids",
      "GetPoints.ids",
      "HasIdCondition.has_id"),
  EXAMPLE(
      "VectorInput.id",
      "VectorExample.id",
      "RecommendPoints.positive",
      "RecommendPoints.negative",
      "RecommendPointGroups.positive",
      "RecommendPointGroups.negative"),
  OFFSET("ScrollPoints.offset"),
  /** The mandatory filter's place. */
  WITHIN(
      "SearchPoints.filter",
      "SearchPointGroups.filter",
      "ScrollPoints.filter",
      "RecommendPoints.filter",
      "RecommendPointGroups.filter",
      "DiscoverPoints.filter",
      "CountPoints.filter",
      "QueryPoints.filter",
      "PrefetchQuery.filter",
      "QueryPointGroups.filter",
      "FacetCounts.filter",
      "SearchMatrixPoints.filter"),
  UPDATE_FILTER(
      "UpsertPoints.update_filter",
      "UpdatePointVectors.update_filter",
      "PointsUpdateOperation.PointStructList.update_filter",
      "PointsUpdateOperation.UpdateVectors.update_filter"),
  /** A filter inside another, or one that {@link GrpcWrites} puts into its selector. */
  INNER_FILTER("Condition.filter", "NestedCondition.filter", "PointsSelector.filter"),
  /** A filter of an operator's. */
  OPERATORS_FILTER("ReplicatePoints.filter"),
  PATH_READ(
      "FieldCondition.key",
      "IsEmptyCondition.key",
      "IsNullCondition.key",
      "NestedCondition.key",
      "OrderBy.key",
      "FacetCounts.key",
      "SearchPointGroups.group_by",
      "RecommendPointGroups.group_by",
      "QueryPointGroups.group_by",
      "Expression.datetime_key",
      "GeoDistance.to",
      "PayloadIncludeSelector.fields",
      "PayloadExcludeSelector.fields"),
  VARIABLE("Expression.variable"),
  PATH_WRITTEN(
      "SetPayloadPoints.key",
      "DeletePayloadPoints.keys",
      "PointsUpdateOperation.SetPayload.key",
      "PointsUpdateOperation.OverwritePayload.key",
      "PointsUpdateOperation.DeletePayload.keys"),
  /** The name of a vector that a query uses. */
  USING(
      "SearchPoints.vector_name",
      "SearchPointGroups.vector_name",
      "RecommendPoints.using",
      "RecommendPointGroups.using",
      "DiscoverPoints.using",
      "QueryPoints.using",
      "PrefetchQuery.using",
      "QueryPointGroups.using",
      "SearchMatrixPoints.using"),
  SHARD_KEYS(),
  LOOKUP_FROM(),
  /** What concerns nobody else. */
  PLAIN(
      "PointId.uuid",
      "Value.string_value",
      "Document.text",
      "Document.model",
      "Image.model",
      "InferenceObject.model",
      "ShardKey.keyword",
      "Match.keyword",
      "Match.text",
      "Match.phrase",
      "Match.text_any",
      "RepeatedStrings.strings",
      "HasVectorCondition.has_vector",
      "VectorsSelector.names",
      "CreateFieldIndexCollection.field_name",
      "DeleteFieldIndexCollection.field_name",
      "CreateVectorNameRequest.vector_name",
      "DeleteVectorNameRequest.vector_name",
      "StopwordsSet.languages",
      "StopwordsSet.custom",
      "SnowballParams.language",
      "StartFrom.datetime",
      "LookupLocation.vector_name",
      "Expression.datetime",
      "HealthCheckRequest.service");

  private static final Map<String, GrpcMeaning> BY_FIELD = new HashMap<>();

  static {
    for (GrpcMeaning meaning : values()) {
      meaning.fields.forEach(f -> BY_FIELD.put(f, meaning));
    }
  }

  private final List<String> fields;

  GrpcMeaning(String... fields) {
    this.fields = List.of(fields);
  }

  /** The meaning of a field; empty where there is none in the table. */
  static Optional<GrpcMeaning> of(FieldDescriptor field) {
    GrpcMeaning named = BY_FIELD.get(name(field));
    if (named != null) {
      return Optional.of(named);
    }
    return switch (field.getName()) {
      case "collection_name" -> Optional.of(COLLECTION);
      case "shard_key_selector" -> Optional.of(SHARD_KEYS);
      case "lookup_from" -> Optional.of(LOOKUP_FROM);
      default -> Optional.empty();
    };
  }

  private static String name(FieldDescriptor field) {
    String file = field.getFile().getPackage() + ".";
    return field.getContainingType().getFullName().substring(file.length()) + "." + field.getName();
  }
}
