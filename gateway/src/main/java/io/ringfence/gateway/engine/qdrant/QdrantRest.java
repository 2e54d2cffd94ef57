package io.ringfence.gateway.engine.qdrant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.engine.Protocol;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Step;
import io.ringfence.gateway.request.Understanding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Understands, scopes, checks and refuses Qdrant's REST requests. */
public final class QdrantRest implements Protocol<HttpCall, HttpAnswer> {
  private static final JsonGrammar GRAMMAR = grammar();
  private static final Map<QdrantOperation, String> BODY_TYPES = bodyTypes();

  /** What query parameters may hold. */
  private static final Map<String, Pattern> PARAMETERS =
      Map.ofEntries(
          Map.entry("wait", Pattern.compile("true|false")),
          Map.entry("ordering", Pattern.compile("weak|medium|strong")),
          Map.entry("timeout", Pattern.compile("[0-9]{1,9}")),
          Map.entry("consistency", Pattern.compile("[0-9]{1,9}|majority|quorum|all")),
          Map.entry("anonymize", Pattern.compile("true|false")),
          Map.entry("details_level", Pattern.compile("[0-9]{1,2}")),
          Map.entry("per_collection", Pattern.compile("true|false")),
          Map.entry("force", Pattern.compile("true|false")),
          Map.entry("with", Pattern.compile("[a-z_]{1,32}(?:,[a-z_]{1,32}){0,7}")),
          Map.entry("completed_limit", Pattern.compile("[0-9]{1,9}")));

  private final Egress egress;
  private final Set<QdrantGuard> guards;

  /** Lets the database fetch nothing. */
  public QdrantRest() {
    this(Egress.NONE);
  }

  public QdrantRest(Egress egress) {
    this(egress, QdrantGuard.ALL);
  }

  /**
   * @param guards all but what a test takes away
   */
  public QdrantRest(Egress egress, Set<QdrantGuard> guards) {
    this.egress = egress;
    this.guards = Set.copyOf(guards);
  }

