package io.ringfence.conformance.isolation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.engine.chroma.ChromaGuard;
import io.ringfence.gateway.engine.chroma.ChromaProtocol;
import io.ringfence.gateway.exchange.AuditTrail;
import io.ringfence.gateway.exchange.Database;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.wire.HttpUpstream;
import io.ringfence.gateway.wire.Listener;
import io.ringfence.gateway.wire.Upstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Chroma: two tenants under test, one kept apart by names and one by rows of a shared collection,
 * each with a twin; and another of either kind, whose data bears canaries.
 */
final class ChromaSubject implements Subject {
  static final String BLUEPRINT =
      """
      ringfence: v1
      segments:
        app: { tier: application, networks: [10.30.1.0/24] }
        vectordb: { tier: database, networks: [10.30.2.0/24], isolation: micro }
      workloads:
        alpha-raw: { segment: app, addresses: [10.30.1.20], identity: spiffe://acme.example/alpha-raw }
        alpha: { segment: app, addresses: [10.30.1.10], identity: spiffe://acme.example/alpha }
        beta-raw: { segment: app, addresses: [10.30.1.21], identity: spiffe://acme.example/beta-raw }
        beta: { segment: app, addresses: [10.30.1.11], identity: spiffe://acme.example/beta }
        gamma: { segment: app, addresses: [10.30.1.12], identity: spiffe://acme.example/gamma }
        delta: { segment: app, addresses: [10.30.1.13], identity: spiffe://acme.example/delta }
        gateway: { segment: vectordb, addresses: [10.30.2.5], kind: gateway }
        database: { segment: vectordb, addresses: [10.30.2.11], engine: chroma }
      tenants:
        alpha: { members: [spiffe://acme.example/alpha, spiffe://acme.example/alpha-raw], separation: names, prefix: alpha-, collections: ["alpha-*"] }
        beta: { members: [spiffe://acme.example/beta, spiffe://acme.example/beta-raw], separation: filter, rows: { collection: shared, key: tenant } }
        gamma: { members: [spiffe://acme.example/gamma], separation: names, prefix: gamma-, collections: ["gamma-*"] }
        delta: { members: [spiffe://acme.example/delta], separation: filter, rows: { collection: shared, key: tenant } }
      roles:
        owner: { actions: [query, insert, update, delete, manage] }
      gateways:
        gateway: { in-front-of: [database], identity: { mtls: required }, tls: { certificate: { file: keys/gateway.pem }, key: { file: keys/gateway.key }, trust: { acme.example: { file: keys/ca.pem } } } }
      access:
        - { name: use, from: [alpha, beta, gamma, delta, alpha-raw, beta-raw], to: database/rest, through: gateway, role: owner }
      """;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper SORTING =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final String ROOT = "api/v2/tenants/default_tenant/databases/default_database";
  private static final int PORT = 8000;

  /** Of so many requests one is bytes. */
  private static final int RAW_EACH = 50;

  /** Ends the name of a tenant's other member, who sends bytes that are not compared. */
  private static final String RAW = "-raw";

  /** The other tenants' data holds these and nobody else's does. */
  private static final List<String> CANARIES =
      List.of("c4n4ry-text", "c4n4ry-id", "c4n4ry-value", "c4n4ry-name");

  /** Who asks, and where its twin is. */
  private record Tenant(String name, HttpPeer gateway, HttpPeer raw, ChromaServerClient twin) {}

  private final ChromaServerClient shared;
  private final ConcurrentLinkedQueue<HttpCall> asked = new ConcurrentLinkedQueue<>();
  private final boolean whole;

  /** What the gateway took the last request for. */
  private final AtomicReference<Optional<Operation>> classified =
      new AtomicReference<>(Optional.empty());

  private final TestingGateway gateway;
  private final List<Tenant> tenants;
  private Optional<ChromaRequests.Wanted> last = Optional.empty();
  private final ChromaRequests requests;
  private final HttpBytes bytes;
  private final Map<ChromaServerClient, Map<String, String>> known = new HashMap<>();

  /** What is taken away to show that it is seen missing. */
  record Without(Optional<ChromaGuard> guard, boolean gatekeeper) {
    static final Without NOTHING = new Without(Optional.empty(), false);

    @Override
    public String toString() {
      return gatekeeper ? "GATEKEEPER" : guard.map(Enum::name).orElse("nothing");
    }

    /** Each guard alone. */
    static List<Without> each() {
      List<Without> out = new ArrayList<>();
      for (ChromaGuard guard : ChromaGuard.values()) {
        out.add(new Without(Optional.of(guard), false));
      }
      out.add(new Without(Optional.empty(), true));
      return out;
    }
  }

