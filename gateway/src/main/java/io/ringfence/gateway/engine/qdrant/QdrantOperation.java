package io.ringfence.gateway.engine.qdrant;

import static io.ringfence.gateway.engine.qdrant.QdrantOperation.Admission.DENIED;
import static io.ringfence.gateway.engine.qdrant.QdrantOperation.Admission.OPERATOR;
import static io.ringfence.gateway.engine.qdrant.QdrantOperation.Admission.OWNER;
import static io.ringfence.gateway.engine.qdrant.QdrantOperation.Admission.SHARED;
import static io.ringfence.model.Action.CLUSTER;
import static io.ringfence.model.Action.DELETE;
import static io.ringfence.model.Action.HEALTH;
import static io.ringfence.model.Action.INDEX;
import static io.ringfence.model.Action.MANAGE;
import static io.ringfence.model.Action.METRICS;
import static io.ringfence.model.Action.QUERY;
import static io.ringfence.model.Action.SNAPSHOT;
import static io.ringfence.model.Action.UPDATE;

import io.ringfence.model.Action;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every operation of Qdrant's REST and gRPC interfaces, those that its specification forgets among
 * them; what is not here is denied. Tests hold the list against both specifications.
 */
enum QdrantOperation {
  // --- Greetings and health ---
  VERSION(SHARED, "GET ", Parameters.NONE, "qdrant.Qdrant/HealthCheck"),
  HEALTHZ(SHARED, "GET healthz", Parameters.NONE, "", HEALTH),
  LIVEZ(SHARED, "GET livez", Parameters.NONE, "", HEALTH),
  READYZ(SHARED, "GET readyz", Parameters.NONE, "", HEALTH),
  HEALTH_CHECK(SHARED, "", Parameters.NONE, "grpc.health.v1.Health/Check", HEALTH),
  HEALTH_WATCH(DENIED, "", Parameters.NONE, "grpc.health.v1.Health/Watch", HEALTH),

  // --- Collections ---
  LIST_COLLECTIONS(SHARED, "GET collections", Parameters.NONE, "qdrant.Collections/List"),
  LIST_ALIASES(SHARED, "GET aliases", Parameters.NONE, "qdrant.Collections/ListAliases"),
  GET_COLLECTION(
      SHARED, "GET " + Paths.COLLECTION, Parameters.NONE, "qdrant.Collections/Get", QUERY),
  COLLECTION_EXISTS(
      SHARED,
      "GET " + Paths.COLLECTION + "/exists",
      Parameters.NONE,
      "qdrant.Collections/CollectionExists",
      QUERY),
  LIST_COLLECTION_ALIASES(
      OWNER,
      "GET " + Paths.COLLECTION + "/aliases",
      Parameters.NONE,
      "qdrant.Collections/ListCollectionAliases",
      QUERY),
  CREATE_COLLECTION(
      OWNER, "PUT " + Paths.COLLECTION, Parameters.TIMEOUT, "qdrant.Collections/Create", MANAGE),
  UPDATE_COLLECTION(
      OWNER, "PATCH " + Paths.COLLECTION, Parameters.TIMEOUT, "qdrant.Collections/Update", MANAGE),
  DELETE_COLLECTION(
      OWNER, "DELETE " + Paths.COLLECTION, Parameters.TIMEOUT, "qdrant.Collections/Delete", MANAGE),
  UPDATE_ALIASES(
      OWNER,
      "POST collections/aliases",
      Parameters.TIMEOUT,
      "qdrant.Collections/UpdateAliases",
      MANAGE),
  GET_OPTIMIZATIONS(
      OWNER,
      "GET " + Paths.COLLECTION + "/optimizations",
      Set.of("with", "completed_limit"),
      "",
      MANAGE),
  CREATE_FIELD_INDEX(
      OWNER,
      "PUT " + Paths.COLLECTION + "/index",
      Parameters.WRITE,
      "qdrant.Points/CreateFieldIndex",
      INDEX),
  DELETE_FIELD_INDEX(
      OWNER,
      "DELETE " + Paths.COLLECTION + "/index/{field}",
      Parameters.WRITE,
      "qdrant.Points/DeleteFieldIndex",
      INDEX),
  CREATE_VECTOR_NAME(
      OWNER,
      "PUT " + Paths.COLLECTION + "/vectors/{vector}",
      Parameters.WRITE,
      "qdrant.Points/CreateVectorName",
      INDEX),
  DELETE_VECTOR_NAME(
      OWNER,
      "DELETE " + Paths.COLLECTION + "/vectors/{vector}",
      Parameters.WRITE,
      "qdrant.Points/DeleteVectorName",
      INDEX),
  LIST_SHARD_KEYS(
      OWNER,
      "GET " + Paths.COLLECTION + "/shards",
      Parameters.NONE,
      "qdrant.Collections/ListShardKeys",
      MANAGE),
  CREATE_SHARD_KEY(
      OWNER,
      "PUT " + Paths.COLLECTION + "/shards",
      Parameters.TIMEOUT,
      "qdrant.Collections/CreateShardKey",
      MANAGE),
  DELETE_SHARD_KEY(
      OWNER,
      "POST " + Paths.COLLECTION + "/shards/delete",
      Parameters.TIMEOUT,
      "qdrant.Collections/DeleteShardKey",
      MANAGE),

