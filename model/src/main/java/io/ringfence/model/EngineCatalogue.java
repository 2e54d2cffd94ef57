package io.ringfence.model;

import static io.ringfence.model.Audience.ANYONE;
import static io.ringfence.model.Audience.CLUSTER;
import static io.ringfence.model.Audience.GATEWAY;
import static io.ringfence.model.Audience.NOBODY;
import static io.ringfence.model.Audience.SCRAPER;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every engine's ports, their roles and who should reach each; from the engines' own sources
 * (Qdrant 1.19, Weaviate 1.40, Milvus 2.6, Chroma 1.0, PostgreSQL 18, OpenSearch 2.19, Redis 8,
 * etcd 3.6).
 */
public final class EngineCatalogue {
  private static final Map<String, Engine> ENGINES = catalogue();

  /**
   * By engine, the services over which its nodes agree by Raft, so that a majority must keep
   * reaching each other there. Milvus' own nodes keep no quorum: that of its etcd is etcd's.
   */
  private static final Map<String, Set<String>> QUORUM_SERVICES =
      Map.of(
          "qdrant", Set.of("peer"),
          "weaviate", Set.of("peer", "raft"),
          "etcd", Set.of("peer"));

  private EngineCatalogue() {}

  /** All engines by the name they bear in a blueprint, sorted. */
  public static Map<String, Engine> engines() {
    return ENGINES;
  }

  public static Optional<Engine> find(String name) {
    return Optional.ofNullable(ENGINES.get(name));
  }

  /** The ports over which a workload's nodes agree by Raft; none for other engines. */
  public static PortSet quorumPorts(Workload workload) {
    Set<String> names =
        workload.engine().map(e -> QUORUM_SERVICES.getOrDefault(e, Set.of())).orElse(Set.of());
    return PortSet.union(
        workload.services().values().stream()
            .filter(s -> names.contains(s.name()))
            .map(Service::ports)
            .toList());
  }

  private static Map<String, Engine> catalogue() {
    Engine[] all = {
      engine(
          "qdrant",
          "Qdrant",
          Map.of("metrics", "rest", "telemetry", "rest", "dashboard", "rest"),
          service("rest", GATEWAY, "6333/tcp"),
          service("grpc", GATEWAY, "6334/tcp"),
          service("peer", CLUSTER, "6335/tcp")),
      engine(
          "weaviate",
          "Weaviate",
          Map.of("graphql", "rest", "mcp", "rest"),
          service("rest", GATEWAY, "8080/tcp"),
          service("grpc", GATEWAY, "50051/tcp"),
          service("peer", CLUSTER, "7946-7947/tcp", "7946-7947/udp"),
          service("raft", CLUSTER, "8300-8301/tcp"),
          service("metrics", SCRAPER, "2112/tcp"),
          service("pprof", NOBODY, "6060/tcp")),
      engine(
          "milvus",
          "Milvus",
          Map.of("rest", "grpc"),
          service("grpc", GATEWAY, "19530/tcp"),
          service("metrics", SCRAPER, "9091/tcp"),
          service(
              "peer",
              CLUSTER,
              "13333/tcp",
              "19529/tcp",
              "19531/tcp",
              "21121-21124/tcp",
              "31000/tcp",
              "53100/tcp"),
          service("etcd", CLUSTER, "2379-2380/tcp"),
          service("minio", CLUSTER, "9000/tcp"),
          service("pulsar", CLUSTER, "6650/tcp")),
      engine("chroma", "Chroma", Map.of(), service("rest", GATEWAY, "8000/tcp")),
      engine(
          "postgresql",
          "PostgreSQL with pgvector",
          Map.of("replication", "sql"),
          service("sql", GATEWAY, "5432/tcp")),
      engine(
          "opensearch",
          "OpenSearch",
          Map.of("metrics", "rest"),
          service("rest", GATEWAY, "9200/tcp"),
          service("peer", CLUSTER, "9300/tcp")),
      engine(
          "redis",
          "Redis vector sets",
          Map.of(),
          service("resp", GATEWAY, "6379/tcp"),
          service("peer", CLUSTER, "16379/tcp")),
      engine(
          "etcd",
          "etcd",
          Map.of("metrics", "client"),
          service("client", ANYONE, "2379/tcp"),
          service("peer", CLUSTER, "2380/tcp")),
      engine(
          "pinecone",
          "Pinecone through a private endpoint",
          Map.of("grpc", "rest"),
          service("rest", GATEWAY, "443/tcp"))
    };
    return Collections.unmodifiableMap(
        Arrays.stream(all)
            .collect(
                Collectors.toMap(Engine::name, Function.identity(), (a, b) -> a, TreeMap::new)));
  }

  private static Engine engine(
      String name, String title, Map<String, String> sharedRoles, Service... services) {
    return new Engine(
        name,
        title,
        Arrays.stream(services).collect(Collectors.toMap(Service::name, Function.identity())),
        sharedRoles);
  }

  private static Service service(String name, Audience audience, String... ports) {
    PortSet set = PortSet.union(Arrays.stream(ports).map(PortSet::parse).toList());
    return new Service(name, set, audience, Optional.empty());
  }
}
