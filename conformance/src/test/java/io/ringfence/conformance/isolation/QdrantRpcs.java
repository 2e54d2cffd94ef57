package io.ringfence.conformance.isolation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import io.qdrant.client.grpc.Collections;
import io.qdrant.client.grpc.Points;
import io.qdrant.client.grpc.SnapshotsService;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests to Qdrant's REST interface as what its gRPC interface has for the same. */
final class QdrantRpcs {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private QdrantRpcs() {}

  /**
   * A call.
   *
   * @param answer an empty one
   */
  record Rpc(String service, String method, Message request, Message answer) {}

  /** The interface has nothing for it. */
  private static final class NoSuchRpcException extends Exception {
    NoSuchRpcException(String what) {
      super(what);
    }
  }

  /** A request of its kind over gRPC; empty where there is none. */
  static Optional<Rpc> of(String method, List<String> path, byte[] body) {
    try {
      JsonNode read = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
      return Optional.of(call(method, path, read));
    } catch (NoSuchRpcException | IOException e) {
      return Optional.empty();
    }
  }

  private static Rpc call(String method, List<String> path, JsonNode body)
      throws NoSuchRpcException {
    String rest =
        method + " " + String.join("/", path.subList(Math.min(2, path.size()), path.size()));
    if (path.equals(List.of("collections", "aliases"))) {
      return collections(
          "UpdateAliases",
          Collections.ChangeAliases.getDefaultInstance(),
          Collections.CollectionOperationResponse.getDefaultInstance(),
          object("actions", body.path("actions")));
    }
    if (path.size() == 1) {
      return switch (method + " " + path.getFirst()) {
        case "GET collections" ->
            collections(
                "List",
                Collections.ListCollectionsRequest.getDefaultInstance(),
                Collections.ListCollectionsResponse.getDefaultInstance(),
                object());
        case "GET aliases" ->
            collections(
                "ListAliases",
                Collections.ListAliasesRequest.getDefaultInstance(),
                Collections.ListAliasesResponse.getDefaultInstance(),
                object());
        case "GET snapshots" ->
            new Rpc(
                "qdrant.Snapshots",
                "ListFull",
                SnapshotsService.ListFullSnapshotsRequest.getDefaultInstance(),
                SnapshotsService.ListSnapshotsResponse.getDefaultInstance());
        case "POST snapshots" ->
            new Rpc(
                "qdrant.Snapshots",
                "CreateFull",
                SnapshotsService.CreateFullSnapshotRequest.getDefaultInstance(),
                SnapshotsService.CreateSnapshotResponse.getDefaultInstance());
        default -> throw new NoSuchRpcException(rest);
      };
    }
    if (!path.getFirst().equals("collections")) {
      throw new NoSuchRpcException(rest);
    }
    return inCollection(rest, path.get(1), body);
  }

  private static Rpc inCollection(String rest, String collection, JsonNode body)
      throws NoSuchRpcException {
    ObjectNode of = object("collection_name", NODES.textNode(collection));
    return switch (rest) {
      case "GET " ->
          collections(
              "Get",
              Collections.GetCollectionInfoRequest.getDefaultInstance(),
              Collections.GetCollectionInfoResponse.getDefaultInstance(),
              of);
      case "GET exists" ->
          collections(
              "CollectionExists",
              Collections.CollectionExistsRequest.getDefaultInstance(),
              Collections.CollectionExistsResponse.getDefaultInstance(),
              of);
      case "PUT " -> create(of);
      case "DELETE " ->
          collections(
              "Delete",
              Collections.DeleteCollection.getDefaultInstance(),
              Collections.CollectionOperationResponse.getDefaultInstance(),
              of);
      case "PUT index" ->
          written(
              "CreateFieldIndex",
              Points.CreateFieldIndexCollection.getDefaultInstance(),
              of.set("field_name", body.path("field_name")));
      case "PUT points",
          "POST points/delete",
          "POST points/payload",
          "PUT points/payload",
          "POST points/payload/delete",
          "POST points/payload/clear",
          "PUT points/vectors",
          "POST points/vectors/delete",
          "POST points/batch" ->
          writing(rest, of, body);
      default -> reading(rest, of, body);
    };
  }

