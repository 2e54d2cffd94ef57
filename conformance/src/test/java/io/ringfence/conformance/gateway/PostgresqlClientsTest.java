package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The quick starts of PostgreSQL's drivers and what is built on them, for a tenant with names of
 * its own and for one with a schema: through the gateway they run unchanged.
 */
@Tag("slow")
class PostgresqlClientsTest {
  private static final List<String> QUICK_STARTS =
      List.of("psycopg3", "psycopg2", "asyncpg", "sqlalchemy", "sqlalchemy_psycopg2", "langchain");

  @TempDir private static Path folder;

  private static RealPostgresql database;
  private static PostgresqlSite site;

  @BeforeAll
  static void start() throws Exception {
    database = RealPostgresql.start(PostgresqlSite.DATABASE);
    PostgresqlSite.seed(database);
    site = new PostgresqlSite(folder, database);
  }

  @AfterAll
  static void end() {
    if (site != null) {
      site.close();
    }
    if (database != null) {
      database.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "initech"})
  void python(String tenant) throws Exception {
    Path python = Path.of("../.ringfence/clients/python-orms/bin/python");
    assumeTrue(
        Files.isExecutable(python), "the drivers are not here: scripts/test-clients fetches them");
    List<String> command = new ArrayList<>(List.of(python.toString()));
    command.add(program("postgresql_quickstarts.py", folder).toString());
    command.addAll(List.of(Integer.toString(site.port()), tenant, site.key(tenant)));
    command.addAll(QUICK_STARTS);
    assertEquals(
        QUICK_STARTS.stream().map(q -> q + " done\n").collect(Collectors.joining()), run(command));
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "initech"})
  void node(String tenant) throws Exception {
    Path clients = QdrantSite.NODE_CLIENTS;
    assumeTrue(
        Files.isDirectory(clients.resolve("node_modules/pgvector")),
        "pg is not here: scripts/test-clients fetches it");
    // Modules are looked for from where the program is.
    Files.deleteIfExists(folder.resolve("node_modules"));
    Files.createSymbolicLink(folder.resolve("node_modules"), clients.resolve("node_modules"));
    assertEquals(
        "[{\"id\":\"1\",\"embedding\":[1,2,3]}]\n[{\"id\":1}]\n",
        run(
            List.of(
                "node",
                program("postgresql_quickstart.mjs", folder).toString(),
                Integer.toString(site.port()),
                tenant,
                site.key(tenant))));
  }

  private static Path program(String name, Path to) throws IOException {
    Path out = to.resolve(name);
    if (!Files.exists(out)) {
      try (InputStream in = PostgresqlClientsTest.class.getResourceAsStream("/gateway/" + name)) {
        Files.copy(in, out);
      }
    }
    return out;
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return out;
  }
}