  // --- Points: reading ---
  GET_POINT(SHARED, "GET " + Paths.POINTS + "/{id}", Parameters.READ_ONE, "", QUERY),
  GET_POINTS(SHARED, "POST " + Paths.POINTS, Parameters.READ, "qdrant.Points/Get", QUERY),
  SCROLL(
      SHARED, "POST " + Paths.POINTS + "/scroll", Parameters.READ, "qdrant.Points/Scroll", QUERY),
  COUNT(SHARED, "POST " + Paths.POINTS + "/count", Parameters.READ, "qdrant.Points/Count", QUERY),
  FACET(
      SHARED, "POST " + Paths.COLLECTION + "/facet", Parameters.READ, "qdrant.Points/Facet", QUERY),
  QUERY_POINTS(
      SHARED, "POST " + Paths.POINTS + "/query", Parameters.READ, "qdrant.Points/Query", QUERY),
  QUERY_BATCH(
      SHARED,
      "POST " + Paths.POINTS + "/query/batch",
      Parameters.READ,
      "qdrant.Points/QueryBatch",
      QUERY),
  QUERY_GROUPS(
      SHARED,
      "POST " + Paths.POINTS + "/query/groups",
      Parameters.READ,
      "qdrant.Points/QueryGroups",
      QUERY),
  SEARCH(
      SHARED, "POST " + Paths.POINTS + "/search", Parameters.READ, "qdrant.Points/Search", QUERY),
  SEARCH_BATCH(
      SHARED,
      "POST " + Paths.POINTS + "/search/batch",
      Parameters.READ,
      "qdrant.Points/SearchBatch",
      QUERY),
  SEARCH_GROUPS(
      SHARED,
      "POST " + Paths.POINTS + "/search/groups",
      Parameters.READ,
      "qdrant.Points/SearchGroups",
      QUERY),
  RECOMMEND(
      SHARED,
      "POST " + Paths.POINTS + "/recommend",
      Parameters.READ,
      "qdrant.Points/Recommend",
      QUERY),
  RECOMMEND_BATCH(
      SHARED,
      "POST " + Paths.POINTS + "/recommend/batch",
      Parameters.READ,
      "qdrant.Points/RecommendBatch",
      QUERY),
  RECOMMEND_GROUPS(
      SHARED,
      "POST " + Paths.POINTS + "/recommend/groups",
      Parameters.READ,
      "qdrant.Points/RecommendGroups",
      QUERY),
  DISCOVER(
      SHARED,
      "POST " + Paths.POINTS + "/discover",
      Parameters.READ,
      "qdrant.Points/Discover",
      QUERY),
  DISCOVER_BATCH(
      SHARED,
      "POST " + Paths.POINTS + "/discover/batch",
      Parameters.READ,
      "qdrant.Points/DiscoverBatch",
      QUERY),
  MATRIX_PAIRS(
      SHARED,
      "POST " + Paths.POINTS + "/search/matrix/pairs",
      Parameters.READ,
      "qdrant.Points/SearchMatrixPairs",
      QUERY),
  MATRIX_OFFSETS(
      SHARED,
      "POST " + Paths.POINTS + "/search/matrix/offsets",
      Parameters.READ,
      "qdrant.Points/SearchMatrixOffsets",
      QUERY),