  private static Rpc create(ObjectNode of) throws NoSuchRpcException {
    ObjectNode params = object("size", NODES.numberNode(4)).put("distance", "Dot");
    of.set("vectors_config", object("params", params));
    ObjectNode sparse = object("s", object().put("modifier", "Idf"));
    of.set("sparse_vectors_config", object("map", sparse));
    return collections(
        "Create",
        Collections.CreateCollection.getDefaultInstance(),
        Collections.CollectionOperationResponse.getDefaultInstance(),
        of);
  }

  private static Rpc writing(String rest, ObjectNode of, JsonNode body) throws NoSuchRpcException {
    if (rest.equals("POST points/batch")) {
      of.set("operations", each(body.path("operations"), QdrantRpcs::item));
      return points(
          "UpdateBatch",
          Points.UpdateBatchPoints.getDefaultInstance(),
          Points.UpdateBatchResponse.getDefaultInstance(),
          of);
    }
    return switch (rest) {
      case "PUT points" ->
          written(
              "Upsert",
              Points.UpsertPoints.getDefaultInstance(),
              of.set("points", each(listed(body), QdrantRpcs::point)));
      case "POST points/delete" ->
          written(
              "Delete", Points.DeletePoints.getDefaultInstance(), of.set("points", chosen(body)));
      case "POST points/payload" ->
          written(
              "SetPayload", Points.SetPayloadPoints.getDefaultInstance(), of.setAll(payload(body)));
      case "PUT points/payload" ->
          written(
              "OverwritePayload",
              Points.SetPayloadPoints.getDefaultInstance(),
              of.setAll(payload(body)));
      case "POST points/payload/delete" ->
          written(
              "DeletePayload",
              Points.DeletePayloadPoints.getDefaultInstance(),
              of.setAll(keys(body)));
      case "POST points/payload/clear" ->
          written(
              "ClearPayload",
              Points.ClearPayloadPoints.getDefaultInstance(),
              of.set("points", chosen(body)));
      case "PUT points/vectors" ->
          written(
              "UpdateVectors",
              Points.UpdatePointVectors.getDefaultInstance(),
              of.set("points", each(body.path("points"), QdrantRpcs::point)));
      case "POST points/vectors/delete" ->
          written(
              "DeleteVectors",
              Points.DeletePointVectors.getDefaultInstance(),
              of.setAll(vectorNames(body)));
      default -> throw new NoSuchRpcException(rest);
    };
  }

  private static Rpc reading(String rest, ObjectNode of, JsonNode body) throws NoSuchRpcException {
    return switch (rest) {
      case "POST points/query" ->
          points(
              "Query",
              Points.QueryPoints.getDefaultInstance(),
              Points.QueryResponse.getDefaultInstance(),
              of.setAll(asked(body)));
      case "POST points/query/batch" -> {
        String name = of.path("collection_name").asText();
        of.set(
            "query_points",
            each(body.path("searches"), s -> asked(s).put("collection_name", name)));
        yield points(
            "QueryBatch",
            Points.QueryBatchPoints.getDefaultInstance(),
            Points.QueryBatchResponse.getDefaultInstance(),
            of);
      }
      case "POST points/query/groups" ->
          points(
              "QueryGroups",
              Points.QueryPointGroups.getDefaultInstance(),
              Points.QueryGroupsResponse.getDefaultInstance(),
              of.setAll(asked(body)));
      case "POST points/search" ->
          points(
              "Search",
              Points.SearchPoints.getDefaultInstance(),
              Points.SearchResponse.getDefaultInstance(),
              of.setAll(asked(body)));
      case "POST points/recommend" ->
          points(
              "Recommend",
              Points.RecommendPoints.getDefaultInstance(),
              Points.RecommendResponse.getDefaultInstance(),
              of.setAll(asked(body)));
      case "POST points/scroll" ->
          points(
              "Scroll",
              Points.ScrollPoints.getDefaultInstance(),
              Points.ScrollResponse.getDefaultInstance(),
              of.setAll(asked(body)));
      case "POST points/count" ->
          points(
              "Count",
              Points.CountPoints.getDefaultInstance(),
              Points.CountResponse.getDefaultInstance(),
              of.setAll(asked(body)));
      case "POST points" ->
          points(
              "Get",
              Points.GetPoints.getDefaultInstance(),
              Points.GetResponse.getDefaultInstance(),
              of.setAll(asked(body)));
      case "POST facet" ->
          points(
              "Facet",
              Points.FacetCounts.getDefaultInstance(),
              Points.FacetResponse.getDefaultInstance(),
              of.setAll(asked(body)));
      default -> throw new NoSuchRpcException(rest);
    };
  }

