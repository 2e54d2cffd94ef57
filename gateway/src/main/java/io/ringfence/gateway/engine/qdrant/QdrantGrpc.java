package io.ringfence.gateway.engine.qdrant;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.qdrant.client.grpc.Collections;
import io.qdrant.client.grpc.Points;
import io.ringfence.gateway.engine.Protocol;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.GrpcCall;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Step;
import io.ringfence.gateway.request.Understanding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Understands, scopes, checks and refuses Qdrant's gRPC calls. */
public final class QdrantGrpc implements Protocol<GrpcCall, GrpcAnswer> {
  private final Egress egress;
  private final Set<QdrantGuard> guards;

  /** Lets the database fetch nothing. */
  public QdrantGrpc() {
    this(Egress.NONE);
  }

  public QdrantGrpc(Egress egress) {
    this(egress, QdrantGuard.ALL);
  }

  /**
   * @param guards all but what a test takes away
   */
  public QdrantGrpc(Egress egress, Set<QdrantGuard> guards) {
    this.egress = egress;
    this.guards = Set.copyOf(guards);
  }

  @Override
  public Understanding<GrpcCall, GrpcAnswer> understand(GrpcCall request, Scope scope)
      throws RefusedException {
    Optional<QdrantOperation> operation =
        QdrantOperation.ofRpc(request.service(), request.method());
    if (operation.isEmpty()) {
      throw new RefusedException(Refusal.Kind.DENIED, "the gateway does not know this operation");
    }
    Request read = read(request, operation.get(), scope, Map.of());
    if (!read.scoping.mayNameAliases()) {
      return read.classified();
    }
    GrpcMessages.Shape list = GrpcMessages.of(QdrantOperation.LIST_ALIASES).orElseThrow();
    return new Understanding.Lookup<>(
        Request.call(list, list.request()),
        answer -> {
          var found = (Collections.ListAliasesResponse) Request.success(list, answer);
          return read(request, operation.get(), scope, GrpcAnswers.aliases(found)).classified();
        });
  }