  ChromaSubject(
      ChromaServerClient shared,
      ChromaServerClient twinOfNames,
      ChromaServerClient twinOfRows,
      Path folder,
      Without without)
      throws IOException {
    this.shared = shared;
    this.whole = without.equals(Without.NOTHING);
    AuditTrail noting =
        (caller, operation, decision, refusal) -> {
          if (!caller.name().endsWith(RAW)) {
            classified.set(operation);
          }
          return CompletableFuture.completedStage((end, extent) -> {});
        };
    TestingReception reception =
        new TestingReception(BLUEPRINT, PORT, "chroma", without.gatekeeper(), noting);
    this.gateway = new TestingGateway(folder, reception);
    Set<ChromaGuard> guards = EnumSet.allOf(ChromaGuard.class);
    without.guard().ifPresent(guards::remove);
    HttpUpstream upstream =
        new HttpUpstream(
            gateway.transport(), Upstream.of(shared.socket(), Optional.empty(), () -> Map.of()));
    ChromaProtocol protocol = new ChromaProtocol(guards);
    int port =
        listen(
            protocol,
            question -> {
              asked.add(question);
              return upstream.ask(question);
            });
    // What comes of bytes that nobody waits for may be late, and is not to be taken for another's.
    int rawPort = listen(protocol, upstream);
    this.tenants =
        List.of(
            new Tenant("alpha", peer("alpha", port), peer("alpha" + RAW, rawPort), twinOfNames),
            new Tenant("beta", peer("beta", port), peer("beta" + RAW, rawPort), twinOfRows));
    seed();
    this.requests = new ChromaRequests(foreign());
    this.bytes =
        HttpBytes.ofChroma(
            List.of(ids(shared).get("alpha-docs"), ids(shared).get("shared")),
            foreign().get("gamma-secret"));
  }

  private int listen(ChromaProtocol protocol, Database<HttpCall, HttpAnswer> database)
      throws IOException {
    return gateway.listen(new Listener.Speech.Http(gateway.answering(protocol, database)));
  }

  private HttpPeer peer(String workload, int port) throws IOException {
    return new HttpPeer(port, Optional.of(gateway.site().client(workload)));
  }

  // --- What there is at the start ---

  private void seed() throws IOException {
    for (ChromaServerClient server :
        List.of(shared, tenants.get(0).twin(), tenants.get(1).twin())) {
      for (JsonNode collection : server.must("GET", ROOT + "/collections", null)) {
        server.must("DELETE", ROOT + "/collections/" + collection.path("name").asText(), null);
      }
    }
    elsewhere();
    for (String name : List.of("docs", "notes")) {
      fill(shared, create(shared, "alpha-" + name), "", List.of("a", "b", "c"), Optional.empty());
      ChromaServerClient twin = tenants.get(0).twin();
      fill(twin, create(twin, name), "", List.of("a", "b", "c"), Optional.empty());
    }
    String secret = create(shared, "gamma-secret");
    fill(shared, secret, "c4n4ry-id-", List.of("a", "b"), Optional.of("gamma"));
    fill(shared, create(shared, "gamma-docs"), "", List.of("a", "b"), Optional.of("gamma"));
    create(shared, "gamma-c4n4ry-name");
    String both = create(shared, "shared");
    mark(both, "delta", "delta/", List.of("c4n4ry-id-a", "c4n4ry-id-b", "x"), Optional.of("delta"));
    mark(both, "beta", "beta/", List.of("a", "b", "c"), Optional.empty());
    ChromaServerClient twin = tenants.get(1).twin();
    fill(twin, create(twin, "shared"), "", List.of("a", "b", "c"), Optional.empty());
  }

  /** Another tenant of the server's own, in which a collection seems to be alpha's. */
  private void elsewhere() throws IOException {
    ObjectNode name = JSON.createObjectNode().put("name", "elsewhere");
    try {
      shared.must("POST", "api/v2/tenants", name);
      shared.must(
          "POST",
          "api/v2/tenants/elsewhere/databases",
          JSON.createObjectNode().put("name", "default_database"));
    } catch (IOException e) {
      // It is there from a run before.
    }
    String root = "api/v2/tenants/elsewhere/databases/default_database/collections";
    ObjectNode body =
        JSON.createObjectNode().put("name", "alpha-c4n4ry-name").put("get_or_create", true);
    shared.must("POST", root, body);
  }

  private static String create(ChromaServerClient server, String name) throws IOException {
    ObjectNode body = JSON.createObjectNode().put("name", name);
    return server.must("POST", ROOT + "/collections", body).path("id").asText();
  }

  private static void fill(
      ChromaServerClient server, String id, String prefix, List<String> ids, Optional<String> of)
      throws IOException {
    server.must(
        "POST", ROOT + "/collections/" + id + "/add", records(prefix, ids, of, Optional.empty()));
  }