  // --- Points: writing ---
  UPSERT(SHARED, "PUT " + Paths.POINTS, Parameters.WRITE, "qdrant.Points/Upsert"),
  DELETE_POINTS(
      SHARED, "POST " + Paths.POINTS + "/delete", Parameters.WRITE, "qdrant.Points/Delete", DELETE),
  UPDATE_VECTORS(
      SHARED,
      "PUT " + Paths.POINTS + "/vectors",
      Parameters.WRITE,
      "qdrant.Points/UpdateVectors",
      UPDATE),
  DELETE_VECTORS(
      SHARED,
      "POST " + Paths.POINTS + "/vectors/delete",
      Parameters.WRITE,
      "qdrant.Points/DeleteVectors",
      DELETE),
  SET_PAYLOAD(
      SHARED,
      "POST " + Paths.POINTS + "/payload",
      Parameters.WRITE,
      "qdrant.Points/SetPayload",
      UPDATE),
  OVERWRITE_PAYLOAD(
      SHARED,
      "PUT " + Paths.POINTS + "/payload",
      Parameters.WRITE,
      "qdrant.Points/OverwritePayload",
      UPDATE),
  DELETE_PAYLOAD(
      SHARED,
      "POST " + Paths.POINTS + "/payload/delete",
      Parameters.WRITE,
      "qdrant.Points/DeletePayload",
      DELETE),
  CLEAR_PAYLOAD(
      SHARED,
      "POST " + Paths.POINTS + "/payload/clear",
      Parameters.WRITE,
      "qdrant.Points/ClearPayload",
      DELETE),
  UPDATE_BATCH(
      SHARED, "POST " + Paths.POINTS + "/batch", Parameters.WRITE, "qdrant.Points/UpdateBatch"),

