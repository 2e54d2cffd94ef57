package io.ringfence.conformance.gateway;

import io.ringfence.gateway.identity.ApiKeyText;
import io.ringfence.gateway.serve.GatewayServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A gateway on loopback in front of a PostgreSQL: acme has tables of its own by name, globex rows
 * of a shared table, initech a schema; etl is of no tenant and may read.
 */
final class PostgresqlSite implements AutoCloseable {
  static final String DATABASE = "rag";

  static final String BLUEPRINT =
      """
      ringfence: v1
      name: three-tenants
      segments:
        app: { tier: application, networks: [10.30.1.0/24] }
        vectordb: { tier: database, networks: [10.30.2.0/24], isolation: micro }
      workloads:
        acme: { segment: app, addresses: [10.30.1.10], identity: spiffe://acme.example/acme }
        globex: { segment: app, addresses: [10.30.1.20], identity: spiffe://acme.example/globex }
        initech: { segment: app, addresses: [10.30.1.25], identity: spiffe://acme.example/initech }
        etl: { segment: app, addresses: [10.30.1.30], identity: spiffe://acme.example/etl }
        gateway: { segment: vectordb, addresses: [10.30.2.5], kind: gateway }
        database: { segment: vectordb, addresses: [10.30.2.11], engine: postgresql }
      tenants:
        acme: { members: [spiffe://acme.example/acme], separation: names, prefix: acme_, collections: ["acme_*"] }
        globex: { members: [spiffe://acme.example/globex], separation: filter, rows: { collection: shared_docs, key: tenant_id } }
        initech: { members: [spiffe://acme.example/initech], separation: native, collections: ["initech.*"] }
      roles:
        owner: { actions: [query, insert, update, delete, manage, index] }
        writer: { actions: [query, insert, update, delete] }
        reader: { actions: [query] }
      gateways:
        gateway:
          in-front-of: [database]
          tls: { certificate: { file: keys/gateway.pem }, key: { file: keys/gateway.key }, trust: { acme.example: { file: keys/ca.pem } } }
          identity: { mtls: optional }
          upstream: { database: { credentials: { database: { file: keys/database }, password: { file: keys/password } } } }
          limits: { time: 5s }
          audit: { to: audit/ }
          api-keys: { file: keys/api-keys.yaml }
      access:
        - { name: acme, from: acme, to: database/sql, through: gateway, role: owner }
        - { name: globex, from: globex, to: database/sql, through: gateway, role: writer, collections: [shared_docs] }
        - { name: initech, from: initech, to: database/sql, through: gateway, role: owner }
        - { name: etl, from: etl, to: database/sql, through: gateway, role: reader, collections: [notes] }
      guardrails:
        - { name: tenants-apart, isolated: tenants }
        - { name: no-bypass, only: { from: gateway, to: database/sql } }
      """;

  static final String PASSWORD = "of every role";

  private final GatewaySite site;
  private final GatewayServer gateway;
  private final Map<String, String> keys = new TreeMap<>();

  PostgresqlSite(Path folder, RealPostgresql database) throws Exception {
    this(folder, database, "");
  }

  /** With the database elsewhere, as behind a relay. */
  PostgresqlSite(Path folder, InetSocketAddress database) throws Exception {
    this(folder, Map.of("database", database));
  }

  /** With the database elsewhere. */
  PostgresqlSite(Path folder, Map<String, InetSocketAddress> upstream) throws Exception {
    this(folder, upstream, "");
  }

  /** With TLS to a database that bears a name. */
  PostgresqlSite(Path folder, RealPostgresql database, String name, Path trust) throws Exception {
    this(folder, database, "tls: { san: %s, trust: { file: %s } }, ".formatted(name, trust));
  }

  private PostgresqlSite(Path folder, RealPostgresql database, String tls) throws Exception {
    this(folder, Map.of("database", database.socket()), tls);
  }

  private PostgresqlSite(Path folder, Map<String, InetSocketAddress> upstream, String tls)
      throws Exception {
    this(folder, upstream, tls, false);
  }

  /** One whose gateway says which rule decided. */
  static PostgresqlSite explaining(Path folder, RealPostgresql database) throws Exception {
    return new PostgresqlSite(folder, Map.of("database", database.socket()), "", true);
  }