  private void mark(
      String id, String tenant, String prefix, List<String> ids, Optional<String> canaries)
      throws IOException {
    shared.must(
        "POST",
        ROOT + "/collections/" + id + "/add",
        records(prefix, ids, canaries, Optional.of(tenant)));
  }

  private static ObjectNode records(
      String prefix, List<String> ids, Optional<String> canaries, Optional<String> tenant) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode all = body.putArray("ids");
    ArrayNode embeddings = body.putArray("embeddings");
    ArrayNode documents = body.putArray("documents");
    ArrayNode metadatas = body.putArray("metadatas");
    for (int i = 0; i < ids.size(); i++) {
      all.add(prefix + ids.get(i));
      embeddings.addArray().add(i * 0.25).add(0.5).add(1 - i * 0.125).add(0.75);
      documents.add(canaries.isPresent() ? "c4n4ry-text " + i : "text " + ids.get(i));
      ObjectNode metadata = metadatas.addObject().put("n", i);
      metadata.put("colour", canaries.isPresent() ? "c4n4ry-value" : "red");
      tenant.ifPresent(t -> metadata.put("tenant", t));
    }
    return body;
  }

  // --- What is others' ---

  /** Others' collections, by server's name, and their identifiers. */
  private Map<String, String> foreign() throws IOException {
    Map<String, String> out = new TreeMap<>();
    ids(shared)
        .forEach(
            (name, id) -> {
              if (name.startsWith("gamma-")) {
                out.put(name, id);
              }
            });
    return out;
  }

  /** The same as long as no request made or removed a collection. */
  private Map<String, String> known(ChromaServerClient server) throws IOException {
    Map<String, String> out = known.get(server);
    if (out == null) {
      out = ids(server);
      known.put(server, out);
    }
    return out;
  }

  private static Map<String, String> ids(ChromaServerClient server) throws IOException {
    Map<String, String> out = new TreeMap<>();
    for (JsonNode collection : server.must("GET", ROOT + "/collections", null)) {
      out.put(collection.path("name").asText(), collection.path("id").asText());
    }
    return out;
  }

  @Override
  public String others() throws IOException {
    StringBuilder out = new StringBuilder();
    for (Map.Entry<String, String> collection : ids(shared).entrySet()) {
      if (collection.getKey().startsWith("gamma-")) {
        out.append(collection).append(sorted(all(collection.getValue(), null))).append('\n');
      } else if (collection.getKey().equals("shared")) {
        ObjectNode where = JSON.createObjectNode().put("tenant", "delta");
        out.append("shared").append(sorted(all(collection.getValue(), where))).append('\n');
      }
    }
    String elsewhere = "api/v2/tenants/elsewhere/databases/default_database/collections";
    return out.append(sorted(shared.must("GET", elsewhere, null))).toString();
  }

  private JsonNode all(String id, JsonNode where) throws IOException {
    ObjectNode body = JSON.createObjectNode();
    if (where != null) {
      body.set("where", where);
    }
    body.putArray("include").add("documents").add("embeddings").add("metadatas");
    return shared.must("POST", ROOT + "/collections/" + id + "/get", body);
  }

  @Override
  public List<String> planted() throws IOException {
    List<String> out = new ArrayList<>();
    for (Map.Entry<String, String> collection : ids(shared).entrySet()) {
      String name = collection.getKey();
      if (!name.startsWith("alpha-") && !name.startsWith("gamma-") && !name.equals("shared")) {
        out.add("collection " + name);
      }
      if (name.equals("shared")) {
        JsonNode records = all(collection.getValue(), null);
        for (int i = 0; i < records.path("ids").size(); i++) {
          String id = records.path("ids").path(i).asText();
          String tenant = records.path("metadatas").path(i).path("tenant").asText();
          if (!id.startsWith(tenant + "/")) {
            out.add("record " + id + " with the mark " + tenant);
          }
        }
      }
    }
    return out;
  }

  @Override
  public List<String> canaries() {
    return CANARIES;
  }

  // --- Requests ---

  @Override
  public Attempt next(SplittableRandom random) throws IOException {
    Tenant tenant = tenants.get(random.nextInt(tenants.size()));
    if (random.nextInt(RAW_EACH) == 0) {
      return new RawAttempt(tenant.name(), tenant.raw(), bytes.next(random));
    }
    ChromaRequests.Wanted wanted = requests.next(random, tenant.name());
    if (last.map(ChromaRequests.Wanted::changesCollections).orElse(false)) {
      known.clear();
    }
    last = Optional.of(wanted);
    return new ChromaAttempt(tenant, wanted);
  }

  /** A request, rendered for either side. */
  private final class ChromaAttempt implements Attempt {
    private final Tenant tenant;
    private final ChromaRequests.Wanted wanted;

    ChromaAttempt(Tenant tenant, ChromaRequests.Wanted wanted) {
      this.tenant = tenant;
      this.wanted = wanted;
    }

    @Override
    public String operation() {
      return wanted.operation();
    }

    @Override
    public Kind kind() {
      return wanted.kind();
    }

    @Override
    public boolean changes() {
      return wanted.changes();
    }

    @Override
    public String text() {
      return tenant.name()
          + " "
          + wanted.kind()
          + " "
          + wanted.method()
          + " "
          + wanted.path()
          + " "
          + wanted.query()
          + " "
          + new String(wanted.body(), StandardCharsets.UTF_8);
    }

    @Override
    public Answer throughGateway() throws IOException {
      asked.clear();
      classified.set(Optional.empty());
      Map<String, String> known = new HashMap<>();
      String prefix = tenant.name().equals("alpha") ? "alpha-" : "";
      known(shared)
          .forEach(
              (name, id) -> {
                if (name.startsWith(prefix)) {
                  known.put(name.substring(prefix.length()), id);
                }
              });
      return answer(tenant.gateway().ask(request(known)));
    }

    @Override
    public Optional<String> misread() throws IOException {
      // What is another's or nobody's has no name in the path to read it by.
      if (classified.get().isEmpty() || !whole || kind() == Kind.FOREIGN) {
        return Optional.empty();
      }
      Set<String> touches = QdrantReference.text(classified.get().orElseThrow().touches());
      Set<String> reference =
          ChromaReference.of(
              wanted.method(),
              wanted.path(),
              tenant.name().equals("alpha") ? "alpha-" : "",
              named().orElse(""));
      return touches.equals(reference)
          ? Optional.empty()
          : Optional.of("is classified as " + touches + ", and by the reference " + reference);
    }

    /** The name in the body of what creates or renames a collection. */
    private Optional<String> named() throws IOException {
      String field = wanted.operation().equals("create_collection") ? "name" : "new_name";
      return wanted.operation().endsWith("_collection") && wanted.body().length > 0
          ? Optional.ofNullable(JSON.readTree(wanted.body()).path(field).textValue())
          : Optional.empty();
    }

    @Override
    public boolean reached() {
      return asked.stream()
          .anyMatch(
              q ->
                  q.method().equals(wanted.method())
                      && q.path().getLast().equals(wanted.path().getLast()));
    }

    @Override
    public Answer onTwin() throws IOException {
      return answer(tenant.twin().ask(request(known(tenant.twin()))));
    }

    private byte[] request(Map<String, String> known) {
      List<String> path = new ArrayList<>();
      for (String segment : wanted.path()) {
        path.add(
            segment.startsWith("{")
                ? wanted.form().of(known.getOrDefault(segment.substring(1), ChromaRequests.MISSING))
                : segment);
      }
      return HttpPeer.request(
          wanted.method(), path, wanted.query(), wanted.contentType(), wanted.body());
    }

    private Answer answer(HttpPeer.Answer answer) {
      String raw = answer.text();
      return new Answer(
          answer.status(),
          wanted.compared() && answer.status() < 300 ? Optional.of(normal(raw)) : Optional.empty(),
          raw);
    }
  }

  /**
   * Without what two servers cannot have alike: identifiers, versions, and the order of keys and of
   * collections.
   */
  private static String normal(String raw) {
    try {
      JsonNode root = JSON.readTree(raw);
      clean(root);
      boolean collections = root.isArray() && root.path(0).has("configuration_json");
      if (!collections) {
        return sorted(root);
      }
      List<String> each = new ArrayList<>();
      for (JsonNode collection : root) {
        each.add(sorted(collection));
      }
      return each.stream().sorted().toList().toString();
    } catch (IOException e) {
      return raw;
    }
  }

  private static String sorted(JsonNode node) throws IOException {
    return SORTING.writeValueAsString(JSON.treeToValue(node, Object.class));
  }

  private static void clean(JsonNode node) {
    if (node instanceof ObjectNode object && object.has("log_position")) {
      object.remove(List.of("id", "log_position", "version"));
      // Which keys tenants use in what they share is not told.
      if (object.path("name").asText().equals("shared")
          && object.path("schema").path("keys") instanceof ObjectNode keys) {
        keys.retain("#document", "#embedding");
      }
    }
    node.forEach(ChromaSubject::clean);
  }

  @Override
  public void close() {
    try {
      for (Tenant tenant : tenants) {
        tenant.gateway().close();
        tenant.raw().close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    gateway.close();
  }
}