  private Request read(
      GrpcCall call, QdrantOperation operation, Scope scope, Map<String, String> aliases)
      throws RefusedException {
    Scoping scoping = new Scoping(operation, scope, egress, aliases, guards);
    scoping.admit();
    GrpcMessages.Shape shape =
        GrpcMessages.of(operation)
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.Kind.DENIED, "`" + operation.text() + "` is not let through"));
    Request out = new Request(shape, scoping);
    out.read(call);
    return out;
  }

  @Override
  public GrpcAnswer refuse(Refusal refusal) {
    return GrpcAnswer.failed(QdrantError.of(refusal.kind()).grpc(), refusal.text());
  }

  /** One call. */
  private static final class Request {
    private static final int NOT_FOUND = 5;
    private static final int DEADLINE_EXCEEDED = 4;

    /** Statuses that are the client's doing: bad input, what is missing, exists, is too much. */
    private static final Set<Integer> CLIENTS = Set.of(3, NOT_FOUND, 6, 8, 9, 11);

    private static final GrpcMessages.Shape SCROLL =
        GrpcMessages.of(QdrantOperation.SCROLL).orElseThrow();

    private final GrpcMessages.Shape shape;
    private final Scoping scoping;
    private final GrpcScoping meaning;
    private Message message;

    Request(GrpcMessages.Shape shape, Scoping scoping) {
      this.shape = shape;
      this.scoping = scoping;
      this.meaning = new GrpcScoping(scoping);
    }

    void read(GrpcCall call) throws RefusedException {
      Message read = GrpcMessages.request(shape.request(), call.message(), call.depthMax());
      FieldDescriptor collection = read.getDescriptorForType().findFieldByName("collection_name");
      if (collection != null) {
        scoping.enter((String) read.getField(collection));
      }
      Message.Builder out = read.toBuilder();
      meaning.rewrite(out);
      message = out.build();
    }

    Understanding<GrpcCall, GrpcAnswer> classified() {
      return new Understanding.Classified<>(scoping.what(), this::first);
    }

    // --- Answering ---

    private Step<GrpcCall, GrpcAnswer> first() throws RefusedException {
      scoping.end();
      return scoping.rows().isPresent() && meaning.weighted() && isQuery()
          ? unweighted()
          : resolve(questions(), 0);
    }

    private boolean isQuery() {
      return switch (scoping.operation()) {
        case QUERY_POINTS,
            QUERY_BATCH,
            QUERY_GROUPS,
            SEARCH,
            SEARCH_BATCH,
            SEARCH_GROUPS,
            RECOMMEND,
            RECOMMEND_BATCH,
            RECOMMEND_GROUPS,
            DISCOVER,
            DISCOVER_BATCH,
            MATRIX_PAIRS,
            MATRIX_OFFSETS ->
            true;
        default -> false;
      };
    }

    /**
     * INVARIANT (no score tells of others): over gRPC terms cannot be weighted by the tenant's
     * points alone, so that a collection which weighs them is not searched by them.
     */
    private Step<GrpcCall, GrpcAnswer> unweighted() {
      GrpcMessages.Shape info = GrpcMessages.of(QdrantOperation.GET_COLLECTION).orElseThrow();
      Message question =
          Collections.GetCollectionInfoRequest.newBuilder()
              .setCollectionName(scoping.collection())
              .build();
      return new Step.Ask<>(
          call(info, question),
          answer -> {
            var found = (Collections.GetCollectionInfoResponse) success(info, answer);
            if (GrpcAnswers.weighsTerms(found)) {
              throw new RefusedException(
                  Refusal.Kind.UNSUPPORTED,
                  "scores of this shared collection depend on everybody's points; over REST they"
                      + " are kept within the tenant's");
            }
            return resolve(questions(), 0);
          });
    }

    private Step<GrpcCall, GrpcAnswer> main() throws RefusedException {
      if (scoping.rows().isEmpty()) {
        return ask(call(shape, message));
      }
      if (meaning.writes().replacements().isPresent()) {
        return replace(meaning.writes().replacements().get());
      }
      if (meaning.writes().byFilter().isPresent()) {
        return replaceByFilter(meaning.writes().byFilter().get());
      }
      return switch (message) {
        case Points.GetPoints get -> get(get);
        case Points.ScrollPoints scroll -> scroll(scroll);
        case Points.SearchMatrixPoints matrix -> matrix();
        default -> ask(call(shape, message));
      };
    }

    private static GrpcCall call(GrpcMessages.Shape shape, Message message) {
      return new GrpcCall(shape.service(), shape.method(), message.toByteArray());
    }

    private Step<GrpcCall, GrpcAnswer> ask(GrpcCall question) {
      return asking(question, shape, found -> GrpcAnswers.shown(scoping, found));
    }

    /** What the client sees of a success. */
    @FunctionalInterface
    private interface Shown {
      Message of(Message answer) throws RefusedException;
    }

    private Step<GrpcCall, GrpcAnswer> asking(
        GrpcCall question, GrpcMessages.Shape asked, Shown shown) {
      return new Step.Ask<>(
          question,
          answer -> {
            if (answer.status() != GrpcAnswer.OK) {
              return new Step.Answer<>(error(answer));
            }
            return ok(shown.of(GrpcMessages.answer(asked.answer(), answer.message())));
          });
    }

    private static Step<GrpcCall, GrpcAnswer> ok(Message shown) {
      return new Step.Answer<>(GrpcAnswer.ok(shown.toByteArray()));
    }

    private static Message success(GrpcMessages.Shape asked, GrpcAnswer answer)
        throws RefusedException {
      if (answer.status() != GrpcAnswer.OK) {
        throw DatabaseErrors.unavailable(answer.status() == DEADLINE_EXCEEDED);
      }
      return GrpcMessages.answer(asked.answer(), answer.message());
    }

    private GrpcAnswer error(GrpcAnswer answer) throws RefusedException {
      if (!CLIENTS.contains(answer.status())) {
        throw DatabaseErrors.unavailable(answer.status() == DEADLINE_EXCEEDED);
      }
      String otherwise =
          answer.status() == NOT_FOUND ? "Not found" : "the database refuses the request";
      return GrpcAnswer.failed(
          answer.status(),
          DatabaseErrors.text(Optional.of(answer.text()), scoping.clientNames(), otherwise));
    }

    // --- Examples ---

    /** A scroll over the points of one collection that queries start from. */
    private record Question(TenantRows rows, Map<PointId, PointId> asked, GrpcCall call) {}

    private List<Question> questions() throws RefusedException {
      Map<String, Map<PointId, PointId>> byCollection = new LinkedHashMap<>();
      scoping
          .examples()
          .forEach(
              (example, id) ->
                  byCollection
                      .computeIfAbsent(example.collection(), c -> new LinkedHashMap<>())
                      .put(example.id(), id));
      List<Question> out = new ArrayList<>();
      for (Map.Entry<String, Map<PointId, PointId>> asked : byCollection.entrySet()) {
        TenantRows rows = scoping.rowsOf(asked.getKey()).orElseThrow();
        List<io.qdrant.client.grpc.Common.PointId> ids =
            asked.getValue().keySet().stream().map(GrpcScoping::message).toList();
        Points.ScrollPoints body =
            byIds(rows, asked.getKey(), ids).setWithPayload(GrpcScoping.guardedKeys(rows)).build();
        out.add(new Question(rows, asked.getValue(), call(SCROLL, body)));
      }
      return out;
    }

    /**
     * INVARIANT (an example is one's own): the points that a query starts from are looked up under
     * the tenant's filter first; one of another's is missing.
     */
    private Step<GrpcCall, GrpcAnswer> resolve(List<Question> questions, int at)
        throws RefusedException {
      if (at == questions.size()) {
        return main();
      }
      Question question = questions.get(at);
      return new Step.Ask<>(
          question.call(),
          answer -> {
            Set<PointId> found = new HashSet<>();
            for (Points.RetrievedPoint point :
                ((Points.ScrollResponse) success(SCROLL, answer)).getResultList()) {
              GrpcAnswers.clientId(question.rows(), point.getId(), point.getPayloadMap());
              found.add(GrpcScoping.id(point.getId()));
            }
            Optional<PointId> missing =
                question.asked().entrySet().stream()
                    .filter(e -> !found.contains(e.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst();
            return missing.isPresent()
                ? new Step.Answer<>(
                    GrpcAnswer.failed(
                        NOT_FOUND, "Not found: No point with id " + missing.get() + " found"))
                : resolve(questions, at + 1);
          });
    }

    // --- Points by id ---

    private static Points.ScrollPoints.Builder byIds(
        TenantRows rows, String collection, List<io.qdrant.client.grpc.Common.PointId> ids) {
      return Points.ScrollPoints.newBuilder()
          .setCollectionName(collection)
          .setFilter(GrpcScoping.within(rows, Optional.of(GrpcScoping.hasId(ids))))
          .setLimit(ids.size());
    }

    private Step<GrpcCall, GrpcAnswer> get(Points.GetPoints get) throws RefusedException {
      if (get.getIdsCount() == 0) {
        return ok(Points.GetResponse.getDefaultInstance());
      }
      TenantRows rows = scoping.rows().orElseThrow();
      Points.ScrollPoints.Builder question =
          byIds(rows, scoping.collection(), get.getIdsList()).setWithPayload(get.getWithPayload());
      if (get.hasWithVectors()) {
        question.setWithVectors(get.getWithVectors());
      }
      if (get.hasReadConsistency()) {
        question.setReadConsistency(get.getReadConsistency());
      }
      if (get.hasTimeout()) {
        question.setTimeout(get.getTimeout());
      }
      return asking(
          call(SCROLL, question.build()),
          SCROLL,
          found -> GrpcAnswers.inOrder(scoping, (Points.ScrollResponse) found, get.getIdsList()));
    }

    /** As over REST, the point that begins the next page is asked for along with this one. */
    private Step<GrpcCall, GrpcAnswer> scroll(Points.ScrollPoints scroll) {
      long limit =
          scroll.hasLimit()
              ? Integer.toUnsignedLong(scroll.getLimit())
              : RestAnswers.SCROLL_DEFAULT;
      Points.ScrollPoints.Builder question = scroll.toBuilder();
      if (!scroll.hasOrderBy() && limit < Integer.MAX_VALUE) {
        question.setLimit((int) limit + 1);
      }
      return asking(
          call(SCROLL, question.build()),
          SCROLL,
          found -> GrpcAnswers.page(scoping, (Points.ScrollResponse) found, limit));
    }

    // --- Whole payloads ---

    private Step<GrpcCall, GrpcAnswer> replace(List<Points.PointsUpdateOperation> items)
        throws RefusedException {
      if (items.isEmpty()) {
        return ok(GrpcAnswers.replaced(Points.UpdateBatchResponse.getDefaultInstance()));
      }
      GrpcMessages.Shape batch = GrpcMessages.of(QdrantOperation.UPDATE_BATCH).orElseThrow();
      Points.UpdateBatchPoints.Builder question =
          Points.UpdateBatchPoints.newBuilder()
              .setCollectionName(scoping.collection())
              .addAllOperations(items);
      for (String field : List.of("wait", "ordering", "timeout")) {
        FieldDescriptor from = message.getDescriptorForType().findFieldByName(field);
        if (message.hasField(from)) {
          question.setField(
              question.getDescriptorForType().findFieldByName(field), message.getField(from));
        }
      }
      return asking(
          call(batch, question.build()),
          batch,
          written -> GrpcAnswers.replaced((Points.UpdateBatchResponse) written));
    }

    /** As over REST, the points are asked for first. */
    private Step<GrpcCall, GrpcAnswer> replaceByFilter(GrpcPayloads.ByFilter wanted) {
      TenantRows rows = scoping.rows().orElseThrow();
      Points.ScrollPoints question =
          Points.ScrollPoints.newBuilder()
              .setCollectionName(scoping.collection())
              .setFilter(wanted.filter())
              .setLimit(RestScoping.REPLACED_MAX + 1)
              .setWithPayload(GrpcScoping.guardedKeys(rows))
              .build();
      return new Step.Ask<>(
          call(SCROLL, question),
          answer -> {
            if (answer.status() != GrpcAnswer.OK) {
              return new Step.Answer<>(error(answer));
            }
            var found = (Points.ScrollResponse) success(SCROLL, answer);
            if (found.getResultCount() > RestScoping.REPLACED_MAX) {
              throw RestScoping.tooManyReplaced();
            }
            List<Points.PointsUpdateOperation> items = new ArrayList<>();
            for (Points.RetrievedPoint point : found.getResultList()) {
              PointId id = GrpcAnswers.clientId(rows, point.getId(), point.getPayloadMap());
              items.add(wanted.payloads().replacement(point.getId(), id));
            }
            return replace(items);
          });
    }

    // --- Distances ---

    private Step<GrpcCall, GrpcAnswer> matrix() {
      TenantRows rows = scoping.rows().orElseThrow();
      return new Step.Ask<>(
          call(shape, message),
          answer -> {
            if (answer.status() != GrpcAnswer.OK) {
              return new Step.Answer<>(error(answer));
            }
            Message found = GrpcMessages.answer(shape.answer(), answer.message());
            List<io.qdrant.client.grpc.Common.PointId> ids = GrpcAnswers.matrixIds(found);
            if (ids.isEmpty()) {
              return ok(
                  GrpcAnswers.matrix(rows, found, Points.ScrollResponse.getDefaultInstance()));
            }
            Points.ScrollPoints question =
                byIds(rows, scoping.collection(), ids)
                    .setWithPayload(GrpcScoping.guardedKeys(rows))
                    .build();
            return new Step.Ask<>(
                call(SCROLL, question),
                named ->
                    ok(
                        GrpcAnswers.matrix(
                            rows, found, (Points.ScrollResponse) success(SCROLL, named))));
          });
    }
  }
}
