package io.ringfence.gateway.engine.qdrant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import grpc.health.v1.HealthCheck;
import io.qdrant.client.grpc.Collections;
import io.qdrant.client.grpc.CollectionsInternalService;
import io.qdrant.client.grpc.CollectionsService;
import io.qdrant.client.grpc.Points;
import io.qdrant.client.grpc.PointsInternalService;
import io.qdrant.client.grpc.PointsService;
import io.qdrant.client.grpc.QdrantInternalService;
import io.qdrant.client.grpc.QdrantOuterClass;
import io.qdrant.client.grpc.RaftService;
import io.qdrant.client.grpc.ShardSnapshotsService;
import io.qdrant.client.grpc.SnapshotsService;
import io.qdrant.client.grpc.StorageReadService;
import io.ringfence.gateway.engine.qdrant.QdrantOperation.Admission;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.GrpcCall;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Touch;
import io.ringfence.gateway.testing.TestingExchange;
import io.ringfence.model.Action;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Qdrant's gRPC calls, understood and scoped, over a database of canned answers. */
class QdrantGrpcTest {
  private static final Scope NAMES = QdrantRestTest.NAMES;
  private static final Scope ROWS = QdrantRestTest.ROWS;
  private static final String UUID = "dcf958a4-0c26-444e-a9df-749518edb688";
  private static final String MINE =
      "must { field { key: 'tenant_id' match { keyword: 'acme' } } }";

  private static final List<FileDescriptor> PUBLIC =
      List.of(
          PointsService.getDescriptor(),
          CollectionsService.getDescriptor(),
          SnapshotsService.getDescriptor(),
          QdrantOuterClass.getDescriptor(),
          HealthCheck.getDescriptor());

  private static final List<FileDescriptor> INTERNAL =
      List.of(
          PointsInternalService.getDescriptor(),
          CollectionsInternalService.getDescriptor(),
          QdrantInternalService.getDescriptor(),
          ShardSnapshotsService.getDescriptor(),
          StorageReadService.getDescriptor(),
          RaftService.getDescriptor());

  private final Map<String, GrpcAnswer> answers = new HashMap<>();
  private final TestingExchange<GrpcCall, GrpcAnswer> exchange =
      new TestingExchange<>(new QdrantGrpc(), this::answer);

  private GrpcAnswer answer(GrpcCall call) {
    return answers.getOrDefault(call.method(), GrpcAnswer.ok(new byte[0]));
  }

  private void given(String method, String answer) {
    QdrantOperation operation = of(method);
    Message message = GrpcMessages.of(operation).orElseThrow().answer();
    answers.put(method, GrpcAnswer.ok(parse(message, answer).toByteArray()));
  }

  /** An operation by its method, with its service where two have the same. */
  private static QdrantOperation of(String method) {
    if (method.contains("/")) {
      return QdrantOperation.ofRpc("qdrant." + method.split("/")[0], method.split("/")[1])
          .orElseThrow();
    }
    return QdrantOperation.ofRpc("qdrant.Points", method)
        .or(() -> QdrantOperation.ofRpc("qdrant.Snapshots", method))
        .or(() -> QdrantOperation.ofRpc("qdrant.Collections", method))
        .orElseThrow();
  }

  private static Message parse(Message prototype, String text) {
    Message.Builder out = prototype.newBuilderForType();
    try {
      TextFormat.merge(text, out);
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(text, e);
    }
    return out.build();
  }

