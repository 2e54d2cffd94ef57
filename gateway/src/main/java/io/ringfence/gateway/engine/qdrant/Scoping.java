package io.ringfence.gateway.engine.qdrant;

import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Touch;
import io.ringfence.model.Action;
import io.ringfence.model.Separation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/**
 * What holds for one request, whether it came as JSON or as protobuf: which collections it touches,
 * whose points it may name, and what it may not do. It is filled while the request is read.
 */
final class Scoping {
  /** What is about every collection: only a role for all of them has it. */
  static final String EVERY_COLLECTION = "*";

  static final int NAME_CHARACTERS_MAX = 255;

  /** What Qdrant's own names do not have, since they are folders. */
  private static final String FORBIDDEN_IN_NAMES = "/\\<>:\"|?*\u007f";

  private final QdrantOperation operation;
  private final Scope scope;
  private final Egress egress;
  private final Map<String, String> aliases;
  private final Set<QdrantGuard> guards;
  private final SequencedSet<Touch> touches = new LinkedHashSet<>();
  private final Map<String, String> clientNames = new LinkedHashMap<>();
  private final List<Boolean> selections = new ArrayList<>();
  private final List<Integer> becameItems = new ArrayList<>();
  private final Map<Example, PointId> examples = new LinkedHashMap<>();
  private String collection = "";
  private Optional<TenantRows> rows = Optional.empty();
  private Optional<String> lookup = Optional.empty();
  private RefusedException refusal;
  private int batch;
  private int topK;

  /** A point that a query starts from, by the server's names. */
  record Example(String collection, PointId id) {}

  /**
   * @param aliases what names stand for, as far as it had to be asked
   * @param guards all but what a test takes away
   */
  Scoping(
      QdrantOperation operation,
      Scope scope,
      Egress egress,
      Map<String, String> aliases,
      Set<QdrantGuard> guards) {
    this.operation = operation;
    this.scope = scope;
    this.egress = egress;
    this.aliases = aliases;
    this.guards = guards;
  }

  QdrantOperation operation() {
    return operation;
  }

  Scope scope() {
    return scope;
  }

  private boolean guards(QdrantGuard guard) {
    return guards.contains(guard);
  }

  /** Whether a shared collection is described as it is. */
  boolean describes() {
    return !guards(QdrantGuard.DESCRIPTIONS);
  }

  /** The caller's names of what is listed. */
  Optional<String> clientName(String serverName) {
    return guards(QdrantGuard.LISTING)
        ? scope.names().toClient(serverName)
        : Optional.of(serverName);
  }

  /**
   * @throws RefusedException when this caller never comes to be decided
   */
  void admit() throws RefusedException {
    boolean admitted =
        switch (operation.admission()) {
          case SHARED, OWNER -> true;
          case OPERATOR -> scope.tenant().isEmpty() || !guards(QdrantGuard.OPERATORS);
          case DENIED -> false;
        };
    if (!admitted) {
      throw new RefusedException(
          Refusal.Kind.DENIED, "`" + operation.text() + "` is not let through");
    }
  }

  // --- Names ---

  /** The collection that the request is about, by the server's name. */
  String enter(String clientName) throws RefusedException {
    collection = serverName(clientName);
    rows = rowsOf(collection);
    if (rows.isPresent()
        && operation.admission() != QdrantOperation.Admission.SHARED
        && guards(QdrantGuard.SHARED_COLLECTIONS)) {
      refuse(TenantRows.shared());
    }
    operation.actions().forEach(a -> touch(a, collection));
    return collection;
  }

  /**
   * True when the caller's tenant names something that is not its own, so that it may be an alias:
   * what it leads to must be asked first.
   *
   * <p>INVARIANT (an alias is what it leads to): a right to a name is none to what an operator lets
   * it stand for; both are touched, and the filter is that of the collection.
   */
  boolean mayNameAliases() {
    return guards(QdrantGuard.ALIASES)
        && scope.tenant().isPresent()
        && clientNames.keySet().stream().anyMatch(n -> !scope.tenant().get().owns(n));
  }

  private String meant(String serverName) {
    return aliases.getOrDefault(serverName, serverName);
  }

  Optional<TenantRows> rowsOf(String serverName) throws RefusedException {
    return TenantRows.of(scope, meant(serverName), guards);
  }

  String collection() {
    return collection;
  }

  /** The server's name of what the client names. */
  String serverName(String clientName) throws RefusedException {
    boolean harmless =
        !clientName.isEmpty()
            && clientName.length() <= NAME_CHARACTERS_MAX
            && !clientName.equals(".")
            && !clientName.equals("..");
    for (int i = 0; harmless && i < clientName.length(); i++) {
      char c = clientName.charAt(i);
      harmless = c >= ' ' && FORBIDDEN_IN_NAMES.indexOf(c) < 0;
    }
    if (!harmless) {
      throw JsonFields.malformed("a collection's name is not one that Qdrant could have");
    }
    String serverName = guards(QdrantGuard.NAMES) ? toServer(clientName) : clientName;
    clientNames.put(serverName, clientName);
    return serverName;
  }

  /**
   * INVARIANT (foreign equals missing): a name that is another's is refused as one is that nobody
   * has: in the database's words where the tenant has names of its own, else as one that no rule
   * permits.
   */
  private String toServer(String clientName) throws RefusedException {
    try {
      return scope.names().toServer(clientName);
    } catch (RefusedException e) {
      if (e.refusal().kind() != Refusal.Kind.NOT_FOUND) {
        throw e;
      }
      throw scope.kept(Separation.NAMES).isPresent()
          ? new RefusedException(
              Refusal.Kind.NOT_FOUND, "Not found: Collection `" + clientName + "` doesn't exist!")
          : new RefusedException(Refusal.Kind.DENIED, Operation.of(operation.text()).unpermitted());
    }
  }