  // --- Snapshots ---
  LIST_SNAPSHOTS(
      OWNER, "GET " + Paths.SNAPSHOTS, Parameters.NONE, "qdrant.Snapshots/List", SNAPSHOT),
  CREATE_SNAPSHOT(
      OWNER, "POST " + Paths.SNAPSHOTS, Parameters.WAIT, "qdrant.Snapshots/Create", SNAPSHOT),
  DELETE_SNAPSHOT(
      OWNER,
      "DELETE " + Paths.SNAPSHOTS + "/{snapshot}",
      Parameters.WAIT,
      "qdrant.Snapshots/Delete",
      SNAPSHOT),
  GET_SNAPSHOT(OWNER, "GET " + Paths.SNAPSHOTS + "/{snapshot}", Parameters.NONE, "", SNAPSHOT),
  RECOVER_SNAPSHOT(OWNER, "PUT " + Paths.SNAPSHOTS + "/recover", Parameters.WAIT, "", SNAPSHOT),
  UPLOAD_SNAPSHOT(DENIED, "POST " + Paths.SNAPSHOTS + "/upload", Parameters.NONE, "", SNAPSHOT),
  LIST_FULL_SNAPSHOTS(
      OPERATOR, "GET snapshots", Parameters.NONE, "qdrant.Snapshots/ListFull", SNAPSHOT),
  CREATE_FULL_SNAPSHOT(
      OPERATOR, "POST snapshots", Parameters.WAIT, "qdrant.Snapshots/CreateFull", SNAPSHOT),
  DELETE_FULL_SNAPSHOT(
      OPERATOR,
      "DELETE snapshots/{snapshot}",
      Parameters.WAIT,
      "qdrant.Snapshots/DeleteFull",
      SNAPSHOT),
  GET_FULL_SNAPSHOT(OPERATOR, "GET snapshots/{snapshot}", Parameters.NONE, "", SNAPSHOT),
  STREAM_SHARD_SNAPSHOT(DENIED, "GET " + Paths.SHARD + "/snapshot", Parameters.NONE, "", SNAPSHOT),
  LIST_SHARD_SNAPSHOTS(
      DENIED,
      "GET " + Paths.SHARD + "/snapshots",
      Parameters.NONE,
      "qdrant.ShardSnapshots/List",
      SNAPSHOT),
  CREATE_SHARD_SNAPSHOT(
      DENIED,
      "POST " + Paths.SHARD + "/snapshots",
      Parameters.NONE,
      "qdrant.ShardSnapshots/Create",
      SNAPSHOT),
  DELETE_SHARD_SNAPSHOT(
      DENIED,
      "DELETE " + Paths.SHARD + "/snapshots/{snapshot}",
      Parameters.NONE,
      "qdrant.ShardSnapshots/Delete",
      SNAPSHOT),
  GET_SHARD_SNAPSHOT(
      DENIED, "GET " + Paths.SHARD + "/snapshots/{snapshot}", Parameters.NONE, "", SNAPSHOT),
  RECOVER_SHARD_SNAPSHOT(
      DENIED,
      "PUT " + Paths.SHARD + "/snapshots/recover",
      Parameters.NONE,
      "qdrant.ShardSnapshots/Recover",
      SNAPSHOT),
  UPLOAD_SHARD_SNAPSHOT(
      DENIED, "POST " + Paths.SHARD + "/snapshots/upload", Parameters.NONE, "", SNAPSHOT),
  CREATE_PARTIAL_SNAPSHOT(
      DENIED, "POST " + Paths.SHARD + "/snapshot/partial/create", Parameters.NONE, "", SNAPSHOT),
  RECOVER_PARTIAL_SNAPSHOT(
      DENIED, "POST " + Paths.SHARD + "/snapshot/partial/recover", Parameters.NONE, "", SNAPSHOT),
  RECOVER_PARTIAL_SNAPSHOT_FROM(
      DENIED,
      "POST " + Paths.SHARD + "/snapshot/partial/recover_from",
      Parameters.NONE,
      "",
      SNAPSHOT),
  PARTIAL_SNAPSHOT_MANIFEST(
      DENIED, "GET " + Paths.SHARD + "/snapshot/partial/manifest", Parameters.NONE, "", SNAPSHOT),

  // --- The cluster ---
  CLUSTER_STATUS(OPERATOR, "GET cluster", Parameters.NONE, "", CLUSTER),
  CLUSTER_TELEMETRY(
      OPERATOR, "GET cluster/telemetry", Set.of("details_level", "timeout"), "", CLUSTER),
  RECOVER_PEER(OPERATOR, "POST cluster/recover", Parameters.NONE, "", CLUSTER),
  REMOVE_PEER(OPERATOR, "DELETE cluster/peer/{peer}", Set.of("timeout", "force"), "", CLUSTER),
  LIST_CLUSTER_KEYS(DENIED, "GET cluster/metadata/keys", Parameters.NONE, "", CLUSTER),
  GET_CLUSTER_KEY(DENIED, "GET cluster/metadata/keys/{key}", Parameters.NONE, "", CLUSTER),
  SET_CLUSTER_KEY(DENIED, "PUT cluster/metadata/keys/{key}", Parameters.NONE, "", CLUSTER),
  DELETE_CLUSTER_KEY(DENIED, "DELETE cluster/metadata/keys/{key}", Parameters.NONE, "", CLUSTER),
  COLLECTION_CLUSTER(
      OPERATOR,
      "GET " + Paths.COLLECTION + "/cluster",
      Parameters.NONE,
      "qdrant.Collections/CollectionClusterInfo",
      CLUSTER),
  UPDATE_COLLECTION_CLUSTER(
      OPERATOR,
      "POST " + Paths.COLLECTION + "/cluster",
      Parameters.TIMEOUT,
      "qdrant.Collections/UpdateCollectionClusterSetup",
      CLUSTER),
  SHARD_CLEANUP(DENIED, "POST " + Paths.SHARD + "/cleanup", Parameters.NONE, "", CLUSTER),
  SHARD_WAL(DENIED, "GET " + Paths.SHARD + "/wal", Parameters.NONE, "", CLUSTER),
  SHARD_RECOVERY_POINT(
      DENIED, "GET " + Paths.SHARD + "/recovery_point", Parameters.NONE, "", CLUSTER),
  SHARD_GET_POINT(DENIED, "GET " + Paths.SHARD + "/points/{id}", Parameters.NONE, "", CLUSTER),
  SHARD_GET_POINTS(DENIED, "POST " + Paths.SHARD + "/points", Parameters.NONE, "", CLUSTER),
  SHARD_SCROLL(DENIED, "POST " + Paths.SHARD + "/points/scroll", Parameters.NONE, "", CLUSTER),
  SHARD_COUNT(DENIED, "POST " + Paths.SHARD + "/points/count", Parameters.NONE, "", CLUSTER),