  private PostgresqlSite(
      Path folder, Map<String, InetSocketAddress> upstream, String tls, boolean explain)
      throws Exception {
    site = new GatewaySite(folder);
    site.explain = explain;
    site.write(
        BLUEPRINT.replace("database: { credentials:", "database: { " + tls + "credentials:"));
    Files.writeString(site.keys().resolve("database"), DATABASE);
    Files.writeString(site.keys().resolve("password"), PASSWORD);
    writeKeys("acme", "globex", "initech", "etl");
    for (String workload : keys.keySet()) {
      site.workload(workload);
    }
    gateway = site.start("gateway", Map.of("sql", 0), upstream);
  }

  /** Roles, schemas and the tables that are shared. */
  static void seed(RealPostgresql database) {
    database.execute(
        DATABASE,
        "create extension vector",
        "revoke all on schema public from public",
        "revoke all on database rag from public",
        "grant usage on schema public to public");
    seedRoles(database);
    database.execute(
        DATABASE,
        "grant create on schema public to acme",
        "create schema initech authorization initech",
        "create table globex_secret (id int primary key, body text)",
        "insert into globex_secret values (1, 'canary')",
        "create table notes (id int primary key, body text)",
        "insert into notes values (1, 'of nobody')",
        "grant select on notes to etl",
        "create table shared_docs (tenant_id text not null, id int not null, body text,"
            + " embedding vector(3), primary key (tenant_id, id))",
        "insert into shared_docs select 'umbrella', i, 'canary ' || i, '[0,0,0]' from"
            + " generate_series(1, 1980) i",
        "insert into shared_docs select 'globex', i, 'own ' || i, '[1,1,1]' from"
            + " generate_series(1, 20) i",
        "create index on shared_docs using hnsw (embedding vector_l2_ops)",
        "alter table shared_docs enable row level security",
        "alter table shared_docs force row level security",
        "create policy own_rows on shared_docs using (tenant_id = current_user)",
        "grant select, insert, update, delete on shared_docs to globex");
  }

  static void seedRoles(RealPostgresql database) {
    for (String role : new String[] {"acme", "globex", "initech", "etl"}) {
      database.execute(
          DATABASE,
          "create role %s login nosuperuser nobypassrls nocreatedb nocreaterole password '%s'"
              .formatted(role, PASSWORD),
          "grant connect on database rag to " + role);
    }
  }

  private void writeKeys(String... workloads) throws IOException {
    StringBuilder out = new StringBuilder("keys:\n");
    for (String workload : workloads) {
      String key = ApiKeyText.random(new SecureRandom());
      keys.put(workload, key);
      out.append(
          "  - { id: %s, sha256: %s, principal: \"%s\", expires: 2999-01-01T00:00:00Z }\n"
              .formatted(
                  ApiKeyText.id(key).orElseThrow(),
                  ApiKeyText.sha256(key),
                  GatewaySite.TRUST_DOMAIN + workload));
    }
    Files.writeString(site.keys().resolve("api-keys.yaml"), out);
  }

  GatewayServer gateway() {
    return gateway;
  }

  GatewaySite site() {
    return site;
  }

  String key(String workload) {
    return keys.get(workload);
  }

  int port() {
    return gateway.status().listens().values().iterator().next().getFirst().getPort();
  }

  InetSocketAddress socket() {
    return new InetSocketAddress("127.0.0.1", port());
  }

  /** By an API key as the password, over TLS. */
  Connection as(String workload) throws SQLException {
    return connect(workload, "require", p -> p.setProperty("password", key(workload)));
  }

  /** What a connection has more. */
  @FunctionalInterface
  interface More {
    void to(Properties properties);
  }

  Connection connect(String user, String sslMode, More more) throws SQLException {
    return connect(user, port(), sslMode, more);
  }

  /** By an API key, at another gateway that serves the same blueprint. */
  Connection connect(String workload, int port) throws SQLException {
    return connect(workload, port, "require", p -> p.setProperty("password", key(workload)));
  }

  private static Connection connect(String user, int port, String sslMode, More more)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("sslmode", sslMode);
    properties.setProperty("loginTimeout", "10");
    properties.setProperty("socketTimeout", "20");
    more.to(properties);
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, DATABASE), properties);
  }

  @Override
  public void close() {
    gateway.close();
  }
}