  // --- Calls ---

  private static Rpc written(String method, Message request, JsonNode body)
      throws NoSuchRpcException {
    return points(method, request, Points.PointsOperationResponse.getDefaultInstance(), body);
  }

  private static Rpc points(String method, Message request, Message answer, JsonNode body)
      throws NoSuchRpcException {
    return new Rpc("qdrant.Points", method, message(request, body), answer);
  }

  private static Rpc collections(String method, Message request, Message answer, JsonNode body)
      throws NoSuchRpcException {
    return new Rpc("qdrant.Collections", method, message(request, body), answer);
  }

  // --- Bodies, with the names of the messages' fields ---

  /** What becomes of one item of a list. */
  @FunctionalInterface
  private interface Turn {
    JsonNode of(JsonNode item) throws NoSuchRpcException;
  }

  private static ArrayNode each(JsonNode list, Turn turn) throws NoSuchRpcException {
    ArrayNode out = JSON.createArrayNode();
    for (JsonNode item : list) {
      out.add(turn.of(item));
    }
    return out;
  }

  private static ObjectNode object() {
    return JSON.createObjectNode();
  }

  private static ObjectNode object(String field, JsonNode value) {
    return object().set(field, value);
  }

  /** Fields of a query, a scroll, or what else asks for points. */
  private static ObjectNode asked(JsonNode body) throws NoSuchRpcException {
    ObjectNode out = object();
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "filter" -> out.set("filter", filter(value));
        case "query" -> out.set("query", query(value));
        case "prefetch" -> out.set("prefetch", each(value, QdrantRpcs::asked));
        case "vector" -> out.set("vector", value);
        case "ids", "positive" -> out.set(field.getKey(), each(value, QdrantRpcs::id));
        case "offset" -> out.set("offset", id(value));
        case "with_payload" -> out.set("with_payload", shown(value));
        case "with_vector" -> out.set("with_vectors", object("enable", value));
        case "lookup_from" ->
            out.set("lookup_from", object("collection_name", value.path("collection")));
        case "with_lookup" -> out.set("with_lookup", object("collection", value));
        case "shard_key" ->
            out.set(
                "shard_key_selector",
                object("shard_keys", JSON.createArrayNode().add(object("keyword", value))));
        default -> out.set(field.getKey(), value);
      }
    }
    return out;
  }

  private static ObjectNode shown(JsonNode payload) {
    return payload.isBoolean()
        ? object("enable", payload)
        : payload.isArray()
            ? object("include", object("fields", payload))
            : object("exclude", object("fields", payload.path("exclude")));
  }

  private static ObjectNode query(JsonNode query) throws NoSuchRpcException {
    if (query.has("fusion")) {
      return object("fusion", NODES.textNode("RRF"));
    }
    if (query.has("recommend")) {
      ObjectNode out = object();
      for (Map.Entry<String, JsonNode> field : query.path("recommend").properties()) {
        out.set(field.getKey(), each(field.getValue(), QdrantRpcs::input));
      }
      return object("recommend", out);
    }
    if (query.has("discover")) {
      ArrayNode pairs =
          each(
              query.path("discover").path("context"),
              p -> {
                ObjectNode pair = object("positive", input(p.path("positive")));
                return pair.set("negative", input(p.path("negative")));
              });
      ObjectNode out = object("target", input(query.path("discover").path("target")));
      out.set("context", object("pairs", pairs));
      return object("discover", out);
    }
    return object("nearest", input(query));
  }

  private static ObjectNode input(JsonNode vector) {
    return vector.isValueNode()
        ? object("id", id(vector))
        : vector.has("text") ? object("document", vector) : vector(vector);
  }

  private static ObjectNode vector(JsonNode vector) {
    return vector.isArray() ? object("dense", object("data", vector)) : object("sparse", vector);
  }

  private static ObjectNode id(JsonNode id) {
    return object(id.isTextual() ? "uuid" : "num", id);
  }

  private static ObjectNode filter(JsonNode filter) throws NoSuchRpcException {
    ObjectNode out = object();
    for (Map.Entry<String, JsonNode> clause : filter.properties()) {
      out.set(clause.getKey(), each(clause.getValue(), QdrantRpcs::condition));
    }
    return out;
  }

  private static ObjectNode condition(JsonNode condition) throws NoSuchRpcException {
    if (condition.has("match")) {
      ObjectNode field = object("key", condition.path("key"));
      return object("field", field.set("match", match(condition.path("match"))));
    }
    if (condition.has("range")) {
      return object("field", condition);
    }
    if (condition.has("has_id")) {
      return object("has_id", object("has_id", each(condition.path("has_id"), QdrantRpcs::id)));
    }
    return condition.has("is_empty") ? (ObjectNode) condition : object("filter", filter(condition));
  }

  private static ObjectNode match(JsonNode match) {
    JsonNode value = match.path("value");
    return match.has("any")
        ? object("keywords", object("strings", match.path("any")))
        : object(value.isTextual() ? "keyword" : "integer", value);
  }

  /** Points and a filter at once cannot be said. */
  private static ObjectNode chosen(JsonNode body) throws NoSuchRpcException {
    if (body.has("points") && body.has("filter")) {
      throw new NoSuchRpcException("points and a filter");
    }
    return body.has("points")
        ? object("points", object("ids", each(body.path("points"), QdrantRpcs::id)))
        : object("filter", filter(body.path("filter")));
  }

  private static ObjectNode payload(JsonNode body) throws NoSuchRpcException {
    ObjectNode out = object("payload", values(body.path("payload")));
    if (body.has("key")) {
      out.set("key", body.path("key"));
    }
    return out.set("points_selector", chosen(body));
  }

  private static ObjectNode keys(JsonNode body) throws NoSuchRpcException {
    return object("keys", body.path("keys")).set("points_selector", chosen(body));
  }

  private static ObjectNode vectorNames(JsonNode body) throws NoSuchRpcException {
    ObjectNode out = object("vectors", object("names", body.path("vector")));
    return out.set("points_selector", chosen(body));
  }

  private static ObjectNode item(JsonNode item) throws NoSuchRpcException {
    Map.Entry<String, JsonNode> verb = item.properties().iterator().next();
    JsonNode body = verb.getValue();
    return switch (verb.getKey()) {
      case "upsert" ->
          object("upsert", object("points", each(body.path("points"), QdrantRpcs::point)));
      case "set_payload", "overwrite_payload" -> object(verb.getKey(), payload(body));
      case "delete" -> object("delete_points", object("points", chosen(body)));
      default -> throw new NoSuchRpcException(verb.getKey());
    };
  }

  /** The points of a body, whether they stand in a batch or one by one. */
  private static JsonNode listed(JsonNode body) {
    if (!body.has("batch")) {
      return body.path("points");
    }
    JsonNode batch = body.path("batch");
    ArrayNode out = JSON.createArrayNode();
    for (int i = 0; i < batch.path("ids").size(); i++) {
      ObjectNode point = out.addObject();
      point.set("id", batch.path("ids").path(i));
      point.set("vector", batch.path("vectors").path(i));
      if (batch.has("payloads")) {
        point.set("payload", batch.path("payloads").path(i));
      }
    }
    return out;
  }

  private static ObjectNode point(JsonNode point) {
    ObjectNode out = object("id", id(point.path("id")));
    JsonNode vector = point.path("vector");
    if (vector.isArray()) {
      out.set("vectors", object("vector", vector(vector)));
    } else {
      ObjectNode named = object();
      vector.properties().forEach(v -> named.set(v.getKey(), vector(v.getValue())));
      out.set("vectors", object("vectors", object("vectors", named)));
    }
    if (point.has("payload")) {
      out.set("payload", values(point.path("payload")));
    }
    return out;
  }

  private static ObjectNode values(JsonNode payload) {
    ObjectNode out = object();
    payload.properties().forEach(e -> out.set(e.getKey(), value(e.getValue())));
    return out;
  }

  private static ObjectNode value(JsonNode value) {
    if (value.isArray()) {
      ArrayNode all = JSON.createArrayNode();
      value.forEach(v -> all.add(value(v)));
      return object("list_value", object("values", all));
    }
    return switch (value.getNodeType()) {
      case OBJECT -> object("struct_value", object("fields", values(value)));
      case STRING -> object("string_value", value);
      case BOOLEAN -> object("bool_value", value);
      default -> object(value.isInt() ? "integer_value" : "double_value", value);
    };
  }

  // --- Messages ---

  private static Message message(Message empty, JsonNode body) throws NoSuchRpcException {
    Message.Builder out = empty.newBuilderForType();
    for (Map.Entry<String, JsonNode> entry : body.properties()) {
      FieldDescriptor field = out.getDescriptorForType().findFieldByName(entry.getKey());
      if (field == null) {
        throw new NoSuchRpcException(entry.getKey());
      }
      fill(out, field, entry.getValue());
    }
    return out.build();
  }

  private static void fill(Message.Builder out, FieldDescriptor field, JsonNode value)
      throws NoSuchRpcException {
    if (field.isMapField()) {
      FieldDescriptor of = field.getMessageType().findFieldByName("value");
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        Message.Builder pair = out.newBuilderForField(field);
        pair.setField(field.getMessageType().findFieldByName("key"), entry.getKey());
        pair.setField(of, one(pair, of, entry.getValue()));
        out.addRepeatedField(field, pair.build());
      }
    } else if (field.isRepeated()) {
      for (JsonNode item : value) {
        out.addRepeatedField(field, one(out, field, item));
      }
    } else {
      out.setField(field, one(out, field, value));
    }
  }

  private static Object one(Message.Builder in, FieldDescriptor field, JsonNode value)
      throws NoSuchRpcException {
    return switch (field.getJavaType()) {
      case MESSAGE -> message(in.newBuilderForField(field).build(), value);
      case STRING -> value.asText();
      case INT -> value.intValue();
      case LONG -> value.longValue();
      case FLOAT -> value.floatValue();
      case DOUBLE -> value.doubleValue();
      case BOOLEAN -> value.booleanValue();
      case ENUM -> field.getEnumType().findValueByName(value.asText());
      case BYTE_STRING -> throw new NoSuchRpcException(field.getName());
    };
  }

  /** A message as JSON, to be compared. */
  static JsonNode json(MessageOrBuilder message) {
    ObjectNode out = object();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (field.isMapField()) {
        ObjectNode map = out.putObject(field.getName());
        for (Object pair : (List<?>) entry.getValue()) {
          JsonNode read = json((Message) pair);
          map.set(read.path("key").asText(), read.path("value"));
        }
      } else if (field.isRepeated()) {
        ArrayNode list = out.putArray(field.getName());
        ((List<?>) entry.getValue()).forEach(v -> list.add(json(v)));
      } else {
        out.set(field.getName(), json(entry.getValue()));
      }
    }
    return out;
  }

  private static JsonNode json(Object value) {
    return value instanceof Message message
        ? json((MessageOrBuilder) message)
        : value instanceof Float || value instanceof Double
            ? NODES.numberNode(((Number) value).doubleValue())
            : value instanceof Number number
                ? NODES.numberNode(number.longValue())
                : value instanceof Boolean truth
                    ? NODES.booleanNode(truth)
                    : NODES.textNode(value.toString());
  }
}
