package io.ringfence.gateway.engine.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.engine.Protocol;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Step;
import io.ringfence.gateway.request.Touch;
import io.ringfence.gateway.request.Understanding;
import io.ringfence.model.Action;
import io.ringfence.model.Separation;
import io.ringfence.model.Tenant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Understands, scopes, checks and refuses Chroma's REST requests. */
public final class ChromaProtocol implements Protocol<HttpCall, HttpAnswer> {
  private final CollectionIds known = new CollectionIds();
  private final Set<ChromaGuard> guards;

  public ChromaProtocol() {
    this(EnumSet.allOf(ChromaGuard.class));
  }

  /**
   * For tests that show that each guard is needed.
   *
   * @param guards all but what is taken away
   */
  public ChromaProtocol(Set<ChromaGuard> guards) {
    this.guards = Set.copyOf(guards);
  }

  private boolean guards(ChromaGuard guard) {
    return guards.contains(guard);
  }

  @Override
  public Understanding<HttpCall, HttpAnswer> understand(HttpCall request, Scope scope)
      throws RefusedException {
    ChromaOperation operation =
        ChromaOperation.of(request.method(), request.path())
            .orElseThrow(() -> denied("the gateway does not know this operation"));
    return new Request(operation, request, scope).understand();
  }

  @Override
  public HttpAnswer refuse(Refusal refusal) {
    ChromaError error = ChromaError.of(refusal.kind());
    HttpAnswer answer =
        ChromaJson.answer(
            error.status(),
            ChromaJson.object().put("error", error.text()).put("message", refusal.text()));
    return new HttpAnswer(
        answer.status(), answer.contentType(), answer.body(), refusal.retryAfter());
  }

  @Override
  public Extent extent(HttpAnswer answer) {
    return Extent.ofBytes(answer.body().length);
  }

  private static RefusedException denied(String text) {
    return new RefusedException(Refusal.Kind.DENIED, text);
  }

  /** One request. */
  private final class Request {
    private final ChromaOperation operation;
    private final HttpCall call;
    private final Scope scope;

    Request(ChromaOperation operation, HttpCall call, Scope scope) {
      this.operation = operation;
      this.call = call;
      this.scope = scope;
    }

    Understanding<HttpCall, HttpAnswer> understand() throws RefusedException {
      return switch (operation) {
        case IDENTITY, HEARTBEAT, VERSION, PRE_FLIGHT_CHECKS, HEALTHCHECK -> ofServer();
        case GET_TENANT, GET_DATABASE, LIST_DATABASES -> places();
        case RESET, CREATE_TENANT, UPDATE_TENANT, CREATE_DATABASE, DELETE_DATABASE -> ofOperator();
        case LIST_COLLECTIONS, COUNT_COLLECTIONS -> listing();
        case CREATE_COLLECTION -> creation();
        case GET_COLLECTION, DELETE_COLLECTION -> byName(asked(), parameter("name"));
        case GET_COLLECTION_BY_CRN -> byCrn();
        case GET_COLLECTION_BY_ID, UPDATE_COLLECTION -> byId();
        case ADD, UPSERT, UPDATE, DELETE, GET, QUERY, COUNT, INDEXING_STATUS -> byId();
        case SEARCH, FORK, FORK_COUNT, ATTACH_FUNCTION, GET_FUNCTION, DETACH_FUNCTION ->
            throw denied("`" + operation.text() + "` is not let through");
      };
    }

    private String parameter(String name) {
      return operation.parameter(call.path(), name);
    }

    /** Tenant and database as the client calls them. */
    private CollectionPlace asked() {
      return new CollectionPlace(parameter("tenant"), parameter("database"));
    }

    private CollectionPlace place(CollectionPlace asked) throws RefusedException {
      return guards(ChromaGuard.PLACES)
          ? CollectionPlace.of(asked.tenant(), asked.database(), scope)
          : asked;
    }

    private String serverName(String clientName) throws RefusedException {
      return guards(ChromaGuard.NAMES) ? scope.names().toServer(clientName) : clientName;
    }

    private void plain() throws RefusedException {
      ChromaJson.noBody(call);
      noQuery();
    }

