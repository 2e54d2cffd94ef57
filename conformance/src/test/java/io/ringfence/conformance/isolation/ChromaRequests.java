package io.ringfence.conformance.isolation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * A grammar of requests to Chroma: what its clients send, what a strict reader may refuse, and what
 * reaches for others' data. A path's segment that begins with a brace stands for the identifier
 * that the collection of that name has on the side that is asked.
 */
final class ChromaRequests {
  /** An identifier that no collection has. */
  static final String MISSING = "00000000-0000-4000-8000-000000000000";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ROOT =
      List.of("api", "v2", "tenants", "default_tenant", "databases", "default_database");
  private static final List<String> INCLUDED = List.of("documents", "embeddings", "metadatas");
  private static final List<String> COLOURS = List.of("red", "green", "blue");

  private final Map<String, String> foreign;

  /**
   * @param foreign others' collections and their identifiers
   */
  ChromaRequests(Map<String, String> foreign) {
    this.foreign = foreign;
  }

  /** How an identifier is written. */
  @FunctionalInterface
  interface Form extends UnaryOperator<String> {
    default String of(String id) {
      return apply(id);
    }
  }

  private static final List<Form> FORMS =
      List.of(id -> id.toUpperCase(Locale.ROOT), id -> id.replace("-", ""), id -> "urn:uuid:" + id);

  /**
   * A request that is wanted.
   *
   * @param compared whether both sides can answer alike
   */
  record Wanted(
      String operation,
      Subject.Kind kind,
      boolean changes,
      boolean compared,
      String method,
      List<String> path,
      Map<String, String> query,
      byte[] body,
      Form form) {
    Optional<String> contentType() {
      return body.length == 0 ? Optional.empty() : Optional.of("application/json");
    }

    boolean changesCollections() {
      return changes && !path.getLast().matches("add|upsert|update|delete");
    }

    Wanted as(Subject.Kind other) {
      return new Wanted(operation, other, changes, compared, method, path, query, body, form);
    }

    Wanted written(Form how) {
      return new Wanted(operation, kind, changes, compared, method, path, query, body, how);
    }

    Wanted with(byte[] other) {
      return new Wanted(operation, kind, changes, compared, method, path, query, other, form);
    }

    Wanted to(List<String> other) {
      return new Wanted(operation, kind, changes, compared, method, other, query, body, form);
    }
  }

  Wanted next(SplittableRandom random, String tenant) {
    boolean names = tenant.equals("alpha");
    int dice = random.nextInt(100);
    if (dice < 55) {
      return valid(random, names);
    }
    if (dice < 70) {
      return odd(random, names);
    }
    return hostile(random, names);
  }

  // --- Valid ---

  private Wanted valid(SplittableRandom random, boolean names) {
    String collection = names ? pick(random, List.of("docs", "notes", "temp")) : "shared";
    return switch (random.nextInt(names ? 14 : 11)) {
      case 0 -> records("get", collection, selection(random, true), false);
      case 1 -> records("get", collection, include(random, object()), false);
      case 2, 3 -> records("query", collection, query(random), false);
      case 4 -> wanted("count", false, "GET", under(collection, "count"), null);
      case 5 -> records("add", collection, written(random, true), true);
      case 6 -> records("upsert", collection, written(random, true), true);
      case 7 -> records("update", collection, written(random, false), true);
      case 8 -> records("delete", collection, selection(random, false), true);
      case 9 -> wanted("list", false, "GET", rooted("collections"), null);
      case 10 ->
          random.nextBoolean()
              ? wanted("count_collections", false, "GET", rooted("collections_count"), null)
              : wanted("get_collection", false, "GET", rooted("collections", collection), null);
      case 11 ->
          wanted(
              "create_collection",
              true,
              "POST",
              rooted("collections"),
              object().put("name", collection).put("get_or_create", random.nextInt(3) > 0));
      case 12 -> wanted("delete_collection", true, "DELETE", rooted("collections", "temp"), null);
      default ->
          wanted(
              "update_collection",
              true,
              "PUT",
              under(collection),
              (ObjectNode) object().set("new_metadata", object().put("n", random.nextInt(3))));
    };
  }

  private static ObjectNode query(SplittableRandom random) {
    ObjectNode body = object();
    ArrayNode queries = body.putArray("query_embeddings");
    for (int i = 0; i <= random.nextInt(2); i++) {
      embedding(random, queries.addArray());
    }
    body.put("n_results", 1 + random.nextInt(5));
    if (random.nextInt(3) == 0) {
      body.set("where", where(random));
    }
    return include(random, body);
  }

