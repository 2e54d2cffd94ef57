package io.ringfence.conformance.throughput;

import io.ringfence.conformance.gateway.RealPostgresql;
import io.ringfence.gateway.identity.ApiKeyText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * A real PostgreSQL with one table of a tenant's, and what a proxy before it needs: acme's password
 * there, and the key that acme shows the gateway.
 */
final class PooledDatabase implements AutoCloseable {
  static final String DATABASE = "rag";
  static final String ROLE = "acme";
  static final String PASSWORD = "of the role acme";
  static final int ROWS = 1_000;

  private final RealPostgresql database;
  private final String key = ApiKeyText.random(new SecureRandom());

  private PooledDatabase(RealPostgresql database) {
    this.database = database;
  }

  static PooledDatabase start() throws IOException, InterruptedException {
    RealPostgresql database = RealPostgresql.start(DATABASE);
    database.execute(
        DATABASE,
        "create extension vector",
        "revoke all on schema public from public",
        "revoke all on database rag from public",
        "grant usage on schema public to public",
        "create role acme login nosuperuser nobypassrls nocreatedb nocreaterole password '"
            + PASSWORD
            + "'",
        "grant connect on database rag to acme",
        "create table acme_docs (id int primary key, body text, embedding vector(3))",
        "insert into acme_docs select i, repeat('x', 380) || i,"
            + " format('[%s,%s,1]', i % 37, i % 11)::vector from generate_series(1, "
            + ROWS
            + ") i",
        "grant select on acme_docs to acme",
        "analyze acme_docs");
    return new PooledDatabase(database);
  }

  int port() {
    return database.socket().getPort();
  }

  /** What acme shows the gateway as its password. */
  String key() {
    return key;
  }

  /** The contenders read their files as another user than root. */
  static void open(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** How statements reach the server. */
  enum Way {
    /** Prepared once, then bound and executed. */
    prepared,
    /** Parsed, bound and executed each time, the same text. */
    parsed,
    /** As one text, each time another. */
    simple
  }

  /** A client's connection through a proxy, over TLS. */
  Connection connect(int port, String password, Way way) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", ROLE);
    properties.setProperty("password", password);
    properties.setProperty("sslmode", "require");
    properties.setProperty("prepareThreshold", way == Way.prepared ? "1" : "0");
    properties.setProperty("preferQueryMode", way == Way.simple ? "simple" : "extended");
    // pgbouncer takes no such parameter at the start.
    properties.setProperty("assumeMinServerVersion", "9.0");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, DATABASE), properties);
  }

  @Override
  public void close() {
    database.close();
  }
}