  // --- The operator's ---
  METRICS_TEXT(OPERATOR, "GET metrics", Parameters.TELEMETRY, "", METRICS),
  TELEMETRY(OPERATOR, "GET telemetry", Parameters.TELEMETRY, "", METRICS),
  GET_ISSUES(OPERATOR, "GET issues", Parameters.NONE, "", MANAGE),
  CLEAR_ISSUES(OPERATOR, "DELETE issues", Parameters.NONE, "", MANAGE),
  GET_QUOTAS(OPERATOR, "GET quotas", Parameters.NONE, "", MANAGE),
  UPDATE_QUOTAS(OPERATOR, "PUT quotas", Parameters.WAIT, "", MANAGE),
  SLOW_REQUESTS(DENIED, "GET profiler/slow_requests", Parameters.NONE, "", MANAGE),
  COLLECTION_DEBUG(DENIED, "GET " + Paths.COLLECTION + "/debug", Parameters.NONE, "", MANAGE),
  COLLECTION_MEMORY(DENIED, "GET " + Paths.COLLECTION + "/memory", Parameters.NONE, "", MANAGE),
  TRUNCATE_WAL(
      DENIED, "POST " + Paths.COLLECTION + "/truncate_unapplied_wal", Parameters.NONE, "", MANAGE),
  AUDIT_LOGS(DENIED, "GET audit/logs", Parameters.NONE, "", MANAGE),
  GET_LOGGER(DENIED, "GET logger", Parameters.NONE, "", MANAGE),
  SET_LOGGER(DENIED, "POST logger", Parameters.NONE, "", MANAGE),
  GET_LOCKS(DENIED, "GET locks", Parameters.NONE, "", MANAGE),
  SET_LOCKS(DENIED, "POST locks", Parameters.NONE, "", MANAGE),
  GET_DEBUGGER(DENIED, "GET debugger", Parameters.NONE, "", MANAGE),
  SET_DEBUGGER(DENIED, "PATCH debugger", Parameters.NONE, "", MANAGE),
  STACKTRACE(DENIED, "GET stacktrace", Parameters.NONE, "", MANAGE);

  /** Who may come to be decided at all. */
  enum Admission {
    /** Whoever a rule permits, over shared collections too. */
    SHARED,
    /** Whoever a rule permits, over collections that nobody else has data in. */
    OWNER,
    /** Members of no tenant: it shows or changes what is everybody's. */
    OPERATOR,
    /** Nobody: the gateway cannot scope it, or it belongs to the cluster's own nodes. */
    DENIED
  }