  private static ObjectNode selection(SplittableRandom random, boolean reads) {
    ObjectNode body = object();
    switch (random.nextInt(4)) {
      case 0 -> body.set("where", where(random));
      case 1 -> {
        body.set("where", where(random));
        ids(random, body);
      }
      case 2 ->
          body.set("where_document", object().put("$contains", pick(random, List.of("text", "b"))));
      default -> ids(random, body);
    }
    return reads ? include(random, body) : body;
  }

  private static ObjectNode include(SplittableRandom random, ObjectNode body) {
    if (random.nextInt(3) > 0) {
      ArrayNode words = body.putArray("include");
      INCLUDED.stream().filter(w -> random.nextBoolean()).forEach(words::add);
    }
    return body;
  }

  private static ObjectNode where(SplittableRandom random) {
    ObjectNode colour = object().put("colour", pick(random, COLOURS));
    ObjectNode number = object();
    number.putObject("n").put(pick(random, List.of("$gt", "$lte", "$ne")), random.nextInt(5));
    return switch (random.nextInt(4)) {
      case 0 -> colour;
      case 1 -> number;
      default -> {
        ObjectNode both = object();
        both.putArray(random.nextBoolean() ? "$and" : "$or").add(colour).add(number);
        yield both;
      }
    };
  }

  private static void ids(SplittableRandom random, ObjectNode body) {
    ArrayNode out = body.putArray("ids");
    distinct(random).forEach(out::add);
  }

  private static List<String> distinct(SplittableRandom random) {
    List<String> out = new ArrayList<>();
    for (String id : List.of("a", "b", "c", "d", "e", "f", "x")) {
      if (random.nextInt(3) == 0) {
        out.add(id);
      }
    }
    return out.isEmpty() ? List.of("a") : out;
  }

  private static ObjectNode written(SplittableRandom random, boolean whole) {
    ObjectNode body = object();
    List<String> ids = distinct(random);
    ArrayNode all = body.putArray("ids");
    ids.forEach(all::add);
    ArrayNode embeddings = body.putArray("embeddings");
    ids.forEach(i -> embedding(random, embeddings.addArray()));
    if (whole || random.nextBoolean()) {
      ArrayNode documents = body.putArray("documents");
      ids.forEach(i -> documents.add("text " + i + " " + random.nextInt(9)));
    }
    ArrayNode metadatas = body.putArray("metadatas");
    ids.forEach(
        i ->
            metadatas.addObject().put("n", random.nextInt(5)).put("colour", pick(random, COLOURS)));
    return body;
  }

  private static void embedding(SplittableRandom random, ArrayNode out) {
    for (int i = 0; i < 4; i++) {
      // So fine that no two are equally far from a third, which either server may rank as it likes.
      out.add((float) random.nextInt(1 << 20) / (1 << 20));
    }
  }

  // --- Odd ---

  private Wanted odd(SplittableRandom random, boolean names) {
    Wanted base = valid(random, names).as(Subject.Kind.ODD);
    String body = new String(base.body(), StandardCharsets.UTF_8);
    return switch (random.nextInt(7)) {
      case 0, 1 -> base.written(pick(random, FORMS));
      case 2 -> body.isEmpty() ? base : base.with(bytes(body.replaceFirst("}$", ",\"more\":1}")));
      case 3 ->
          body.isEmpty() ? base : base.with(bytes(body.replaceFirst("\\{", "{\"ids\":[\"a\"],")));
      case 4 -> body.isEmpty() ? base : base.with(bytes(body.replace("\"n\"", "\"n\\u0000\"")));
      case 5 ->
          body.isEmpty() ? base : base.with(Arrays.copyOf(base.body(), base.body().length / 2));
      default -> base.with(random.nextBoolean() ? new byte[] {'{', (byte) 0xff, '}'} : bytes("[]"));
    };
  }

  // --- Hostile ---

  private Wanted hostile(SplittableRandom random, boolean names) {
    return switch (random.nextInt(5)) {
      case 0 -> elsewhere(random);
      case 1 -> operator(random);
      case 2, 3 -> names ? foreignCollection(random) : foreignRows(random);
      default -> foreignCollection(random);
    };
  }

  /** Another's collection, by identifier or name, as a missing one is asked for. */
  private Wanted foreignCollection(SplittableRandom random) {
    List<String> all = List.copyOf(foreign.keySet());
    String name = pick(random, all);
    Wanted base = valid(random, true);
    boolean byName = random.nextInt(3) == 0;
    if (byName) {
      return wanted("get_collection", false, "GET", rooted("collections", name), null)
          .as(Subject.Kind.FOREIGN);
    }
    while (base.path().stream().noneMatch(s -> s.startsWith("{"))) {
      base = valid(random, true);
    }
    List<String> path =
        base.path().stream().map(s -> s.startsWith("{") ? foreign.get(name) : s).toList();
    return base.to(path).as(Subject.Kind.FOREIGN);
  }