  private static <M extends Message> M read(M prototype, byte[] bytes) {
    try {
      @SuppressWarnings("unchecked")
      M message = (M) prototype.getParserForType().parseFrom(bytes);
      return message;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private GrpcAnswer send(String method, String request, Scope scope) {
    GrpcMessages.Shape shape = GrpcMessages.of(of(method)).orElseThrow();
    byte[] bytes = parse(shape.request(), request).toByteArray();
    return exchange.run(new GrpcCall(shape.service(), shape.method(), bytes), scope);
  }

  /** What the database was asked last, as text. */
  private String lastAsked() {
    return read(lastPrototype(), exchange.asked().getLast().message()).toString();
  }

  private Message lastPrototype() {
    GrpcCall last = exchange.asked().getLast();
    QdrantOperation operation = QdrantOperation.ofRpc(last.service(), last.method()).orElseThrow();
    return GrpcMessages.of(operation).orElseThrow().request();
  }

  private void assertAsked(String expected) {
    assertEquals(parse(lastPrototype(), expected).toString(), lastAsked());
  }

  private static void assertAnswered(Message prototype, String expected, GrpcAnswer answer) {
    assertEquals(GrpcAnswer.OK, answer.status(), answer.text());
    assertEquals(
        parse(prototype, expected).toString(), read(prototype, answer.message()).toString());
  }

  private static String mine(String id) {
    return QdrantRestTest.serverId(id, ROWS);
  }

  private static String hasId(String... ids) {
    return "must { has_id { "
        + Arrays.stream(ids)
            .map(i -> "has_id { uuid: '" + mine(i) + "' } ")
            .collect(Collectors.joining())
        + "} }";
  }

  private static String point(String id, String more) {
    String mark =
        id.contains("-")
            ? "payload { key: '_ringfence_id' value { string_value: '" + id + "' } } "
            : "";
    return "result { id { uuid: '"
        + mine(id)
        + "' } payload { key: 'tenant_id' value { string_value: 'acme' } } "
        + mark
        + more
        + " } ";
  }

  // --- The descriptors ---

  private static Set<String> rpcs(List<FileDescriptor> files) {
    Set<String> out = new TreeSet<>();
    for (FileDescriptor file : files) {
      for (ServiceDescriptor service : file.getServices()) {
        for (MethodDescriptor method : service.getMethods()) {
          out.add(service.getFullName() + "/" + method.getName());
        }
      }
    }
    return out;
  }

  @Test
  void everyPublicCallIsClassifiedAndLetThroughOrDenied() {
    Set<String> calls = rpcs(PUBLIC);
    assertTrue(calls.size() >= 50, calls::toString);
    for (String call : calls) {
      String[] parts = call.split("/");
      QdrantOperation operation =
          QdrantOperation.ofRpc(parts[0], parts[1])
              .orElseThrow(() -> new AssertionError("not classified: " + call));
      assertEquals(
          operation.admission() != Admission.DENIED, GrpcMessages.of(operation).isPresent(), call);
    }
  }

  @Test
  void shapesAreTheDescriptors() {
    int shapes = 0;
    for (FileDescriptor file : PUBLIC) {
      for (ServiceDescriptor service : file.getServices()) {
        for (MethodDescriptor method : service.getMethods()) {
          Optional<GrpcMessages.Shape> shape =
              QdrantOperation.ofRpc(service.getFullName(), method.getName())
                  .flatMap(GrpcMessages::of);
          if (shape.isPresent()) {
            shapes++;
            assertEquals(method.getName(), shape.get().method());
            assertEquals(service.getFullName(), shape.get().service());
            assertEquals(method.getInputType(), shape.get().request().getDescriptorForType());
            assertEquals(method.getOutputType(), shape.get().answer().getDescriptorForType());
            assertFalse(method.isServerStreaming() || method.isClientStreaming());
          }
        }
      }
    }
    assertTrue(shapes >= 50);
  }

  @Test
  void whatNodesSayToEachOtherIsDenied() {
    for (String call : rpcs(INTERNAL)) {
      String[] parts = call.split("/");
      GrpcAnswer answer = exchange.run(new GrpcCall(parts[0], parts[1], new byte[0]), NAMES);
      assertEquals(7, answer.status(), call);
      assertEquals(List.of(), exchange.asked());
    }
  }

  /** A new version's new field would otherwise pass as it is. */
  @Test
  void everyFieldThatCouldNameSomethingHasAMeaning() {
    Set<String> without = new TreeSet<>();
    Set<Descriptor> seen = new HashSet<>();
    for (QdrantOperation operation : QdrantOperation.values()) {
      GrpcMessages.of(operation)
          .ifPresent(s -> collect(s.request().getDescriptorForType(), seen, without));
    }
    assertTrue(seen.size() > 150, () -> "only " + seen.size());
    assertEquals(Set.of(), without);
  }

  private static void collect(Descriptor type, Set<Descriptor> seen, Set<String> without) {
    if (!seen.add(type)) {
      return;
    }
    for (FieldDescriptor field : type.getFields()) {
      boolean mapped = type.getOptions().getMapEntry();
      boolean text = field.getJavaType() == FieldDescriptor.JavaType.STRING;
      boolean bytes = field.getJavaType() == FieldDescriptor.JavaType.BYTE_STRING;
      boolean message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      boolean telling =
          message
              && Set.of("PointId", "Filter", "ShardKeySelector", "LookupLocation")
                  .contains(field.getMessageType().getName());
      if (!mapped && (text || bytes || telling) && GrpcMeaning.of(field).isEmpty()) {
        without.add(field.getFullName());
      }
      if (message) {
        collect(field.getMessageType(), seen, without);
      }
    }
  }

  // --- What is touched ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Query  | collection_name: 'docs'                         | QUERY:acme-docs",
        "Scroll | collection_name: 'docs'                         | QUERY:acme-docs",
        "Upsert | collection_name: 'docs'                         |"
            + " INSERT:acme-docs,UPDATE:acme-docs",
        "Upsert | collection_name: 'docs' update_mode: InsertOnly | INSERT:acme-docs",
        "Upsert | collection_name: 'docs' update_mode: UpdateOnly | UPDATE:acme-docs",
        "Delete | collection_name: 'docs' points { points { ids { num: 1 } } } | DELETE:acme-docs",
        "UpdateBatch | collection_name: 'docs' operations { upsert { } } operations { delete_points"
            + " { points { points { ids { num: 1 } } } } } |"
            + " INSERT:acme-docs,UPDATE:acme-docs,DELETE:acme-docs",
        "UpdateBatch | collection_name: 'docs' operations { delete_deprecated { points { ids { num:"
            + " 1 } } } } | DELETE:acme-docs",
        "UpdateBatch | collection_name: 'docs' operations { overwrite_payload { points_selector {"
            + " points { ids { num: 1 } } } } } | UPDATE:acme-docs",
        "Collections/Create | collection_name: 'docs'                         | MANAGE:acme-docs",
        "CreateFieldIndex | collection_name: 'docs' field_name: 'k' | INDEX:acme-docs",
        "Query  | collection_name: 'docs' lookup_from { collection_name: 'more' } |"
            + " QUERY:acme-docs,QUERY:acme-more",
        "Query  | collection_name: 'docs' prefetch { prefetch { lookup_from { collection_name:"
            + " 'deep' } } } | QUERY:acme-docs,QUERY:acme-deep",
        "QueryBatch | collection_name: 'docs' query_points { collection_name: 'docs' lookup_from {"
            + " collection_name: 'more' } } | QUERY:acme-docs,QUERY:acme-more",
        "QueryGroups | collection_name: 'docs' group_by: 'k' with_lookup { collection: 'more' } |"
            + " QUERY:acme-docs,QUERY:acme-more",
        "UpdateAliases | actions { create_alias { collection_name: 'a' alias_name: 'b' } } actions"
            + " { rename_alias { old_alias_name: 'c' new_alias_name: 'd' } } |"
            + " MANAGE:acme-a,MANAGE:acme-b,MANAGE:acme-c,MANAGE:acme-d",
      })
  void everyCollectionIsTouchedUnderTheServersName(String method, String request, String touches) {
    GrpcAnswer answer = send(method, request, NAMES);
    assertEquals(GrpcAnswer.OK, answer.status(), answer.text());
    List<Touch> expected =
        Arrays.stream(touches.split(","))
            .map(t -> t.split(":"))
            .map(t -> Touch.of(Action.valueOf(t[0]), t[1]))
            .toList();
    assertEquals(expected, exchange.operation().touches());
    assertFalse(lastAsked().contains("\"docs\""), this::lastAsked);
    assertFalse(lastAsked().contains("\"more\""), this::lastAsked);
  }