    private void noQuery() throws RefusedException {
      if (!call.query().isEmpty()) {
        throw JsonFields.malformed("this operation takes no query parameters");
      }
    }

    private Understanding<HttpCall, HttpAnswer> decided(
        Operation what, Understanding.Start<HttpCall, HttpAnswer> start) {
      return new Understanding.Classified<>(what, start);
    }

    private Operation onServer() {
      return new Operation(
          operation.text(),
          operation.actions().stream().map(Touch::ofServer).toList(),
          Operation.Size.NONE);
    }

    private Operation on(String collection) {
      return on(List.of(collection), Operation.Size.NONE);
    }

    private Operation on(List<String> collections, Operation.Size size) {
      List<Touch> touches = new ArrayList<>();
      for (String collection : collections) {
        operation.actions().forEach(a -> touches.add(Touch.of(a, collection)));
      }
      return new Operation(operation.text(), touches, size);
    }

    private static Step<HttpCall, HttpAnswer> pass(HttpCall call) {
      return new Step.Ask<>(call, a -> new Step.Answer<>(DatabaseErrors.success(a)));
    }

    // --- The server, tenants, databases ---

    private Understanding<HttpCall, HttpAnswer> ofServer() throws RefusedException {
      plain();
      return operation == ChromaOperation.IDENTITY
          ? decided(onServer(), () -> new Step.Answer<>(ChromaJson.ok(identity())))
          : decided(onServer(), () -> pass(ChromaJson.get(call.path())));
    }

    /** The server knows nobody; who asks is what the gateway verified. */
    private ObjectNode identity() {
      String tenant =
          scope.kept(Separation.NATIVE).map(Tenant::name).orElse(CollectionPlace.DEFAULT_TENANT);
      ObjectNode out = ChromaJson.object().put("user_id", "").put("tenant", tenant);
      out.putArray("databases").add(CollectionPlace.DEFAULT_DATABASE);
      return out;
    }

    /** Whoever is of no tenant sees every tenant there is, and needs the right to. */
    private Understanding<HttpCall, HttpAnswer> places() throws RefusedException {
      ChromaJson.noBody(call);
      String asked = parameter("tenant");
      String tenant = guards(ChromaGuard.PLACES) ? CollectionPlace.ofTenant(asked, scope) : asked;
      if (operation == ChromaOperation.LIST_DATABASES) {
        return decided(cluster(), () -> pass(ChromaJson.get(call.path())));
      }
      noQuery();
      boolean usual = scope.tenant().isPresent() || asked.equals(CollectionPlace.DEFAULT_TENANT);
      Operation what = usual ? Operation.greeting(operation.text()) : cluster();
      if (operation == ChromaOperation.GET_TENANT) {
        return decided(what, () -> renamed(tenantPath(tenant), "name", asked));
      }
      CollectionPlace place = place(asked());
      return decided(what, () -> renamed(place.path(), "tenant", asked));
    }

    private Operation cluster() {
      return Operation.of(operation.text(), Touch.ofServer(Action.CLUSTER));
    }

    private static List<String> tenantPath(String tenant) {
      List<String> out = new ArrayList<>(ChromaOperation.ROOT);
      out.addAll(List.of("tenants", tenant));
      return out;
    }

    /** The answer, with what the server calls the tenant put back to what the client does. */
    private Step<HttpCall, HttpAnswer> renamed(List<String> path, String field, String asked) {
      return new Step.Ask<>(
          ChromaJson.get(path),
          answer -> {
            JsonNode root = ChromaJson.parse(DatabaseErrors.success(answer));
            ObjectNode out = ((ObjectNode) root.deepCopy()).put(field, asked);
            return new Step.Answer<>(ChromaJson.ok(out));
          });
    }