  private static JsonGrammar grammar() {
    try (InputStream in = QdrantRest.class.getResourceAsStream("requests.grammar")) {
      return JsonGrammar.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Understanding<HttpCall, HttpAnswer> understand(HttpCall request, Scope scope)
      throws RefusedException {
    QdrantOperation operation =
        QdrantOperation.ofRest(request.method(), request.path())
            .orElseThrow(() -> denied("the gateway does not know this operation"));
    Request read = read(request, operation, scope, Map.of());
    if (!read.scoping.mayNameAliases()) {
      return read.classified();
    }
    return new Understanding.Lookup<>(
        RestJson.call("GET", QdrantOperation.LIST_ALIASES.path(), Map.of()),
        answer -> read(request, operation, scope, RestAnswers.aliases(answer)).classified());
  }

  private Request read(
      HttpCall call, QdrantOperation operation, Scope scope, Map<String, String> aliases)
      throws RefusedException {
    Request out = new Request(call, new Scoping(operation, scope, egress, aliases, guards));
    out.read();
    return out;
  }

  @Override
  public HttpAnswer refuse(Refusal refusal) {
    return RestJson.error(QdrantError.of(refusal.kind()).http(), refusal.text());
  }

  private static RefusedException denied(String text) {
    return new RefusedException(Refusal.Kind.DENIED, text);
  }

  /** The type of an operation's body, if it has one: its name in another spelling. */
  static Optional<String> bodyType(QdrantOperation operation) {
    return Optional.ofNullable(BODY_TYPES.get(operation));
  }

  private static Map<QdrantOperation, String> bodyTypes() {
    Map<QdrantOperation, String> out = new EnumMap<>(QdrantOperation.class);
    for (QdrantOperation operation : QdrantOperation.values()) {
      StringBuilder name = new StringBuilder();
      for (String word : operation.name().split("_", -1)) {
        name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
      }
      if (GRAMMAR.names().contains(name.toString())) {
        out.put(operation, name.toString());
      }
    }
    return out;
  }

  /** One request. */
  private static final class Request {
    private final HttpCall call;
    private final Scoping scoping;
    private final QdrantOperation operation;
    private final Map<String, String> query = new LinkedHashMap<>();
    private Optional<JsonNode> body = Optional.empty();

    Request(HttpCall call, Scoping scoping) {
      this.call = call;
      this.scoping = scoping;
      this.operation = scoping.operation();
    }

    void read() throws RefusedException {
      scoping.admit();
      Optional<String> collection = operation.parameter(call.path(), "collection");
      if (collection.isPresent()) {
        scoping.enter(collection.get());
      }
      readQuery();
      readBody();
      if (operation == QdrantOperation.GET_POINT) {
        id();
      }
    }

    Understanding<HttpCall, HttpAnswer> classified() {
      return new Understanding.Classified<>(scoping.what(), this::first);
    }

    private void readQuery() throws RefusedException {
      for (Map.Entry<String, String> parameter : call.query().entrySet()) {
        String name = parameter.getKey();
        boolean known =
            operation.parameters().contains(name)
                && PARAMETERS.get(name).matcher(parameter.getValue()).matches();
        if (!known) {
          throw JsonFields.malformed("a query parameter is not one that this operation takes");
        }
        query.put(name, parameter.getValue());
      }
    }

    private void readBody() throws RefusedException {
      Optional<String> type = bodyType(operation);
      if (type.isPresent()) {
        body = Optional.of(GRAMMAR.read(type.get(), RestJson.body(call), new RestScoping(scoping)));
      } else if (call.body().length > 0) {
        throw JsonFields.malformed("this operation has no body");
      }
    }

    // --- Answering ---

    private Step<HttpCall, HttpAnswer> first() throws RefusedException {
      scoping.end();
      List<RestExamples.Question> questions = RestExamples.of(scoping);
      return questions.isEmpty() ? main() : resolve(questions, 0);
    }

    /**
     * INVARIANT (an example is one's own): the points that a query starts from are looked up under
     * the tenant's filter first; one of another's is missing.
     */
    private Step<HttpCall, HttpAnswer> resolve(List<RestExamples.Question> questions, int at)
        throws RefusedException {
      if (at == questions.size()) {
        return main();
      }
      RestExamples.Question question = questions.get(at);
      List<String> path = QdrantOperation.SCROLL.path(question.collection());
      return new Step.Ask<>(
          RestJson.call("POST", path, Map.of(), question.body()),
          answer -> {
            JsonNode points = success(answer).path("result").path("points");
            Optional<PointId> missing = question.missing(points);
            return missing.isPresent()
                ? new Step.Answer<>(
                    RestJson.error(404, "Not found: No point with id " + missing.get() + " found"))
                : resolve(questions, at + 1);
          });
    }

    private Step<HttpCall, HttpAnswer> main() throws RefusedException {
      return switch (operation) {
        case GET_POINT -> getPoint();
        case GET_POINTS -> getPoints();
        case SCROLL -> scroll();
        case OVERWRITE_PAYLOAD, CLEAR_PAYLOAD -> replace();
        case MATRIX_PAIRS, MATRIX_OFFSETS -> matrix();
        case HEALTHZ, LIVEZ, READYZ, METRICS_TEXT, GET_SNAPSHOT, GET_FULL_SNAPSHOT -> raw();
        default -> ask(same(), RestAnswers.shown(scoping));
      };
    }

    private HttpCall same() throws RefusedException {
      List<String> path = path();
      return body.isPresent()
          ? RestJson.call(call.method(), path, query, body.get())
          : RestJson.call(call.method(), path, query);
    }

    private List<String> path() throws RefusedException {
      List<String> values = new ArrayList<>();
      if (operation.parameter(call.path(), "collection").isPresent()) {
        values.add(scoping.collection());
      }
      Optional<String> field = operation.parameter(call.path(), "field");
      if (field.isPresent()) {
        PayloadPath.parse(field.get());
        values.add(field.get());
      }
      operation.parameter(call.path(), "vector").ifPresent(values::add);
      Optional<String> snapshot = operation.parameter(call.path(), "snapshot");
      if (snapshot.isPresent()) {
        values.add(Snapshots.toServer(snapshot.get(), scoping));
      }
      Optional<String> peer = operation.parameter(call.path(), "peer");
      if (peer.isPresent()) {
        if (!peer.get().matches("[0-9]{1,20}")) {
          throw JsonFields.malformed("a peer is named by a number");
        }
        values.add(peer.get());
      }
      if (operation == QdrantOperation.GET_POINT) {
        values.add(id().toString());
      }
      return operation.path(values.toArray(String[]::new));
    }

    private PointId id() throws RefusedException {
      return PointId.ofSegment(operation.parameter(call.path(), "id").orElseThrow());
    }

    private Step<HttpCall, HttpAnswer> ask(HttpCall question, RestAnswers.Shown shown) {
      return new Step.Ask<>(
          question,
          answer -> {
            if (answer.status() >= 300) {
              return new Step.Answer<>(error(answer));
            }
            return new Step.Answer<>(
                RestAnswers.isOnesOwn(scoping) ? answer : envelope(success(answer), shown));
          });
    }

    private HttpAnswer envelope(JsonNode root, RestAnswers.Shown shown) throws RefusedException {
      if (!root.has("result")) {
        // A greeting has no envelope.
        return RestJson.answer(200, root);
      }
      ObjectNode out = RestJson.object();
      if (scoping.rows().isEmpty()) {
        RestJson.copy(root, out, "usage");
      }
      out.set("result", shown.of(root.get("result")));
      out.put("status", "ok");
      return RestJson.answer(200, RestJson.copy(root, out, "time"));
    }

    private Step<HttpCall, HttpAnswer> raw() throws RefusedException {
      return new Step.Ask<>(
          same(), answer -> new Step.Answer<>(answer.status() < 300 ? answer : error(answer)));
    }

    private JsonNode success(HttpAnswer answer) throws RefusedException {
      if (answer.status() >= 300) {
        throw DatabaseErrors.unavailable(answer.status() == 504);
      }
      return answer.contentType().equals(Optional.of(RestJson.MEDIA_TYPE))
          ? RestJson.parse(answer)
          : RestJson.object().put("result", true).put("time", 0.0);
    }

    private HttpAnswer error(HttpAnswer answer) throws RefusedException {
      if (!DatabaseErrors.isClients(answer.status())) {
        throw DatabaseErrors.unavailable(answer.status() == 504);
      }
      return RestJson.error(
          answer.status(),
          DatabaseErrors.text(message(answer), scoping.clientNames(), otherwise(answer.status())));
    }

    private static String otherwise(int status) {
      return status == 404 ? "Not found" : "the database refuses the request";
    }

    private static Optional<String> message(HttpAnswer answer) {
      try {
        return Optional.ofNullable(RestJson.parse(answer).path("status").path("error").textValue());
      } catch (RefusedException e) {
        return Optional.empty();
      }
    }

    // --- Points by id ---

    private Step<HttpCall, HttpAnswer> getPoint() throws RefusedException {
      if (scoping.rows().isEmpty()) {
        return ask(same(), RestAnswers.shown(scoping));
      }
      TenantRows rows = scoping.rows().get();
      JsonNode id = RestJson.json(rows.toServer(id()));
      scoping.select(true);
      ObjectNode question = byIds(rows, RestJson.array().add(id));
      question.put("with_payload", true).put("with_vector", true);
      PointId asked = id();
      return new Step.Ask<>(
          scrolling(question),
          answer -> {
            JsonNode root = success(answer);
            JsonNode points = root.path("result").path("points");
            if (points.isEmpty()) {
              return new Step.Answer<>(
                  RestJson.error(404, "Not found: Point with id " + asked + " does not exists!"));
            }
            return new Step.Answer<>(
                envelope(root, r -> RestAnswers.point(scoping, r.path("points").path(0), true)));
          });
    }

    private Step<HttpCall, HttpAnswer> getPoints() throws RefusedException {
      if (scoping.rows().isEmpty()) {
        return ask(same(), RestAnswers.shown(scoping));
      }
      TenantRows rows = scoping.rows().get();
      JsonNode ids = body.orElseThrow().get("ids");
      if (ids.isEmpty()) {
        return new Step.Answer<>(
            envelope(RestJson.object().set("result", RestJson.array()), r -> r));
      }
      ObjectNode question = byIds(rows, ids);
      RestJson.copy(body.get(), question, "with_payload", "with_vector");
      return ask(scrolling(question), r -> RestAnswers.inOrder(scoping, r.path("points"), ids));
    }

    private static ObjectNode byIds(TenantRows rows, JsonNode ids) {
      ObjectNode out = RestJson.object();
      out.set("filter", RestJson.within(rows, Optional.of(RestJson.hasId(ids))));
      return out.put("limit", ids.size());
    }

    private HttpCall scrolling(JsonNode question) {
      return RestJson.call(
          "POST", QdrantOperation.SCROLL.path(scoping.collection()), query, question);
    }

    /**
     * The next page begins with a point whose name the client must be told, so that it is asked for
     * along with this one.
     */
    private Step<HttpCall, HttpAnswer> scroll() throws RefusedException {
      if (scoping.rows().isEmpty()) {
        return ask(same(), RestAnswers.shown(scoping));
      }
      ObjectNode question = body.orElseThrow().deepCopy();
      int limit = question.path("limit").asInt(RestAnswers.SCROLL_DEFAULT);
      if (!question.has("order_by") && limit < Integer.MAX_VALUE) {
        question.put("limit", limit + 1);
      }
      return ask(scrolling(question), r -> RestAnswers.page(scoping, r, limit));
    }

    // --- Whole payloads ---

    private Step<HttpCall, HttpAnswer> replace() throws RefusedException {
      JsonNode wanted = body.orElseThrow();
      if (wanted.isArray()) {
        return replacing((ArrayNode) wanted);
      }
      return scoping.rows().isEmpty() || wanted.has("key")
          ? ask(same(), RestAnswers.shown(scoping))
          : replaceByFilter(scoping.rows().get(), wanted);
    }

    private Step<HttpCall, HttpAnswer> replacing(ArrayNode items) throws RefusedException {
      if (items.isEmpty()) {
        return new Step.Answer<>(
            envelope(RestJson.object().set("result", RestAnswers.done()), r -> r));
      }
      ObjectNode batch = RestJson.object();
      batch.set("operations", items);
      return ask(
          RestJson.call(
              "POST", QdrantOperation.UPDATE_BATCH.path(scoping.collection()), query, batch),
          r -> RestAnswers.update(scoping, r.path(r.size() - 1)));
    }

    /** Each point has a mark of its own, so that the points are asked for first. */
    private Step<HttpCall, HttpAnswer> replaceByFilter(TenantRows rows, JsonNode wanted) {
      ObjectNode question = RestJson.object();
      question.set("filter", wanted.get("filter"));
      question.put("limit", RestScoping.REPLACED_MAX + 1);
      question.set("with_payload", RestJson.guardedKeys(rows));
      return new Step.Ask<>(
          RestJson.call(
              "POST", QdrantOperation.SCROLL.path(scoping.collection()), Map.of(), question),
          answer -> {
            if (answer.status() >= 300) {
              return new Step.Answer<>(error(answer));
            }
            JsonNode points = success(answer).path("result").path("points");
            if (points.size() > RestScoping.REPLACED_MAX) {
              throw RestScoping.tooManyReplaced();
            }
            ArrayNode items = RestJson.array();
            for (JsonNode point : points) {
              PointId id = RestAnswers.clientId(rows, point);
              items.add(RestScoping.replacement(rows, wanted.path("payload"), point.get("id"), id));
            }
            return replacing(items);
          });
    }

    // --- Distances ---

    private Step<HttpCall, HttpAnswer> matrix() throws RefusedException {
      if (scoping.rows().isEmpty()) {
        return ask(same(), RestAnswers.shown(scoping));
      }
      TenantRows rows = scoping.rows().get();
      return new Step.Ask<>(
          same(),
          answer -> {
            if (answer.status() >= 300) {
              return new Step.Answer<>(error(answer));
            }
            JsonNode root = success(answer);
            JsonNode ids = RestAnswers.matrixIds(root.path("result"));
            if (ids.isEmpty()) {
              return new Step.Answer<>(envelope(root, r -> r));
            }
            ObjectNode question = byIds(rows, ids);
            question.set("with_payload", RestJson.guardedKeys(rows));
            return named(question, root);
          });
    }

    private Step<HttpCall, HttpAnswer> named(ObjectNode question, JsonNode root) {
      return new Step.Ask<>(
          scrolling(question),
          answer -> {
            JsonNode points = success(answer).path("result").path("points");
            Function<String, JsonNode> names = RestAnswers.names(scoping, points)::get;
            return new Step.Answer<>(envelope(root, r -> RestAnswers.matrix(r, names)));
          });
    }
  }
}
