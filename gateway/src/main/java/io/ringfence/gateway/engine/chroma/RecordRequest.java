package io.ringfence.gateway.engine.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request for the records of one collection, parsed wholly.
 *
 * @param readLevel how fresh a count shall be; nothing of it is kept but its word
 */
record RecordRequest(
    ChromaOperation operation,
    Optional<JsonNode> ids,
    Optional<JsonNode> embeddings,
    Optional<JsonNode> documents,
    Optional<JsonNode> uris,
    Optional<JsonNode> metadatas,
    Optional<JsonNode> where,
    Optional<JsonNode> whereDocument,
    Optional<List<String>> include,
    Optional<Integer> limit,
    Optional<Integer> offset,
    Optional<String> readLevel) {
  /** What Chroma takes for {@code n_results} when it is not said. */
  static final int RESULTS_DEFAULT = 10;

  private static final List<String> INCLUDED =
      List.of("distances", "documents", "embeddings", "metadatas", "uris");

  private static final List<String> READ_LEVELS =
      List.of("index_and_wal", "index_only", "index_and_bounded_wal");

  private static final String METADATAS = "metadatas";

  // --- Parsing ---

  static RecordRequest parse(ChromaOperation operation, HttpCall call) throws RefusedException {
    if (operation == ChromaOperation.COUNT) {
      ChromaJson.noBody(call);
      return count(call.query());
    }
    if (!call.query().isEmpty()) {
      throw JsonFields.malformed("this operation takes no query parameters");
    }
    if (operation == ChromaOperation.INDEXING_STATUS) {
      ChromaJson.noBody(call);
      return new Builder(operation).build();
    }
    JsonFields fields = ChromaJson.body(call);
    Builder out = new Builder(operation);
    switch (operation) {
      case ADD, UPSERT, UPDATE -> out.records(fields);
      case DELETE -> out.selection(fields).limit(fields, "limit");
      case GET -> out.selection(fields).limit(fields, "limit").offset(fields).include(fields);
      case QUERY ->
          out.selection(fields)
              .limit(fields, "n_results")
              .embeddings(fields, "query_embeddings")
              .include(fields);
      default -> throw new IllegalArgumentException(operation + " is not about records");
    }
    fields.end();
    return out.build();
  }

  private static RecordRequest count(Map<String, String> query) throws RefusedException {
    String level = query.get("read_level");
    boolean known = query.isEmpty() || (query.size() == 1 && READ_LEVELS.contains(level));
    if (!known) {
      throw JsonFields.malformed("the only query parameter is `read_level`, one of " + READ_LEVELS);
    }
    Builder out = new Builder(ChromaOperation.COUNT);
    out.readLevel = Optional.ofNullable(level);
    return out.build();
  }

  /** Collects the fields. */
  private static final class Builder {
    private final ChromaOperation operation;
    private Optional<JsonNode> ids = Optional.empty();
    private Optional<JsonNode> embeddings = Optional.empty();
    private Optional<JsonNode> documents = Optional.empty();
    private Optional<JsonNode> uris = Optional.empty();
    private Optional<JsonNode> metadatas = Optional.empty();
    private Optional<JsonNode> where = Optional.empty();
    private Optional<JsonNode> whereDocument = Optional.empty();
    private Optional<List<String>> include = Optional.empty();
    private Optional<Integer> limit = Optional.empty();
    private Optional<Integer> offset = Optional.empty();
    private Optional<String> readLevel = Optional.empty();

    Builder(ChromaOperation operation) {
      this.operation = operation;
    }

    void records(JsonFields fields) throws RefusedException {
      ids = takeIds(fields);
      if (ids.isEmpty()) {
        throw JsonFields.malformed("`ids` are missing");
      }
      embeddings(fields, "embeddings");
      documents = takeList(fields, "documents");
      uris = takeList(fields, "uris");
      metadatas = takeList(fields, METADATAS);
      for (Optional<JsonNode> list : List.of(embeddings, documents, uris, metadatas)) {
        if (list.isPresent() && list.get().size() != ids.get().size()) {
          throw JsonFields.malformed("the lists of records differ in length");
        }
      }
    }

    Builder embeddings(JsonFields fields, String name) throws RefusedException {
      embeddings = takeList(fields, name);
      return this;
    }

    Builder selection(JsonFields fields) throws RefusedException {
      ids = takeIds(fields);
      where = takeObject(fields, "where");
      whereDocument = takeObject(fields, "where_document");
      return this;
    }

    Builder limit(JsonFields fields, String name) throws RefusedException {
      limit = fields.takeCount(name);
      return this;
    }

    Builder offset(JsonFields fields) throws RefusedException {
      offset = fields.takeCount("offset");
      return this;
    }

    void include(JsonFields fields) throws RefusedException {
      Optional<JsonNode> list = takeList(fields, "include");
      if (list.isPresent()) {
        List<String> words = new ArrayList<>();
        for (JsonNode word : list.get()) {
          if (!INCLUDED.contains(word.textValue()) || words.contains(word.textValue())) {
            throw JsonFields.malformed("`include` takes each of " + INCLUDED + " once");
          }
          words.add(word.textValue());
        }
        include = Optional.of(List.copyOf(words));
      }
    }

    private static Optional<JsonNode> takeIds(JsonFields fields) throws RefusedException {
      Optional<JsonNode> ids = fields.take("ids");
      return ids.isEmpty() ? ids : Optional.of(Rows.checkedIds(ids.get()));
    }

    private static Optional<JsonNode> takeList(JsonFields fields, String name)
        throws RefusedException {
      Optional<JsonNode> list = fields.take(name);
      if (list.isPresent() && !list.get().isArray()) {
        throw JsonFields.malformed("`" + name + "` is not a list");
      }
      return list;
    }

    private static Optional<JsonNode> takeObject(JsonFields fields, String name)
        throws RefusedException {
      Optional<JsonNode> object = fields.take(name);
      if (object.isPresent() && !object.get().isObject()) {
        throw JsonFields.malformed("`" + name + "` is not an object");
      }
      return object;
    }

    RecordRequest build() {
      return new RecordRequest(
          operation,
          ids,
          embeddings,
          documents,
          uris,
          metadatas,
          where,
          whereDocument,
          include,
          limit,
          offset,
          readLevel);
    }
  }

  /** What limits bound. */
  Operation.Size size() {
    int records = ids.map(JsonNode::size).orElse(0);
    int queries = operation == ChromaOperation.QUERY ? embeddings.map(JsonNode::size).orElse(0) : 0;
    int topK = operation == ChromaOperation.QUERY ? limit.orElse(RESULTS_DEFAULT) : limit.orElse(0);
    return new Operation.Size(Math.max(records, queries), topK);
  }

  // --- Answering ---

  /** The first step, over a whole collection or the rows of one. */
  Step<HttpCall, HttpAnswer> first(CollectionIds.Known collection, Optional<Rows> rows)
      throws RefusedException {
    return switch (operation) {
      case ADD, UPSERT, UPDATE -> ask(collection, written(rows), a -> a);
      case DELETE -> delete(collection, rows);
      case GET, QUERY -> ask(collection, selected(rows), a -> shown(a, rows));
      case COUNT ->
          rows.isPresent() && rows.get().guards().contains(ChromaGuard.ROW_COUNTS)
              ? countRows(collection, rows.get())
              : countAll(collection);
      case INDEXING_STATUS -> status(collection, rows);
      default -> throw new IllegalArgumentException(operation + " is not about records");
    };
  }

  private Step<HttpCall, HttpAnswer> ask(
      CollectionIds.Known collection, ObjectNode body, Shown shown) {
    String verb = operation.name().toLowerCase(Locale.ROOT);
    List<String> path = collection.place().path("collections", collection.id().toString(), verb);
    return new Step.Ask<>(
        ChromaJson.call("POST", path, body),
        answer -> {
          HttpAnswer out = shown.of(DatabaseErrors.success(answer));
          return new Step.Answer<>(out, count(out));
        });
  }

  /** How many records it writes or shows. */
  private OptionalLong count(HttpAnswer shown) throws RefusedException {
    return switch (operation) {
      case ADD, UPSERT, UPDATE -> OptionalLong.of(ids.orElseThrow().size());
      case GET, QUERY -> IdCount.of(shown.body());
      case DELETE -> deletedCount(shown);
      default -> OptionalLong.empty();
    };
  }

  private static OptionalLong deletedCount(HttpAnswer shown) throws RefusedException {
    JsonNode count = shown.body().length == 0 ? null : ChromaJson.parse(shown).get("deleted");
    return count != null && count.isIntegralNumber()
        ? OptionalLong.of(count.longValue())
        : OptionalLong.empty();
  }

  /** What the client sees of a success. */
  @FunctionalInterface
  private interface Shown {
    HttpAnswer of(HttpAnswer answer) throws RefusedException;
  }

  private ObjectNode written(Optional<Rows> rows) throws RefusedException {
    ObjectNode body = ChromaJson.object();
    body.set("ids", rows.isPresent() ? rows.get().ids(ids.get()) : ids.get());
    embeddings.ifPresent(e -> body.set("embeddings", e));
    documents.ifPresent(d -> body.set("documents", d));
    uris.ifPresent(u -> body.set("uris", u));
    if (rows.isPresent() && operation != ChromaOperation.UPDATE) {
      body.set(METADATAS, rows.get().marked(metadatas, ids.get().size()));
    } else {
      if (rows.isPresent()) {
        rows.get().refuseMarks(metadatas);
      }
      metadatas.ifPresent(m -> body.set(METADATAS, m));
    }
    return body;
  }

  private ObjectNode selected(Optional<Rows> rows) throws RefusedException {
    ObjectNode body = ChromaJson.object();
    if (ids.isPresent()) {
      body.set("ids", rows.isPresent() ? rows.get().ids(ids.get()) : ids.get());
    }
    Optional<JsonNode> condition = rows.isPresent() ? Optional.of(rows.get().where(where)) : where;
    condition.ifPresent(w -> body.set("where", w));
    whereDocument.ifPresent(w -> body.set("where_document", w));
    embeddings.ifPresent(e -> body.set("query_embeddings", e));
    limit.ifPresent(l -> body.put(operation == ChromaOperation.QUERY ? "n_results" : "limit", l));
    offset.ifPresent(o -> body.put("offset", o));
    if (include.isPresent()) {
      ArrayNode words = body.putArray("include");
      include.get().forEach(words::add);
      if (rows.isPresent() && !include.get().contains(METADATAS)) {
        words.add(METADATAS);
      }
    }
    return body;
  }

  /**
   * The server deletes nothing when nothing is selected, and counts every id it is given; within a
   * tenant's rows both stay so.
   */
  private Step<HttpCall, HttpAnswer> delete(CollectionIds.Known collection, Optional<Rows> rows)
      throws RefusedException {
    boolean selects = ids.isPresent() || where.isPresent() || whereDocument.isPresent();
    if (rows.isPresent() && !selects) {
      return new Step.Answer<>(ChromaJson.ok(ChromaJson.object().put("deleted", 0)));
    }
    boolean byIds = where.isEmpty() && whereDocument.isEmpty();
    return ask(
        collection, selected(rows), a -> rows.isPresent() && byIds ? deleted(ids.get().size()) : a);
  }

  private static HttpAnswer deleted(int count) {
    return ChromaJson.ok(ChromaJson.object().put("deleted", count));
  }

  private Step<HttpCall, HttpAnswer> countAll(CollectionIds.Known collection) {
    List<String> path = collection.place().path("collections", collection.id().toString(), "count");
    Map<String, String> query = readLevel.map(l -> Map.of("read_level", l)).orElse(Map.of());
    HttpCall call = new HttpCall("GET", path, query, Optional.empty(), new byte[0]);
    return new Step.Ask<>(call, a -> new Step.Answer<>(DatabaseErrors.success(a)));
  }

  /** What counts everybody's records cannot count a tenant's. */
  private Step<HttpCall, HttpAnswer> countRows(CollectionIds.Known collection, Rows rows) {
    ObjectNode body = ChromaJson.object();
    body.set("where", rows.where(Optional.empty()));
    body.putArray("include");
    List<String> path = collection.place().path("collections", collection.id().toString(), "get");
    return new Step.Ask<>(
        ChromaJson.call("POST", path, body),
        answer -> {
          JsonNode ids = ChromaJson.parse(DatabaseErrors.success(answer)).path("ids");
          for (JsonNode id : ids) {
            rows.shownId(id);
          }
          return new Step.Answer<>(ChromaJson.ok(IntNode.valueOf(ids.size())));
        });
  }

  /** How far indexing is says how much everybody writes. */
  private static Step<HttpCall, HttpAnswer> status(
      CollectionIds.Known collection, Optional<Rows> rows) throws RefusedException {
    if (rows.isPresent() && rows.get().guards().contains(ChromaGuard.ROW_STATUS)) {
      throw new RefusedException(
          Refusal.Kind.UNSUPPORTED, "how far a shared collection is indexed is not shown");
    }
    List<String> path =
        collection.place().path("collections", collection.id().toString(), "indexing_status");
    return new Step.Ask<>(ChromaJson.get(path), a -> new Step.Answer<>(DatabaseErrors.success(a)));
  }

  // --- What is shown ---

  private HttpAnswer shown(HttpAnswer answer, Optional<Rows> rows) throws RefusedException {
    if (rows.isEmpty()) {
      return answer;
    }
    JsonNode root = ChromaJson.parse(answer);
    ObjectNode out = root.isObject() ? root.deepCopy() : ChromaJson.object();
    boolean nested = operation == ChromaOperation.QUERY;
    out.set("ids", mapped(root.path("ids"), nested, rows.get()::shownId));
    JsonNode marks = mapped(root.path(METADATAS), nested, rows.get()::shownMetadata);
    refuseUnequal(out.path("ids"), marks);
    boolean wanted = include.isEmpty() || include.get().contains(METADATAS);
    out.set(METADATAS, wanted ? marks : out.nullNode());
    if (!wanted) {
      out.set("include", without(root.path("include")));
    }
    return ChromaJson.ok(out);
  }

  /** Every record must have shown its mark. */
  private static void refuseUnequal(JsonNode ids, JsonNode marks) throws RefusedException {
    boolean equal = ids.size() == marks.size();
    for (int i = 0; equal && i < ids.size(); i++) {
      equal = !ids.path(i).isArray() || ids.path(i).size() == marks.path(i).size();
    }
    if (!equal) {
      throw new RefusedException(
          Refusal.Kind.WITHHELD, "the database's answer does not say whose records it holds");
    }
  }

  /** What the client sees of one value. */
  @FunctionalInterface
  private interface Mapping {
    JsonNode of(JsonNode value) throws RefusedException;
  }

  private static ArrayNode mapped(JsonNode list, boolean nested, Mapping mapping)
      throws RefusedException {
    ArrayNode out = ChromaJson.array();
    for (JsonNode item : list) {
      out.add(nested ? mapped(item, false, mapping) : mapping.of(item));
    }
    return out;
  }

  private static ArrayNode without(JsonNode include) {
    ArrayNode out = ChromaJson.array();
    for (JsonNode word : include) {
      if (!METADATAS.equals(word.textValue())) {
        out.add(word);
      }
    }
    return out;
  }
}