    private Understanding<HttpCall, HttpAnswer> ofOperator() throws RefusedException {
      noQuery();
      if (operation == ChromaOperation.DELETE_DATABASE || operation == ChromaOperation.RESET) {
        ChromaJson.noBody(call);
        HttpCall same =
            new HttpCall(call.method(), call.path(), call.query(), Optional.empty(), call.body());
        return decided(onServer(), () -> pass(same));
      }
      String field = operation == ChromaOperation.UPDATE_TENANT ? "resource_name" : "name";
      JsonFields fields = ChromaJson.body(call);
      String value =
          fields.takeText(field).orElseThrow(() -> JsonFields.malformed("it is missing: " + field));
      fields.end();
      ObjectNode body = ChromaJson.object().put(field, value);
      return decided(onServer(), () -> pass(ChromaJson.call(call.method(), call.path(), body)));
    }

    // --- Collections ---

    private Understanding<HttpCall, HttpAnswer> listing() throws RefusedException {
      ChromaJson.noBody(call);
      int offset = queryCount("offset").orElse(0);
      int limit = queryCount("limit").orElse(Integer.MAX_VALUE);
      boolean counts = operation == ChromaOperation.COUNT_COLLECTIONS;
      boolean known =
          counts
              ? call.query().isEmpty()
              : call.query().keySet().stream().allMatch(List.of("limit", "offset")::contains);
      if (!known) {
        throw JsonFields.malformed("the query parameters are `limit` and `offset`");
      }
      CollectionPlace asked = asked();
      CollectionPlace place = place(asked);
      return decided(
          Operation.greeting(operation.text()),
          () ->
              new Step.Ask<>(
                  ChromaJson.get(place.path("collections")),
                  answer -> {
                    ArrayNode own = own(ChromaJson.parse(DatabaseErrors.success(answer)), asked);
                    return new Step.Answer<>(
                        ChromaJson.ok(
                            counts ? IntNode.valueOf(own.size()) : part(own, offset, limit)));
                  }));
    }

    private ArrayNode own(JsonNode all, CollectionPlace asked) throws RefusedException {
      ArrayNode out = ChromaJson.array();
      for (JsonNode collection : all) {
        boolean own = scope.names().toClient(collection.path("name").asText()).isPresent();
        if (own || !guards(ChromaGuard.LISTING)) {
          out.add(described(collection, asked));
        }
      }
      return out;
    }

    private static ArrayNode part(ArrayNode all, int offset, int limit) {
      ArrayNode out = ChromaJson.array();
      long end = Math.min(all.size(), (long) offset + limit);
      for (int i = offset; i < end; i++) {
        out.add(all.get(i));
      }
      return out;
    }

    private Optional<Integer> queryCount(String name) throws RefusedException {
      String text = call.query().get(name);
      if (text == null) {
        return Optional.empty();
      }
      if (!text.matches("[0-9]{1,9}")) {
        throw JsonFields.malformed("`" + name + "` is not a count");
      }
      return Optional.of(Integer.valueOf(text));
    }

    private Understanding<HttpCall, HttpAnswer> creation() throws RefusedException {
      noQuery();
      CollectionRequest.Creation wanted = CollectionRequest.Creation.parse(call);
      CollectionPlace asked = asked();
      CollectionPlace place = place(asked);
      String name = serverName(wanted.name());
      return decided(
          on(name),
          () -> {
            refuseShared(name);
            ObjectNode body = wanted.body().deepCopy().put("name", name);
            return shown(ChromaJson.call("POST", place.path("collections"), body), asked);
          });
    }

    private void refuseShared(String name) throws RefusedException {
      if (guards(ChromaGuard.SHARED_COLLECTIONS) && scope.rowsOf(name).isPresent()) {
        throw Rows.shared();
      }
    }

    private Step<HttpCall, HttpAnswer> shown(HttpCall question, CollectionPlace asked) {
      return new Step.Ask<>(
          question,
          answer ->
              new Step.Answer<>(
                  ChromaJson.ok(
                      described(ChromaJson.parse(DatabaseErrors.success(answer)), asked))));
    }

    private JsonNode described(JsonNode collection, CollectionPlace asked) throws RefusedException {
      return guards(ChromaGuard.DESCRIPTIONS) && guards(ChromaGuard.LISTING)
          ? CollectionRequest.shown(collection, asked, scope)
          : collection;
    }