  /** What would reach others' rows, or plant among them. */
  private Wanted foreignRows(SplittableRandom random) {
    ObjectNode body;
    switch (random.nextInt(8)) {
      case 0 -> {
        body = object();
        body.putObject("where").put("tenant", "delta");
        return records("get", "shared", body, false).as(Subject.Kind.ODD);
      }
      case 1 -> {
        body = query(random);
        ArrayNode either = body.putObject("where").putArray("$or");
        either.addObject().put("tenant", "delta");
        either.addObject().putObject("n").put("$gte", 0);
        return records("query", "shared", body, false).as(Subject.Kind.ODD);
      }
      case 2 -> {
        body = object();
        body.putArray("ids").add("delta/x").add("../delta/x").add("a");
        return records(pick(random, List.of("get", "delete")), "shared", body, true)
            .as(Subject.Kind.VALID);
      }
      case 3 -> {
        body = written(random, true);
        ((ArrayNode) body.path("ids")).set(0, "delta/x");
        return records("upsert", "shared", body, true).as(Subject.Kind.VALID);
      }
      case 4 -> {
        body = written(random, random.nextBoolean());
        ((ObjectNode) body.path("metadatas").path(0)).put("tenant", "delta");
        return records(pick(random, List.of("add", "upsert", "update")), "shared", body, true)
            .as(Subject.Kind.FORBIDDEN);
      }
      case 5 -> {
        body = written(random, false);
        ((ObjectNode) body.path("metadatas").path(0)).putNull("tenant");
        return records("update", "shared", body, true).as(Subject.Kind.FORBIDDEN);
      }
      case 6 -> {
        return wanted("indexing_status", false, "GET", under("shared", "indexing_status"), null)
            .as(Subject.Kind.FORBIDDEN);
      }
      default -> {
        return sharedCollection(random);
      }
    }
  }

  private static Wanted sharedCollection(SplittableRandom random) {
    Wanted out =
        switch (random.nextInt(3)) {
          case 0 ->
              wanted("delete_collection", true, "DELETE", rooted("collections", "shared"), null);
          case 1 ->
              wanted(
                  "update_collection",
                  true,
                  "PUT",
                  under("shared"),
                  object().put("new_name", "mine"));
          default ->
              wanted(
                  "create_collection",
                  true,
                  "POST",
                  rooted("collections"),
                  object().put("name", "shared").put("get_or_create", true));
        };
    return out.as(Subject.Kind.FORBIDDEN);
  }

  /** Another of the server's tenants and databases. */
  private static Wanted elsewhere(SplittableRandom random) {
    List<String> root =
        List.of("api", "v2", "tenants", "elsewhere", "databases", "default_database");
    List<String> path = new ArrayList<>(root);
    path.add(pick(random, List.of("collections", "collections_count")));
    return wanted("list", false, "GET", path, null).as(Subject.Kind.FORBIDDEN);
  }

  /** What only operators may. */
  private static Wanted operator(SplittableRandom random) {
    Wanted out =
        switch (random.nextInt(4)) {
          case 0 -> wanted("reset", true, "POST", List.of("api", "v2", "reset"), null);
          case 1 ->
              wanted(
                  "create_tenant",
                  true,
                  "POST",
                  List.of("api", "v2", "tenants"),
                  object().put("name", "planted" + random.nextInt(1_000_000)));
          case 2 ->
              wanted(
                  "create_database",
                  true,
                  "POST",
                  List.of("api", "v2", "tenants", "default_tenant", "databases"),
                  object().put("name", "planted" + random.nextInt(1_000_000)));
          default ->
              wanted(
                  "list_databases",
                  false,
                  "GET",
                  List.of("api", "v2", "tenants", "default_tenant", "databases"),
                  null);
        };
    return out.as(Subject.Kind.FORBIDDEN);
  }

  // --- Parts ---

  private static Wanted records(String verb, String collection, ObjectNode body, boolean changes) {
    return wanted(verb, changes, "POST", under(collection, verb), body);
  }

  private static Wanted wanted(
      String operation, boolean changes, String method, List<String> path, ObjectNode body) {
    return new Wanted(
        operation,
        Subject.Kind.VALID,
        changes,
        true,
        method,
        path,
        Map.of(),
        body == null ? new byte[0] : bytes(body.toString()),
        id -> id);
  }

  private static List<String> rooted(String... rest) {
    List<String> out = new ArrayList<>(ROOT);
    out.addAll(List.of(rest));
    return out;
  }

  private static List<String> under(String collection, String... rest) {
    List<String> out = rooted("collections", "{" + collection);
    out.addAll(List.of(rest));
    return out;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode object() {
    return JSON.createObjectNode();
  }

  private static <T> T pick(SplittableRandom random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