  /** Long paths, once. */
  private static final class Paths {
    static final String COLLECTION = "collections/{collection}";
    static final String POINTS = COLLECTION + "/points";
    static final String SNAPSHOTS = COLLECTION + "/snapshots";
    static final String SHARD = COLLECTION + "/shards/{shard}";
  }

  /** The query parameters of a kind of operation. */
  private static final class Parameters {
    static final Set<String> NONE = Set.of();
    static final Set<String> WAIT = Set.of("wait");
    static final Set<String> TIMEOUT = Set.of("timeout");
    static final Set<String> READ_ONE = Set.of("consistency");
    static final Set<String> READ = Set.of("consistency", "timeout");
    static final Set<String> WRITE = Set.of("wait", "ordering", "timeout");
    static final Set<String> TELEMETRY =
        Set.of("anonymize", "details_level", "per_collection", "timeout");
  }

  private static final Map<String, QdrantOperation> BY_RPC = new HashMap<>();
  private static final Map<String, List<QdrantOperation>> BY_METHOD = new HashMap<>();

  static {
    for (QdrantOperation operation : values()) {
      if (!operation.rpc.isEmpty()) {
        BY_RPC.put(operation.rpc, operation);
      }
      if (!operation.method.isEmpty()) {
        BY_METHOD.computeIfAbsent(operation.method, m -> new ArrayList<>()).add(operation);
      }
    }
  }

  private final Admission admission;
  private final String method;
  private final List<String> template;
  private final Set<String> parameters;
  private final String rpc;
  private final List<Action> actions;

  /**
   * @param rest a method and a path; empty where there is none over REST
   * @param rpc a service and a method; empty where there is none over gRPC
   */
  QdrantOperation(
      Admission admission, String rest, Set<String> parameters, String rpc, Action... actions) {
    this.admission = admission;
    int space = rest.indexOf(' ');
    this.method = space < 0 ? "" : rest.substring(0, space);
    String path = rest.substring(space + 1);
    this.template = path.isEmpty() ? List.of() : List.of(path.split("/"));
    this.parameters = parameters;
    this.rpc = rpc;
    this.actions = List.of(actions);
  }

  Admission admission() {
    return admission;
  }

  /** What it does; nothing for a greeting, and where that depends on what it brings. */
  List<Action> actions() {
    return actions;
  }

  /** The query parameters that it takes. */
  Set<String> parameters() {
    return parameters;
  }

  /** Its name in decisions, limits and the audit log. */
  String text() {
    return "qdrant." + name().toLowerCase(Locale.ROOT);
  }

  /** The segment that stands for a parameter of the template; empty where it has none. */
  Optional<String> parameter(List<String> path, String name) {
    int at = template.indexOf("{" + name + "}");
    return at < 0 ? Optional.empty() : Optional.of(path.get(at));
  }

  /** The operation of a request over REST. A template's own word goes before a parameter. */
  static Optional<QdrantOperation> ofRest(String method, List<String> path) {
    QdrantOperation best = null;
    for (QdrantOperation operation : BY_METHOD.getOrDefault(method, List.of())) {
      if (operation.fits(path) && (best == null || operation.words() > best.words())) {
        best = operation;
      }
    }
    return Optional.ofNullable(best);
  }

  /** The operation of a call over gRPC. */
  static Optional<QdrantOperation> ofRpc(String service, String method) {
    return Optional.ofNullable(BY_RPC.get(service + "/" + method));
  }

  private boolean fits(List<String> path) {
    if (path.size() != template.size()) {
      return false;
    }
    for (int i = 0; i < template.size(); i++) {
      String word = template.get(i);
      if (!isParameter(word) && !word.equals(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  private long words() {
    return template.stream().filter(w -> !isParameter(w)).count();
  }

  private static boolean isParameter(String word) {
    return word.startsWith("{");
  }

  /** A path of the server's; parameters stand where the template has them. */
  List<String> path(String... values) {
    List<String> rest = new ArrayList<>(Arrays.asList(values));
    return template.stream().map(w -> isParameter(w) ? rest.removeFirst() : w).toList();
  }
}