    private Understanding<HttpCall, HttpAnswer> byCrn() throws RefusedException {
      String[] parts = parameter("crn").split(":", -1);
      if (parts.length != 3) {
        throw JsonFields.malformed("a collection resource name is `tenant:database:name`");
      }
      return byName(new CollectionPlace(parts[0], parts[1]), parts[2]);
    }

    private Understanding<HttpCall, HttpAnswer> byName(CollectionPlace asked, String clientName)
        throws RefusedException {
      plain();
      CollectionPlace place = place(asked);
      String name = serverName(clientName);
      List<String> path = place.path("collections", name);
      if (operation == ChromaOperation.DELETE_COLLECTION) {
        return decided(
            on(name),
            () -> {
              refuseShared(name);
              return changing(ChromaJson.delete(path), () -> known.forget(place, name));
            });
      }
      return decided(on(name), () -> shown(ChromaJson.get(path), asked));
    }

    /**
     * INVARIANT (no name outlives its change): what is known is forgotten before the database is
     * asked and after it answers, so that a look-up in between leaves nothing stale.
     */
    private Step<HttpCall, HttpAnswer> changing(HttpCall question, Runnable forget) {
      forget.run();
      return new Step.Ask<>(
          question,
          answer -> {
            forget.run();
            return new Step.Answer<>(DatabaseErrors.success(answer));
          });
    }

    // --- By identifier ---

    /**
     * INVARIANT (the identifier decides, so it is resolved): what the server would touch is looked
     * up before it is decided, and must lie where the path says.
     */
    private Understanding<HttpCall, HttpAnswer> byId() throws RefusedException {
      UUID id = CollectionIds.parse(parameter("id"));
      CollectionPlace place = place(asked());
      Optional<CollectionIds.Known> found = known.find(id);
      if (found.isPresent()) {
        return of(found.get(), place);
      }
      return new Understanding.Lookup<>(
          ChromaJson.get(place.path("collections", "by-id", id.toString())),
          answer -> {
            if (answer.status() == 404) {
              throw CollectionRequest.missing(parameter("id"));
            }
            return of(known.learn(ChromaJson.parse(DatabaseErrors.success(answer))), place);
          });
    }

    private Understanding<HttpCall, HttpAnswer> of(
        CollectionIds.Known collection, CollectionPlace place) throws RefusedException {
      boolean visible =
          collection.place().equals(place) && scope.names().toClient(collection.name()).isPresent();
      if (!visible && guards(ChromaGuard.COLLECTION_IDS)) {
        throw CollectionRequest.missing(parameter("id"));
      }
      return switch (operation) {
        case GET_COLLECTION_BY_ID -> {
          plain();
          List<String> path = place.path("collections", "by-id", collection.id().toString());
          yield decided(on(collection.name()), () -> shown(ChromaJson.get(path), asked()));
        }
        case UPDATE_COLLECTION -> change(collection, place);
        default -> records(collection);
      };
    }

    private Understanding<HttpCall, HttpAnswer> change(
        CollectionIds.Known collection, CollectionPlace place) throws RefusedException {
      noQuery();
      CollectionRequest.Change wanted = CollectionRequest.Change.parse(call);
      List<String> touched = new ArrayList<>(List.of(collection.name()));
      ObjectNode body = wanted.body();
      if (wanted.newName().isPresent()) {
        String name = serverName(wanted.newName().get());
        touched.add(name);
        body.put("new_name", name);
      }
      return decided(
          on(touched, Operation.Size.NONE),
          () -> {
            for (String name : touched) {
              refuseShared(name);
            }
            List<String> path = place.path("collections", collection.id().toString());
            return changing(
                ChromaJson.call("PUT", path, body), () -> known.forget(collection.id()));
          });
    }

    private Understanding<HttpCall, HttpAnswer> records(CollectionIds.Known collection)
        throws RefusedException {
      RecordRequest wanted = RecordRequest.parse(operation, call);
      Optional<Rows> rows = Rows.of(scope, collection.name(), guards);
      return decided(
          on(List.of(collection.name()), wanted.size()), () -> wanted.first(collection, rows));
    }
  }
}