  /** The names in the request, the server's to the client's. */
  Map<String, String> clientNames() {
    return clientNames;
  }

  /** An alias, or what is given one: both stand for collections. */
  String aliased(String clientName) throws RefusedException {
    String serverName = serverName(clientName);
    if (rowsOf(serverName).isPresent()) {
      refuse(TenantRows.shared());
    }
    touch(Action.MANAGE, serverName);
    return serverName;
  }

  /** A collection whose vectors are taken as examples. */
  String lookupFrom(String clientName) throws RefusedException {
    String serverName = serverName(clientName);
    touch(Action.QUERY, serverName);
    lookup = Optional.of(serverName);
    return serverName;
  }

  void noLookup() {
    lookup = Optional.empty();
  }

  Optional<String> lookup() {
    return lookup;
  }

  void lookup(Optional<String> serverName) {
    lookup = serverName;
  }

  /** A collection whose points are shown beside groups; it takes no filter. */
  String withLookup(String clientName) throws RefusedException {
    String serverName = serverName(clientName);
    touch(Action.QUERY, serverName);
    if (rowsOf(serverName).isPresent() && guards(QdrantGuard.LOOKUPS)) {
      refuse(
          new RefusedException(
              Refusal.Kind.UNSUPPORTED,
              "`with_lookup` cannot be kept within a tenant's points of a shared collection"));
    }
    return serverName;
  }

  // --- Points ---

  Optional<TenantRows> rows() {
    return rows;
  }

  /** A point of the collection, as the server knows it. */
  PointId point(PointId id) {
    countItem();
    return rows.isPresent() ? rows.get().toServer(id) : id;
  }

  /** A point that a query starts from, in the collection or where it is looked up. */
  PointId example(PointId id) throws RefusedException {
    String where = lookup.orElse(collection);
    Optional<TenantRows> there = lookup.isEmpty() ? rows : rowsOf(where);
    if (there.isEmpty()) {
      return id;
    }
    PointId serverId = there.get().toServer(id);
    if (guards(QdrantGuard.ROW_EXAMPLES)) {
      examples.put(new Example(where, serverId), id);
    }
    return serverId;
  }

  /** The points of shared collections that queries start from, with what the client calls them. */
  Map<Example, PointId> examples() {
    return examples;
  }

  // --- Payloads ---

  /** A path that conditions, orders and groups read. */
  void read(String path) throws RefusedException {
    if (rows.isPresent()) {
      attempt(() -> rows.get().refuseRead(PayloadPath.parse(path)));
    }
  }

  /** A path at which something is written or removed. */
  void written(String path) throws RefusedException {
    if (rows.isPresent()) {
      String first = PayloadPath.parse(path).firstKey();
      attempt(() -> rows.get().refuseWrite(first));
    }
  }

  /** A key of a payload that is written; not a path. */
  void key(String key) throws RefusedException {
    if (rows.isPresent()) {
      attempt(() -> rows.get().refuseWrite(key));
    }
  }

  /** Notes whether the client wants to see payloads, query after query. */
  void select(boolean payload) {
    selections.add(payload);
  }

  List<Boolean> selections() {
    return selections;
  }

  /** Notes how many items one item of a batch became. */
  void became(int items) {
    becameItems.add(items);
  }

  List<Integer> becameItems() {
    return becameItems;
  }

  // --- What may not be ---

  void shardKey() {
    if (rows.isPresent() && guards(QdrantGuard.SHARD_KEYS)) {
      refuse(
          new RefusedException(
              Refusal.Kind.UNSUPPORTED, "a shard key would route around a shared collection"));
    }
  }

  void inference() {
    if (!egress.permitsInference() && guards(QdrantGuard.EGRESS)) {
      refuse(
          new RefusedException(
              Refusal.Kind.UNSUPPORTED,
              "the database would send this input to an inference service, which no egress rule"
                  + " permits; embed in the client"));
    }
  }

  void location(String host, int port) {
    if (!egress.permits(host, port) && guards(QdrantGuard.EGRESS)) {
      refuse(
          new RefusedException(
              Refusal.Kind.DENIED,
              "no egress rule that names it lets the database fetch from there"));
    }
  }

  /** Refuses once the request is read wholly, so that what it would have done is known. */
  void refuse(RefusedException why) {
    if (refusal == null) {
      refusal = why;
    }
  }

  private void attempt(Check check) {
    try {
      check.run();
    } catch (RefusedException e) {
      refuse(e);
    }
  }

  /** What may be refused. */
  @FunctionalInterface
  private interface Check {
    void run() throws RefusedException;
  }

  /**
   * @throws RefusedException when something in the request cannot be scoped
   */
  void end() throws RefusedException {
    if (refusal != null) {
      throw refusal;
    }
  }

  // --- What it comes to ---

  void touch(Action action, String serverName) {
    if (action.onCollection()) {
      touches.add(Touch.of(action, serverName));
      touches.add(Touch.of(action, meant(serverName)));
    } else {
      touches.add(Touch.ofServer(action));
    }
  }

  void countItem() {
    batch++;
  }

  void limit(long count) {
    topK = (int) Math.max(topK, Math.min(count, Integer.MAX_VALUE));
  }

  /** What the request would do. */
  Operation what() {
    if (collection.isEmpty() && touches.isEmpty()) {
      for (Action action : operation.actions()) {
        touches.add(
            action.onCollection() ? Touch.of(action, EVERY_COLLECTION) : Touch.ofServer(action));
      }
    }
    return new Operation(operation.text(), List.copyOf(touches), new Operation.Size(batch, topK));
  }
}
