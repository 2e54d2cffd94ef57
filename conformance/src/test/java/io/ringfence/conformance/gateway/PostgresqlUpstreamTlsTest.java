package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringfence.gateway.testing.TestingAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway logs in to a PostgreSQL that speaks TLS, and knows it by its name. */
@Tag("slow")
class PostgresqlUpstreamTlsTest {
  /** Debian's: the one that the lab fetches is built without TLS. */
  private static final Path DEBIANS = Path.of("/usr/lib/postgresql/15");

  private static final String NAME = "postgres.acme.example";

  @TempDir private Path folder;

  @Test
  void theDatabaseIsWhoItsCertificateSays() throws Exception {
    assumeTrue(
        Files.isExecutable(DEBIANS.resolve("bin/postgres")), "Debian's postgresql-15 is not here");
    TestingAuthority authority = new TestingAuthority("acme.example");
    Path keys = Files.createDirectories(folder.resolve("database"));
    TestingAuthority.write(authority.server(NAME), keys, "server");
    Path trust = folder.resolve("database-ca.pem");
    authority.writeTrust(trust);
    try (RealPostgresql database =
        RealPostgresql.startTls(DEBIANS, PostgresqlSite.DATABASE, keys)) {
      PostgresqlSite.seedRoles(database);
      try (PostgresqlSite site = new PostgresqlSite(folder.resolve("a"), database, NAME, trust);
          Connection c = site.as("acme")) {
        assertEquals("1", one(c, "select 1"));
      }
      try (PostgresqlSite site =
          new PostgresqlSite(folder.resolve("b"), database, "other.acme.example", trust)) {
        SQLException refused = assertThrows(SQLException.class, () -> site.as("acme"));
        assertEquals("57P03", refused.getSQLState());
        assertTrue(
            site.site().notes.stream().anyMatch(n -> n.contains("the database's login")),
            site.site().notes.toString());
      }
    }
  }

  private static String one(Connection c, String sql) throws SQLException {
    try (var s = c.createStatement()) {
      ResultSet row = s.executeQuery(sql);
      row.next();
      return row.getString(1);
    }
  }
}