  @Test
  void sizesAreTold() {
    send(
        "QueryBatch",
        "collection_name: 'docs' query_points { collection_name: 'docs' limit: 7 }"
            + " query_points { collection_name: 'docs' prefetch { limit: 50 } }",
        NAMES);
    assertEquals(new Operation.Size(2, 50), exchange.operation().size());
  }

  // --- What is refused ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        // Each item of a batch names a collection of its own.
        "QueryBatch     | collection_name: 'docs' query_points { collection_name: 'other' }       |"
            + " 3",
        "QueryBatch     | collection_name: 'docs' query_points { collection_name: 'acme-docs' }   |"
            + " 3",
        "QueryBatch     | collection_name: 'docs' query_points { collection_name: 'globex-docs' } |"
            + " 3",
        "SearchBatch    | collection_name: 'docs' search_points { collection_name: 'globex-docs' }|"
            + " 3",
        "RecommendBatch | collection_name: 'docs' recommend_points { collection_name: 'other' }   |"
            + " 3",
        "DiscoverBatch  | collection_name: 'docs' discover_points { collection_name: 'other' }    |"
            + " 3",
        "Query          | collection_name: 'globex-docs'                                         |"
            + " 5",
        "Query          | collection_name: 'docs' lookup_from { collection_name: 'globex-docs' } |"
            + " 5",
        "Query          | collection_name: 'docs' prefetch { prefetch { lookup_from {"
            + " collection_name: 'globex-docs' } } } | 5",
        "QueryGroups    | collection_name: 'docs' with_lookup { collection: 'globex-docs' }      |"
            + " 5",
        "UpdateAliases  | actions { create_alias { collection_name: 'globex-docs' alias_name: 'b' }"
            + " } | 5",
        "Query          | collection_name: 'a/b'                                                 |"
            + " 3",
        "Query          | collection_name: ''                                                    |"
            + " 3",
        "Query          | collection_name: 'docs' query { nearest { document { text: 'x' model: 'm'"
            + " } } } | 9",
        "Query          | collection_name: 'docs' prefetch { query { nearest { image { model: 'm' }"
            + " } } } | 9",
        "Upsert         | collection_name: 'docs' points { id { num: 1 } vectors { vectors {"
            + " vectors { key: 'v' value { object { model: 'm' } } } } } } | 9",
        "Upsert         | collection_name: 'docs' points { }                                     |"
            + " 3",
        "Upsert         | collection_name: 'docs' points { id { uuid: 'x' } }                    |"
            + " 3",
        "Delete         | collection_name: 'docs'                                                |"
            + " 3",
        "UpdateBatch    | collection_name: 'docs' operations { }                                 |"
            + " 3",
        "UpdateCollectionClusterSetup | collection_name: 'docs'                                  |"
            + " 7",
        "CollectionClusterInfo        | collection_name: 'docs'                                  |"
            + " 7",
        "ListFull       |                                                                        |"
            + " 7",
        "Delete         | collection_name: 'docs' points { filter { must { has_id { has_id { } } }"
            + " } } | 3",
      })
  void refused(String method, String request, int status) {
    GrpcAnswer answer = send(method, request == null ? "" : request, NAMES);
    assertEquals(status, answer.status(), answer.text());
    assertEquals(List.of(), exchange.asked());
  }

  @Test
  void snapshotNamesThatCouldBePathsAreRefused() {
    byte[] request =
        SnapshotsService.DeleteSnapshotRequest.newBuilder()
            .setCollectionName("docs")
            .setSnapshotName("../globex-docs/x.snapshot")
            .build()
            .toByteArray();
    GrpcAnswer answer = exchange.run(new GrpcCall("qdrant.Snapshots", "Delete", request), NAMES);
    assertEquals(3, answer.status());
    assertEquals(List.of(), exchange.asked());
  }

  @Test
  void unknownTagsAreRefusedWhereverTheyAre() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(999, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    Points.QueryPoints plain = Points.QueryPoints.newBuilder().setCollectionName("docs").build();
    List<Points.QueryPoints> hostile =
        List.of(
            plain.toBuilder().setUnknownFields(unknown).build(),
            plain.toBuilder()
                .addPrefetch(
                    Points.PrefetchQuery.newBuilder()
                        .addPrefetch(Points.PrefetchQuery.newBuilder().setUnknownFields(unknown)))
                .build());
    assertEquals(0, query(plain.toByteArray()).status());
    for (Points.QueryPoints request : hostile) {
      assertEquals(3, query(request.toByteArray()).status());
    }
    Points.UpsertPoints words =
        Points.UpsertPoints.newBuilder().setCollectionName("docs").setUpdateModeValue(99).build();
    assertEquals(
        3,
        exchange.run(new GrpcCall("qdrant.Points", "Upsert", words.toByteArray()), NAMES).status());
  }

  private GrpcAnswer query(byte[] message) {
    return exchange.run(new GrpcCall("qdrant.Points", "Query", message), NAMES);
  }

  @Test
  void bytesThatAreNoMessageAreRefused() {
    assertEquals(3, query(new byte[] {0x0a, 0x7f}).status());
    assertEquals(3, query(new byte[] {(byte) 0xff}).status());
    // Half a character in a name.
    assertEquals(3, query(new byte[] {0x0a, 1, (byte) 0xc3}).status());
  }

  @Test
  void depthIsBounded() {
    assertEquals(0, query(nested(20)).status());
    assertEquals(3, query(nested(40)).status());
  }

  private static byte[] nested(int depth) {
    Points.PrefetchQuery inner = Points.PrefetchQuery.getDefaultInstance();
    for (int i = 0; i < depth * 2; i++) {
      inner = Points.PrefetchQuery.newBuilder().addPrefetch(inner).build();
    }
    return Points.QueryPoints.newBuilder()
        .setCollectionName("docs")
        .addPrefetch(inner)
        .build()
        .toByteArray();
  }

  // --- Own names ---

  @Test
  void listingShowsOnlyOnesOwn() {
    given("List", "snapshot_descriptions { name: 'acme-docs-1.snapshot' }");
    assertAnswered(
        SnapshotsService.ListSnapshotsResponse.getDefaultInstance(),
        "snapshot_descriptions { name: 'docs-1.snapshot' }",
        exchange.run(
            new GrpcCall(
                "qdrant.Snapshots",
                "List",
                SnapshotsService.ListSnapshotsRequest.newBuilder()
                    .setCollectionName("docs")
                    .build()
                    .toByteArray()),
            NAMES));
    answers.put(
        "List",
        GrpcAnswer.ok(
            parse(
                    Collections.ListCollectionsResponse.getDefaultInstance(),
                    "collections { name: 'globex-docs' } collections { name: 'acme-docs' }")
                .toByteArray()));
    assertAnswered(
        Collections.ListCollectionsResponse.getDefaultInstance(),
        "collections { name: 'docs' }",
        exchange.run(new GrpcCall("qdrant.Collections", "List", new byte[0]), NAMES));
    given(
        "ListAliases",
        "aliases { alias_name: 'acme-a' collection_name: 'globex-docs' }"
            + " aliases { alias_name: 'acme-b' collection_name: 'acme-docs' }");
    assertAnswered(
        Collections.ListAliasesResponse.getDefaultInstance(),
        "aliases { alias_name: 'b' collection_name: 'docs' }",
        send("ListAliases", "", NAMES));
  }

  @Test
  void errorsOfTheDatabaseDoNotLeak() {
    answers.put(
        "CollectionExists",
        GrpcAnswer.failed(5, "Not found: Collection `acme-docs` doesn't exist!"));
    GrpcAnswer missing = send("CollectionExists", "collection_name: 'docs'", NAMES);
    assertEquals(5, missing.status());
    assertEquals("Not found: Collection `docs` doesn't exist!", missing.text());
    answers.put("CollectionExists", GrpcAnswer.failed(3, "secret of globex"));
    assertEquals(
        "the database refuses the request",
        send("CollectionExists", "collection_name: 'docs'", NAMES).text());
    answers.put("CollectionExists", GrpcAnswer.failed(13, "panic"));
    assertEquals(14, send("CollectionExists", "collection_name: 'docs'", NAMES).status());
  }

  /** What is not said is the server's to say, where the gateway needs nothing of it. */
  @ParameterizedTest
  @CsvSource({"Query", "Search", "Recommend", "Scroll", "Get", "Count", "QueryGroups"})
  void ownRequestsArePassedAsTheyAre(String method) {
    send(method, "collection_name: 'docs'", NAMES);
    assertAsked("collection_name: 'acme-docs'");
  }

  // --- Rows: reading ---

  @ParameterizedTest
  @CsvSource({
    "Count",
    "Scroll",
    "Facet",
    "Query",
    "QueryGroups",
    "Search",
    "SearchGroups",
    "Recommend",
    "RecommendGroups",
    "Discover",
    "SearchMatrixPairs",
    "SearchMatrixOffsets"
  })
  void everyQueryIsWithinTheTenantsRows(String method) throws Exception {
    send(method, "collection_name: 'shared'", ROWS);
    assertTrue(within("").equals(filterAsked()), this::lastAsked);
    String wanted = "must_not { field { key: 'k' } }";
    send(method, "collection_name: 'shared' filter { " + wanted + " }", ROWS);
    assertTrue(within(wanted).equals(filterAsked()), this::lastAsked);
  }

  private static Message within(String wanted) {
    String and = wanted.isEmpty() ? "" : "must { filter { " + wanted + " } }";
    return parse(io.qdrant.client.grpc.Common.Filter.getDefaultInstance(), MINE + " " + and);
  }

  private Message filterAsked() {
    GrpcCall last = exchange.asked().getLast();
    Message read = read(GrpcMessages.of(of(last.method())).orElseThrow().request(), last.message());
    return (Message) read.getField(read.getDescriptorForType().findFieldByName("filter"));
  }

  @Test
  void everyPrefetchIsWithinTheTenantsRows() {
    send(
        "Query",
        "collection_name: 'shared' prefetch { prefetch { limit: 1 } filter { must_not { field {"
            + " key: 'k' } } } }",
        ROWS);
    assertAsked(
        "collection_name: 'shared' prefetch { prefetch { filter { "
            + MINE
            + " } limit: 1 } filter { "
            + MINE
            + " must { filter { must_not { field { key: 'k' } } } } } } filter { "
            + MINE
            + " } with_payload { include { fields: 'tenant_id' fields: '_ringfence_id' } }");
  }

  @Test
  void conditionsOnIdsAreOnOnesOwn() {
    send(
        "Count",
        "collection_name: 'shared' filter { "
            + "must { has_id { has_id { num: 1 } has_id { uuid: '"
            + UUID
            + "' } } } }",
        ROWS);
    assertAsked(
        "collection_name: 'shared' filter { "
            + MINE
            + " must { filter { "
            + hasId("1", UUID)
            + " } } } exact: true");
  }

  @Test
  void answerIsTheClients() {
    given(
        "Query",
        point("1", "score: 0.5 version: 9")
            + point(UUID, "score: 0.25 version: 9")
            + "usage { hardware { cpu: 9 } }");
    assertAnswered(
        Points.QueryResponse.getDefaultInstance(),
        "result { id { num: 1 } score: 0.5 } result { id { uuid: '" + UUID + "' } score: 0.25 }",
        send("Query", "collection_name: 'shared'", ROWS));
    given("Query", point("1", "payload { key: 'k' value { integer_value: 1 } }"));
    assertAnswered(
        Points.QueryResponse.getDefaultInstance(),
        "result { id { num: 1 } payload { key: 'k' value { integer_value: 1 } } }",
        send("Query", "collection_name: 'shared' with_payload { enable: true }", ROWS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "id { uuid: 'MINE' } payload { key: 'tenant_id' value { string_value: 'globex' } }",
        "id { uuid: 'MINE' } payload { key: 'tenant_id' value { list_value { values { string_value:"
            + " 'acme' } } } }",
        "id { uuid: 'MINE' } payload { key: 'tenant_id' value { null_value: NULL_VALUE } }",
        "id { uuid: 'MINE' }",
        "id { uuid: 'THEIRS' } payload { key: 'tenant_id' value { string_value: 'acme' } }",
        "id { num: 2 } payload { key: 'tenant_id' value { string_value: 'acme' } }",
        "payload { key: 'tenant_id' value { string_value: 'acme' } }",
      })
  void answerThatHoldsMoreIsWithheldWhole(String foreign) {
    String found =
        point("1", "")
            + "result { "
            + foreign
                .replace("MINE", mine("2"))
                .replace("THEIRS", QdrantRestTest.serverId("2", QdrantRestTest.OTHER_ROWS))
            + " }";
    for (String method : List.of("Query", "Search", "Recommend", "Discover", "Scroll")) {
      given(method, found);
      GrpcAnswer answer = send(method, "collection_name: 'shared'", ROWS);
      assertEquals(13, answer.status(), method);
      assertEquals(0, answer.message().length);
    }
    GrpcAnswer byId = send("Get", "collection_name: 'shared' ids { num: 1 }", ROWS);
    assertEquals(13, byId.status());
    given("QueryBatch", "result { " + found + " }");
    assertEquals(
        13,
        send(
                "QueryBatch",
                "collection_name: 'shared' query_points { collection_name: 'shared' }",
                ROWS)
            .status());
    given("QueryGroups", "result { groups { " + found.replace("result", "hits") + " } }");
    assertEquals(13, send("QueryGroups", "collection_name: 'shared' group_by: 'k'", ROWS).status());
  }

  @Test
  void gettingByIdIsAScrollWithinTheTenantsRows() {
    given("Scroll", point(UUID, "") + point("7", ""));
    GrpcAnswer answer =
        send(
            "Get",
            "collection_name: 'shared' ids { num: 7 } ids { num: 8 } ids { uuid: '"
                + UUID
                + "' } timeout: 3",
            ROWS);
    assertEquals("Scroll", exchange.asked().getLast().method());
    assertAsked(
        "collection_name: 'shared' filter { "
            + MINE
            + " "
            + hasId("7", "8", UUID)
            + " } limit: 3 with_payload { enable: true } timeout: 3");
    assertAnswered(
        Points.GetResponse.getDefaultInstance(),
        "result { id { num: 7 } } result { id { uuid: '" + UUID + "' } }",
        answer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Query           | query { nearest { id { num: 5 } } }",
        "Query           | query { recommend { negative { id { num: 5 } } } }",
        "Query           | query { discover { target { id { num: 5 } } } }",
        "Query           | query { context { pairs { negative { id { num: 5 } } } } }",
        "Query           | query { nearest_with_mmr { nearest { id { num: 5 } } } }",
        "Query           | query { relevance_feedback { feedback { example { id { num: 5 } } } } }",
        "Query           | prefetch { prefetch { query { nearest { id { num: 5 } } } } }",
        "Query           | query { nearest { id { num: 5 } } } lookup_from { collection_name:"
            + " 'shared' }",
        "QueryGroups     | query { nearest { id { num: 5 } } } group_by: 'k'",
        "Recommend       | positive { num: 5 }",
        "Recommend       | negative { num: 5 }",
        "RecommendGroups | positive { num: 5 } group_by: 'k'",
        "Discover        | target { single { id { num: 5 } } }",
        "Discover        | context { positive { id { num: 5 } } }",
      })
  void examplesAreLookedUpWithinTheTenantsRowsFirst(String method, String request) {
    GrpcAnswer missing = send(method, "collection_name: 'shared' " + request, ROWS);
    assertEquals(5, missing.status());
    assertEquals("Not found: No point with id 5 found", missing.text());
    assertEquals(1, exchange.asked().size());
    assertAsked(
        "collection_name: 'shared' filter { "
            + MINE
            + " "
            + hasId("5")
            + " } limit: 1 with_payload { include { fields: 'tenant_id' fields: '_ringfence_id' }"
            + " }");
    given("Scroll", point("5", ""));
    assertEquals(0, send(method, "collection_name: 'shared' " + request, ROWS).status());
    assertEquals(2, exchange.asked().size());
    assertTrue(lastAsked().contains(mine("5")), this::lastAsked);
  }

  @Test
  void scoresDoNotMoveAsOthersWrite() {
    String sparse =
        "collection_name: 'shared' using: 's' query { nearest { sparse { values: 1 indices: 1 } }"
            + " }";
    given("Query", "");
    answers.put("Get", info("Idf"));
    assertEquals(9, send("Query", sparse, ROWS).status());
    answers.put("Get", info("None"));
    assertEquals(0, send("Query", sparse, ROWS).status());
    assertEquals(2, exchange.asked().size());
    assertEquals(
        0,
        send("Query", "collection_name: 'shared' query { nearest { dense { data: 1 } } }", ROWS)
            .status());
    assertEquals(1, exchange.asked().size());
  }

  private static GrpcAnswer info(String modifier) {
    return GrpcAnswer.ok(
        parse(
                Collections.GetCollectionInfoResponse.getDefaultInstance(),
                "result { config { params { sparse_vectors_config { map { key: 's' value {"
                    + " modifier: "
                    + modifier
                    + " } } } } } }")
            .toByteArray());
  }

  @Test
  void pagesBeginWithOnesOwnPoints() {
    given("Scroll", point("1", "") + point("2", "") + point(UUID, ""));
    assertAnswered(
        Points.ScrollResponse.getDefaultInstance(),
        "result { id { num: 1 } } result { id { num: 2 } } next_page_offset { uuid: '"
            + UUID
            + "' }",
        send("Scroll", "collection_name: 'shared' limit: 2 offset { num: 1 }", ROWS));
    assertTrue(lastAsked().contains("limit: 3"));
    assertTrue(lastAsked().contains(mine("1")));
  }

  @Test
  void distancesAreBetweenOnesOwnPoints() {
    given(
        "SearchMatrixPairs",
        "result { pairs { a { uuid: '"
            + mine("1")
            + "' } b { uuid: '"
            + mine(UUID)
            + "' } score: 0.5 } }");
    given("Scroll", point("1", "") + point(UUID, ""));
    assertAnswered(
        Points.SearchMatrixPairsResponse.getDefaultInstance(),
        "result { pairs { a { num: 1 } b { uuid: '" + UUID + "' } score: 0.5 } }",
        send("SearchMatrixPairs", "collection_name: 'shared'", ROWS));
    given("Scroll", point("1", ""));
    assertEquals(13, send("SearchMatrixPairs", "collection_name: 'shared'", ROWS).status());
  }

  @Test
  void sharedCollectionDoesNotSayHowMuchIsInIt() {
    answers.put(
        "Get",
        GrpcAnswer.ok(
            parse(
                    Collections.GetCollectionInfoResponse.getDefaultInstance(),
                    "result { status: Yellow points_count: 9 segments_count: 3 config { params {"
                        + " shard_number: 1 } metadata { key: 'x' value { } } } payload_schema {"
                        + " key: 'globex' value { } } }")
                .toByteArray()));
    GrpcCall call =
        new GrpcCall(
            "qdrant.Collections",
            "Get",
            Collections.GetCollectionInfoRequest.newBuilder()
                .setCollectionName("shared")
                .build()
                .toByteArray());
    assertAnswered(
        Collections.GetCollectionInfoResponse.getDefaultInstance(),
        "result { status: Green optimizer_status { ok: true } config { params { shard_number: 1 } }"
            + " }",
        exchange.run(call, ROWS));
  }

  @Test
  void aliasIsWhatItLeadsTo() {
    given("ListAliases", "aliases { alias_name: 'now' collection_name: 'shared' }");
    send("Count", "collection_name: 'now'", ROWS);
    assertEquals(
        List.of(Touch.of(Action.QUERY, "now"), Touch.of(Action.QUERY, "shared")),
        exchange.operation().touches());
    assertAsked("collection_name: 'now' filter { " + MINE + " } exact: true");
    answers.put("ListAliases", GrpcAnswer.failed(13, "panic"));
    assertEquals(14, send("Count", "collection_name: 'now'", ROWS).status());
  }

  // --- Rows: writing ---

  @Test
  void writesBearTheTenantsMark() {
    send(
        "Upsert",
        "collection_name: 'shared' wait: true points { id { num: 1 } payload { key: 'k' value {"
            + " bool_value: true } } } points { id { uuid: '"
            + UUID
            + "' } }",
        ROWS);
    String asked = lastAsked();
    assertTrue(asked.contains(mine("1")) && asked.contains(mine(UUID)), asked);
    Points.UpsertPoints upsert =
        read(Points.UpsertPoints.getDefaultInstance(), exchange.asked().getLast().message());
    assertEquals(Set.of("k", "tenant_id"), upsert.getPoints(0).getPayloadMap().keySet());
    assertEquals("acme", upsert.getPoints(0).getPayloadOrThrow("tenant_id").getStringValue());
    assertEquals(UUID, upsert.getPoints(1).getPayloadOrThrow("_ringfence_id").getStringValue());
    assertTrue(upsert.getWait());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Upsert           | points { id { num: 1 } payload { key: 'tenant_id' value { string_value:"
            + " 'globex' } } }",
        "Upsert           | points { id { num: 1 } payload { key: '_ringfence_id' value {"
            + " string_value: 'x' } } }",
        "SetPayload       | points_selector { points { ids { num: 1 } } } payload { key:"
            + " 'tenant_id' value { string_value: 'globex' } }",
        "SetPayload       | points_selector { points { ids { num: 1 } } } key: 'tenant_id'",
        "SetPayload       | points_selector { points { ids { num: 1 } } } key: 'tenant_id.deep'",
        "OverwritePayload | points_selector { points { ids { num: 1 } } } payload { key:"
            + " 'tenant_id' value { } }",
        "OverwritePayload | points_selector { points { ids { num: 1 } } } key: 'tenant_id[0]'",
        "DeletePayload    | points_selector { points { ids { num: 1 } } } keys: 'k' keys:"
            + " 'tenant_id'",
        "DeletePayload    | points_selector { points { ids { num: 1 } } } keys:"
            + " '\\\"tenant_id\\\"'",
        "UpdateBatch      | operations { set_payload { points_selector { points { ids { num: 1 } }"
            + " } payload { key: 'tenant_id' value { } } } }",
        "UpdateBatch      | operations { overwrite_payload { points_selector { points { ids { num:"
            + " 1 } } } payload { key: 'tenant_id' value { } } } }",
        "UpdateBatch      | operations { delete_payload { points_selector { points { ids { num: 1 }"
            + " } } keys: 'tenant_id' } }",
      })
  void nobodySetsTheMark(String method, String request) {
    assertEquals(7, send(method, "collection_name: 'shared' " + request, ROWS).status());
    assertEquals(List.of(), exchange.asked());
  }

  @ParameterizedTest
  @CsvSource({
    "Delete,points",
    "DeleteVectors,points_selector",
    "SetPayload,points_selector",
    "DeletePayload,points_selector"
  })
  void pointsAreNamedByAFilter(String method, String field) {
    given(method, "result { operation_id: 812 status: Completed }");
    GrpcAnswer answer =
        send(method, "collection_name: 'shared' " + field + " { points { ids { num: 1 } } }", ROWS);
    assertAsked(
        "collection_name: 'shared' " + field + " { filter { " + MINE + " " + hasId("1") + " } }");
    assertAnswered(
        Points.PointsOperationResponse.getDefaultInstance(),
        "result { operation_id: 0 status: Completed }",
        answer);
    send(
        method,
        "collection_name: 'shared' " + field + " { filter { must_not { field { key: 'k' } } } }",
        ROWS);
    assertAsked(
        "collection_name: 'shared' "
            + field
            + " { filter { "
            + MINE
            + " must { filter { must_not { field { key: 'k' } } } } } }");
  }

  @Test
  void wholePayloadsAreReplacedWithTheirMarks() {
    given(
        "UpdateBatch",
        "result { operation_id: 3 status: Acknowledged } result { operation_id: 4 status: Completed"
            + " }");
    GrpcAnswer answer =
        send(
            "OverwritePayload",
            "collection_name: 'shared' wait: true points_selector { points { ids { num: 1 } ids {"
                + " uuid: '"
                + UUID
                + "' } } } payload { key: 'k' value { integer_value: 1 } }",
            ROWS);
    Points.UpdateBatchPoints batch =
        read(Points.UpdateBatchPoints.getDefaultInstance(), exchange.asked().getLast().message());
    assertTrue(batch.getWait());
    assertEquals(2, batch.getOperationsCount());
    assertEquals(
        Set.of("k", "tenant_id", "_ringfence_id"),
        batch.getOperations(1).getOverwritePayload().getPayloadMap().keySet());
    assertEquals(
        parse(io.qdrant.client.grpc.Common.Filter.getDefaultInstance(), MINE + hasId(UUID)),
        batch.getOperations(1).getOverwritePayload().getPointsSelector().getFilter());
    assertAnswered(
        Points.PointsOperationResponse.getDefaultInstance(),
        "result { operation_id: 0 status: Completed }",
        answer);
  }

  @Test
  void payloadsAreReplacedByAFilterOnceItsPointsAreKnown() {
    given("Scroll", point("1", "") + point(UUID, ""));
    given("UpdateBatch", "result { status: Completed } result { status: Completed }");
    String wanted = "filter { must_not { field { key: 'k' } } }";
    send("ClearPayload", "collection_name: 'shared' points { " + wanted + " }", ROWS);
    Points.UpdateBatchPoints batch =
        read(Points.UpdateBatchPoints.getDefaultInstance(), exchange.asked().getLast().message());
    assertEquals(
        Set.of("tenant_id", "_ringfence_id"),
        batch.getOperations(1).getOverwritePayload().getPayloadMap().keySet());
    assertEquals(
        parse(io.qdrant.client.grpc.Common.Filter.getDefaultInstance(), MINE + hasId("1")),
        batch.getOperations(0).getOverwritePayload().getPointsSelector().getFilter());
  }

  @Test
  void batchesAnswerItemByItem() {
    given(
        "UpdateBatch",
        "result { operation_id: 3 status: Completed } result { operation_id: 4 status: Completed }"
            + " result { operation_id: 5 status: Acknowledged }");
    GrpcAnswer answer =
        send(
            "UpdateBatch",
            "collection_name: 'shared' operations { clear_payload { points { points { ids { num: 1"
                + " } ids { num: 2 } } } } } operations { delete_points { points { points { ids {"
                + " num: 3 } } } } }",
            ROWS);
    assertAnswered(
        Points.UpdateBatchResponse.getDefaultInstance(),
        "result { operation_id: 0 status: Completed } result { operation_id: 0 status: Acknowledged"
            + " }",
        answer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Create           | ",
        "Collections/Create | ",
        "Collections/Update | ",
        "Collections/Delete | ",
        "CreateFieldIndex | field_name: 'k'",
        "DeleteFieldIndex | field_name: 'k'",
        "CreateVectorName | vector_name: 'v'",
        "CreateShardKey   | ",
        "ListCollectionAliases | ",
        "Scroll           | shard_key_selector { shard_keys { keyword: 'globex' } }",
        "Upsert           | shard_key_selector { shard_keys { keyword: 'globex' } }",
        "QueryGroups      | group_by: 'k' with_lookup { collection: 'shared' }",
        "UpdateBatch      | operations { clear_payload { points { filter { } } } }",
      })
  void sharedCollectionIsNobodysToChange(String method, String more) {
    String request = "collection_name: 'shared' " + (more == null ? "" : more);
    assertEquals(9, send(method, request, ROWS).status());
    assertEquals(List.of(), exchange.asked());
  }

  @Test
  void bothProtocolsGiveAPointTheSameId() throws RefusedException {
    TenantRows rows = TenantRows.of(ROWS, "shared", QdrantGuard.ALL).orElseThrow();
    PointId number =
        GrpcScoping.id(io.qdrant.client.grpc.Common.PointId.newBuilder().setNum(-1).build());
    assertEquals(PointId.ofSegment("18446744073709551615"), number);
    assertNotEquals(rows.toServer(number), rows.toServer(PointId.ofText(UUID)));
  }
}
