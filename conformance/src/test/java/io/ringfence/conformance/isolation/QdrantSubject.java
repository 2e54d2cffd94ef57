package io.ringfence.conformance.isolation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.gateway.StandInQdrant;
import io.ringfence.gateway.engine.qdrant.Egress;
import io.ringfence.gateway.engine.qdrant.QdrantGuard;
import io.ringfence.gateway.engine.qdrant.QdrantRest;
import io.ringfence.gateway.exchange.AuditTrail;
import io.ringfence.gateway.exchange.Database;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.wire.HttpUpstream;
import io.ringfence.gateway.wire.Listener;
import io.ringfence.gateway.wire.Upstream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Qdrant's stand-in: two tenants under test, one kept apart by names and one by points of a shared
 * collection, each with a twin; and another of either kind, whose data bears canaries. Clients
 * speak HTTP/1.1 over TLS to the gateway's own listener.
 */
final class QdrantSubject implements Subject {
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
        database: { segment: vectordb, addresses: [10.30.2.11], engine: qdrant }
      tenants:
        alpha: { members: [spiffe://acme.example/alpha, spiffe://acme.example/alpha-raw], separation: names, prefix: alpha-, collections: ["alpha-*"] }
        beta: { members: [spiffe://acme.example/beta, spiffe://acme.example/beta-raw], separation: filter, rows: { collection: shared, key: tenant } }
        gamma: { members: [spiffe://acme.example/gamma], separation: names, prefix: gamma-, collections: ["gamma-*"] }
        delta: { members: [spiffe://acme.example/delta], separation: filter, rows: { collection: shared, key: tenant } }
      roles:
        owner: { actions: [query, insert, update, delete, manage, index, cluster, snapshot, metrics, health] }
        reader: { actions: [query] }
      gateways:
        gateway: { in-front-of: [database], identity: { mtls: required }, tls: { certificate: { file: keys/gateway.pem }, key: { file: keys/gateway.key }, trust: { acme.example: { file: keys/ca.pem } } } }
      access:
        - { name: use, from: [alpha, beta, gamma, delta, alpha-raw, beta-raw], to: [database/rest, database/grpc], through: gateway, role: owner }
        - { name: open, from: [beta, beta-raw], to: [database/rest, database/grpc], through: gateway, role: reader, collections: [open] }
      """;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper SORTING =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final Set<String> UNLIKE = Set.of("time", "usage");
  private static final List<String> CANARIES = List.of("c4n4ry", "gamma-", "delta", "alpha-");

  /** Of so many requests one is bytes. */
  private static final int RAW_EACH = 50;

  /** Ends the name of a tenant's other member, who sends bytes that are not compared. */
  private static final String RAW = "-raw";

  private final HttpBytes bytes = HttpBytes.ofQdrant();
  private final Server shared;
  private final List<Tenant> tenants;
  private final TestingGateway gateway;
  private final boolean whole;
  private final Over over;
  private final QdrantRpcRoad rpcs;
  private final AtomicReference<Optional<Operation>> classified =
      new AtomicReference<>(Optional.empty());
  private final ConcurrentLinkedQueue<HttpCall> asked = new ConcurrentLinkedQueue<>();

  /** Which of the server's interfaces requests come over. */
  enum Over {
    REST,
    GRPC,
    BOTH
  }

  /** What is taken away to show that it is seen missing. */
  record Without(Optional<QdrantGuard> guard, boolean gatekeeper, Over over) {
    static final Without NOTHING = new Without(Optional.empty(), false, Over.BOTH);

    /**
     * What the operators' is over gRPC is copies of every collection, which the decision denies a
     * tenant too; and the stand-in gives every point the same version.
     */
    private static final Set<QdrantGuard> UNSEEN_OVER_GRPC =
        EnumSet.of(QdrantGuard.OPERATORS, QdrantGuard.ROW_VERSIONS);

    /** Each guard alone. */
    static List<Without> each() {
      List<Without> out = new ArrayList<>();
      for (Over over : List.of(Over.REST, Over.GRPC)) {
        Set<QdrantGuard> all = EnumSet.allOf(QdrantGuard.class);
        if (over == Over.GRPC) {
          all.removeAll(UNSEEN_OVER_GRPC);
        }
        all.forEach(guard -> out.add(new Without(Optional.of(guard), false, over)));
        out.add(new Without(Optional.empty(), true, over));
      }
      return out;
    }

    @Override
    public String toString() {
      String what = gatekeeper ? "GATEKEEPER" : guard.map(Enum::name).orElse("nothing");
      return over == Over.GRPC ? what + " over gRPC" : what;
    }
  }

  /** A stand-in, asked as itself. */
  static final class Server implements AutoCloseable {
    final StandInQdrant process;
    final HttpPeer peer;

    private Server(StandInQdrant process) {
      this.process = process;
      this.peer = new HttpPeer(process.rest().getPort(), Optional.empty());
    }

    static Server start(Path folder) throws IOException {
      Files.createDirectories(folder);
      Files.deleteIfExists(folder.resolve("standin.py"));
      return new Server(new StandInQdrant(folder));
    }

    /** An answer that must be good. */
    JsonNode must(String method, String path, JsonNode body) throws IOException {
      byte[] bytes = body == null ? new byte[0] : JSON.writeValueAsBytes(body);
      HttpPeer.Answer answer =
          peer.ask(
              HttpPeer.request(
                  method,
                  List.of(path.split("/")),
                  Map.of(),
                  body == null ? Optional.empty() : Optional.of("application/json"),
                  bytes));
      if (answer.status() >= 300) {
        throw new IOException(path + ": " + answer.status() + " " + answer.text());
      }
      return JSON.readTree(answer.body()).path("result");
    }

    @Override
    public void close() {
      process.close();
    }
  }

  private record Tenant(String name, HttpPeer gateway, HttpPeer raw, Server twin) {
    boolean names() {
      return name.equals("alpha");
    }
  }

  QdrantSubject(Server shared, Server twinOfNames, Server twinOfRows, Path folder, Without without)
      throws IOException {
    this.shared = shared;
    AuditTrail noting =
        (caller, operation, decision, refusal) -> {
          if (!caller.name().endsWith(RAW)) {
            classified.set(operation);
          }
          return CompletableFuture.completedStage((end, extent) -> {});
        };
    whole = without.equals(Without.NOTHING);
    TestingReception reception =
        new TestingReception(BLUEPRINT, 6333, "qdrant", without.gatekeeper(), noting);
    gateway = new TestingGateway(folder, reception);
    Set<QdrantGuard> guards = EnumSet.copyOf(QdrantGuard.ALL);
    without.guard().ifPresent(guards::remove);
    HttpUpstream upstream =
        new HttpUpstream(
            gateway.transport(),
            Upstream.of(shared.process.rest(), Optional.empty(), () -> Map.of()));
    QdrantRest protocol = new QdrantRest(Egress.NONE, guards);
    int port =
        listen(
            protocol,
            question -> {
              asked.add(question);
              return upstream.ask(question);
            });
    // What comes of bytes that nobody waits for may be late, and is not to be taken for another's.
    int rawPort = listen(protocol, upstream);
    tenants =
        List.of(
            new Tenant("alpha", peer("alpha", port), peer("alpha" + RAW, rawPort), twinOfNames),
            new Tenant("beta", peer("beta", port), peer("beta" + RAW, rawPort), twinOfRows));
    over = without.over();
    rpcs =
        new QdrantRpcRoad(
            gateway,
            shared.process,
            List.of(twinOfNames.process, twinOfRows.process),
            guards,
            RAW,
            classified);
    seed();
  }

  private int listen(QdrantRest protocol, Database<HttpCall, HttpAnswer> database)
      throws IOException {
    return gateway.listen(new Listener.Speech.Http(gateway.answering(protocol, database)));
  }

  private HttpPeer peer(String workload, int port) {
    return new HttpPeer(port, Optional.of(gateway.site().client(workload)));
  }

  // --- What there is at the start ---

  private void seed() throws IOException {
    for (Server server : List.of(shared, tenants.get(0).twin(), tenants.get(1).twin())) {
      for (JsonNode name : server.must("GET", "collections", null).findValues("name")) {
        server.must("DELETE", "collections/" + name.asText(), null);
      }
    }
    for (String name : List.of("docs", "notes")) {
      fill(shared, "alpha-" + name, "");
      fill(tenants.get(0).twin(), name, "");
    }
    for (String name : List.of("gamma-secret", "gamma-docs", "gamma-c4n4ry-name")) {
      fill(shared, name, "c4n4ry ");
    }
    ObjectNode alias = JSON.createObjectNode();
    alias
        .putArray("actions")
        .addObject()
        .putObject("create_alias")
        .put("collection_name", "gamma-secret")
        .put("alias_name", "open");
    shared.must("POST", "collections/aliases", alias);
    create(shared, "shared");
    upsert(shared, "shared", marked("delta", "c4n4ry "));
    upsert(shared, "shared", marked("beta", ""));
    create(tenants.get(1).twin(), "shared");
    upsert(tenants.get(1).twin(), "shared", points(""));
  }

  private static void create(Server server, String name) throws IOException {
    server.must("PUT", "collections/" + name, QdrantRequests.collection());
  }

  private static void fill(Server server, String name, String canary) throws IOException {
    create(server, name);
    upsert(server, name, points(canary));
  }

  private static void upsert(Server server, String name, ArrayNode points) throws IOException {
    ObjectNode body = JSON.createObjectNode();
    body.set("points", points);
    server.must("PUT", "collections/" + name + "/points", body);
  }

  private static ArrayNode points(String canary) {
    ArrayNode out = JSON.createArrayNode();
    for (int i = 0; i < 7; i++) {
      ObjectNode point = out.addObject().put("id", i);
      ObjectNode vector = point.putObject("vector");
      vector.putArray("").add(i * 0.31).add(0.5 + i * 0.017).add(1 - i * 0.13).add(0.7);
      ObjectNode sparse = vector.putObject("s");
      sparse.putArray("indices").add(i % 4).add(4 + i % 2);
      sparse.putArray("values").add(0.5 + i * 0.03).add(0.25 + i * 0.011);
      point.putObject("payload").put("n", i % 5).put("colour", canary + "red");
    }
    return out;
  }

  /** As the gateway writes them; and one of the other's under a number of the tenant under test. */
  private static ArrayNode marked(String tenant, String canary) {
    ArrayNode out = points(canary);
    if (tenant.equals("delta")) {
      ObjectNode stray = ((ObjectNode) out.get(0).deepCopy()).put("id", QdrantRequests.STRAY);
      out.add(stray);
    }
    for (JsonNode point : out) {
      int number = point.path("id").intValue();
      String of = number == QdrantRequests.STRAY ? "beta" : tenant;
      ((ObjectNode) point).put("id", new UUID(tag(of), number).toString());
      ((ObjectNode) point.path("payload")).put("tenant", tenant);
    }
    return out;
  }

  /** The part of a server's ids that is the tenant's. */
  private static long tag(String tenant) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(tenant.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong() & 0xffff_ffff_ffff_0000L;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  // --- What is others' ---

  @Override
  public String others() throws IOException {
    StringBuilder out = new StringBuilder();
    for (JsonNode name : shared.must("GET", "collections", null).findValues("name")) {
      if (name.asText().startsWith("gamma-")) {
        out.append(name).append(sorted(all(name.asText(), null))).append('\n');
      }
    }
    ObjectNode delta = JSON.createObjectNode();
    delta
        .putArray("must")
        .addObject()
        .put("key", "tenant")
        .putObject("match")
        .put("value", "delta");
    return out.append(sorted(all("shared", delta))).append(aliasesOfOthers()).toString();
  }

  private String aliasesOfOthers() throws IOException {
    List<String> out = new ArrayList<>();
    for (JsonNode alias : shared.must("GET", "aliases", null).path("aliases")) {
      if (!alias.path("alias_name").asText().startsWith("alpha-")) {
        out.add(alias.toString());
      }
    }
    return out.toString();
  }

  private JsonNode all(String name, JsonNode filter) throws IOException {
    ObjectNode body = JSON.createObjectNode().put("limit", 10_000);
    body.put("with_payload", true).put("with_vector", true);
    if (filter != null) {
      body.set("filter", filter);
    }
    return shared.must("POST", "collections/" + name + "/points/scroll", body).path("points");
  }

  @Override
  public List<String> planted() throws IOException {
    List<String> out = new ArrayList<>();
    for (JsonNode name : shared.must("GET", "collections", null).findValues("name")) {
      String text = name.asText();
      if (!text.startsWith("alpha-") && !text.startsWith("gamma-") && !text.equals("shared")) {
        out.add("collection " + text);
      }
    }
    for (JsonNode point : all("shared", null)) {
      JsonNode tenant = point.path("payload").path("tenant");
      boolean known = tenant.asText().equals("beta") || tenant.asText().equals("delta");
      if (!tenant.isTextual() || !known) {
        out.add("point " + point);
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
  public Attempt next(SplittableRandom random) {
    Tenant tenant = tenants.get(random.nextInt(tenants.size()));
    shared.process.asked.clear();
    tenants.forEach(t -> t.twin().process.asked.clear());
    if (over == Over.GRPC || (over == Over.BOTH && random.nextInt(3) == 0)) {
      return rpcs.next(random);
    }
    return random.nextInt(RAW_EACH) == 0
        ? new RawAttempt(tenant.name(), tenant.raw(), bytes.next(random))
        : new QdrantAttempt(tenant, QdrantRequests.next(random, tenant.names()));
  }

  /** A request, for either side. */
  private final class QdrantAttempt implements Attempt {
    private final Tenant tenant;
    private final QdrantRequests.Wanted wanted;

    QdrantAttempt(Tenant tenant, QdrantRequests.Wanted wanted) {
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
      return "%s %s %s %s %s"
          .formatted(
              tenant.name(),
              wanted.kind(),
              wanted.method(),
              wanted.path(),
              new String(wanted.body(), StandardCharsets.UTF_8));
    }

    private byte[] request(List<String> path) {
      return HttpPeer.request(wanted.method(), path, Map.of(), wanted.contentType(), wanted.body());
    }

    /** In a shared collection points are changed by a filter, so that a missing one is none. */
    private byte[] onTwin(QdrantRequests.Wanted of) throws IOException {
      byte[] body =
          tenant.names() || !of.changes() || of.body().length == 0
              ? of.body()
              : JSON.writeValueAsBytes(byFilter(JSON.readTree(of.body())));
      return HttpPeer.request(of.method(), of.path(), Map.of(), of.contentType(), body);
    }

    @Override
    public boolean refused(Answer gateway) {
      return !gateway.good() && !reached();
    }

    @Override
    public Answer throughGateway() throws IOException {
      asked.clear();
      classified.set(Optional.empty());
      return answer(tenant.gateway().ask(request(wanted.path())), false);
    }

    @Override
    public Optional<String> misread() throws IOException {
      Optional<Operation> read = classified.get();
      if (read.isEmpty() || !whole) {
        return Optional.empty();
      }
      Set<String> touches = QdrantReference.text(read.get().touches());
      Set<String> reference =
          QdrantReference.of(
              wanted.method(), wanted.path(), wanted.body(), tenant.names() ? "alpha-" : "");
      // The operators' alias is also what it stands for, which the path does not tell.
      boolean alias = wanted.operation().equals("alias");
      return touches.equals(reference) || (alias && touches.containsAll(reference))
          ? Optional.empty()
          : Optional.of("is classified as " + touches + ", and by the reference " + reference);
    }

    @Override
    public boolean reached() {
      return asked.stream()
          .anyMatch(
              q ->
                  q.method().equals(wanted.method())
                      && q.path().size() == wanted.path().size()
                      && q.path().getLast().equals(wanted.path().getLast()));
    }

    @Override
    public Answer onTwin() throws IOException {
      return wanted.missing().isPresent()
          ? answer(tenant.gateway().ask(request(wanted.missing().get())), false)
          : answer(tenant.twin().peer.ask(onTwin(wanted)), true);
    }

    private String content(String raw, boolean twin) throws IOException {
      return wanted.operation().equals("get_collection") && kind() != Kind.FOREIGN
          ? described(raw, twin || tenant.names())
          : normal(raw, twin || tenant.names());
    }

    private Answer answer(HttpPeer.Answer answer, boolean twin) throws IOException {
      String raw = answer.text();
      boolean compared =
          wanted.compared() && (answer.status() < 300 || wanted.kind() == Kind.FOREIGN);
      return new Answer(
          answer.status(), compared ? Optional.of(content(raw, twin)) : Optional.empty(), raw);
    }
  }

  /** What is told of a collection: its vectors, and of a shared one nothing else. */
  private static String described(String raw, boolean countless) throws IOException {
    JsonNode result = JSON.readTree(raw).path("result");
    ObjectNode out = JSON.createObjectNode();
    JsonNode params = result.path("config").path("params");
    out.set("vectors", params.path("vectors"));
    out.set("sparse", params.path("sparse_vectors"));
    out.put("counts", !countless && result.has("points_count"));
    out.set("indexed", countless ? JSON.createObjectNode() : result.path("payload_schema"));
    return sorted(clean(out, true));
  }

  static JsonNode byFilter(JsonNode node) {
    node.forEach(QdrantSubject::byFilter);
    if (node instanceof ObjectNode object && object.path("points").path(0).isValueNode()) {
      object.putObject("filter").set("has_id", object.remove("points"));
      object.set("filter", must(object.get("filter")));
    }
    return node;
  }

  private static ObjectNode must(JsonNode condition) {
    ObjectNode out = JSON.createObjectNode();
    out.putArray("must").add(condition);
    return out;
  }

  /** Without what two servers cannot have alike: times, and the numbers of operations. */
  static String normal(String raw, boolean numbered) {
    try {
      return sorted(clean(JSON.readTree(raw), numbered)).replaceAll("gamma|nobody", "SOMEBODY");
    } catch (IOException e) {
      return raw;
    }
  }

  /**
   * @param numbered whether a server's own numbers of operations stand in it
   */
  private static JsonNode clean(JsonNode node, boolean numbered) {
    if (node.isArray()) {
      List<JsonNode> all = new ArrayList<>();
      node.forEach(n -> all.add(clean(n, numbered)));
      boolean ranked = !all.isEmpty() && all.getFirst().has("score");
      boolean hits = !all.isEmpty() && all.getFirst().has("count");
      boolean named = !all.isEmpty() && all.getFirst().has("name");
      boolean points = !all.isEmpty() && all.getFirst().has("id");
      if (ranked || hits || named || points) {
        all.sort((a, b) -> order(a).compareTo(order(b)));
      }
      return JSON.createArrayNode().addAll(all);
    }
    if (node instanceof ObjectNode object) {
      ObjectNode out = JSON.createObjectNode();
      object
          .properties()
          .forEach(
              e -> {
                if (!UNLIKE.contains(e.getKey()) && !e.getValue().isNull()) {
                  out.set(e.getKey(), clean(e.getValue(), numbered));
                }
              });
      if (numbered && out.has("operation_id")) {
        out.put("operation_id", 0);
      }
      return out;
    }
    return node.isFloatingPointNumber()
        ? JSON.getNodeFactory().numberNode(Math.round(node.doubleValue() * 1e4) / 1e4)
        : node;
  }

  /** Equal scores come in any order. */
  private static String order(JsonNode node) {
    return "%012.4f %s".formatted(1e6 - node.path("score").asDouble(), node);
  }

  private static String sorted(JsonNode node) throws IOException {
    return SORTING.writeValueAsString(JSON.treeToValue(node, Object.class));
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
    rpcs.close();
    gateway.close();
  }
}
