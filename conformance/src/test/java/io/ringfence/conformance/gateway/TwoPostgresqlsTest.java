package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.identity.ApiKeyText;
import io.ringfence.gateway.serve.GatewayServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two databases of a real PostgreSQL behind one gateway, each at its own socket. */
@Tag("slow")
class TwoPostgresqlsTest {
  private static final String BLUEPRINT =
      PostgresqlSite.BLUEPRINT
          .replace(
              "engine: postgresql }\n",
              "engine: postgresql }\n"
                  + "  archive: { segment: vectordb, addresses: [10.30.2.12], engine: postgresql"
                  + " }\n")
          .replace(
              "in-front-of: [database]",
              "in-front-of: [database, archive]\n    listen: { archive/sql: \"10.30.2.5:6432\" }")
          .replace(
              "password: { file: keys/password } } } }",
              "password: { file: keys/password } } }, archive: { credentials:"
                  + " { database: { file: keys/archive }, password: { file: keys/password } } } }")
          .replace(
              "guardrails:",
              "  - { name: archived, from: acme, to: archive/sql, through: gateway, role: reader,"
                  + " collections: [\"acme_*\"] }\nguardrails:");

  @TempDir private Path folder;

  private final Map<String, String> keys = new TreeMap<>();
  private GatewaySite site;

  private String url(GatewayServer gateway, String service, String database) {
    int port = gateway.status().listens().get(service).getFirst().getPort();
    return "jdbc:postgresql://localhost:%d/%s".formatted(port, database);
  }

  private Connection connect(String url, String who) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", who);
    properties.setProperty("sslmode", "require");
    properties.setProperty("password", keys.get(who));
    properties.setProperty("loginTimeout", "10");
    return DriverManager.getConnection(url, properties);
  }

  private static String note(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select body from notes")) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  private static void table(RealPostgresql server, String database) {
    server.execute(
        database,
        "create table acme_notes (id int primary key, body text)",
        "insert into acme_notes values (1, 'of " + database + "')",
        "alter table acme_notes owner to acme");
  }

  private static void archive(RealPostgresql server) {
    server.execute("postgres", "create database archive");
    server.execute(
        "archive",
        "revoke all on schema public from public",
        "revoke all on database archive from public",
        "grant usage on schema public to public");
    for (String role : new String[] {"acme", "globex", "initech", "etl"}) {
      server.execute("archive", "grant connect on database archive to " + role);
    }
    table(server, "archive");
  }

  @Test
  void eachListenerLeadsToItsOwnDatabase() throws Exception {
    try (RealPostgresql server = RealPostgresql.start(PostgresqlSite.DATABASE)) {
      PostgresqlSite.seed(server);
      table(server, PostgresqlSite.DATABASE);
      archive(server);
      site = new GatewaySite(folder);
      site.write(BLUEPRINT);
      Files.writeString(site.keys().resolve("database"), PostgresqlSite.DATABASE);
      Files.writeString(site.keys().resolve("archive"), "archive");
      Files.writeString(site.keys().resolve("password"), PostgresqlSite.PASSWORD);
      writeKeys("acme", "globex");
      try (GatewayServer gateway =
          site.start(
              "gateway",
              Map.of("database/sql", 0, "archive/sql", 0),
              Map.of("database", server.socket(), "archive", server.socket()))) {
        assertTrue(gateway.status().ready(), site.notes::toString);
        String first = url(gateway, "database/sql", PostgresqlSite.DATABASE);
        String second = url(gateway, "archive/sql", "archive");
        try (Connection at = connect(first, "acme");
            Connection other = connect(second, "acme")) {
          assertEquals("of rag", note(at));
          assertEquals("of archive", note(other));
          // What may be done follows from the rule for that database.
          try (Statement statement = other.createStatement()) {
            assertEquals(
                "42501",
                assertThrows(SQLException.class, () -> statement.execute("delete from notes"))
                    .getSQLState());
          }
          assertEquals("of archive", note(other));
        }
        String crossed = url(gateway, "database/sql", "archive");
        assertThrows(SQLException.class, () -> connect(crossed, "acme").close());
        assertThrows(SQLException.class, () -> note(connect(second, "globex")));
      }
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
}
