package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringfence.gateway.audit.AuditVerification;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official JDBC driver in front of a real PostgreSQL, with the gateway between them. */
@Tag("slow")
class PostgresqlEndToEndTest {
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

  private static List<String> query(Connection c, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement s = c.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        s.setObject(i + 1, values[i]);
      }
      List<String> out = new ArrayList<>();
      ResultSet row = s.executeQuery();
      while (row.next()) {
        out.add(row.getString(1));
      }
      return out;
    }
  }

  private static void execute(Connection c, String sql) throws SQLException {
    try (Statement s = c.createStatement()) {
      s.execute(sql);
    }
  }

  private static SQLException refused(Connection c, String sql) {
    return assertThrows(SQLException.class, () -> execute(c, sql), sql);
  }

  private static String state(Connection c, String sql) {
    return refused(c, sql).getSQLState();
  }

  @Test
  void noticesSayWhichRuleDecidedWhereADeveloperAskedForThat() throws Exception {
    try (PostgresqlSite explaining =
            PostgresqlSite.explaining(folder.resolve("explaining"), database);
        Connection c = explaining.as("acme");
        Statement s = c.createStatement()) {
      s.execute("select 1");
      String said = s.getWarnings().getMessage();
      assertTrue(said.matches("ringfence-explain: rule acme at site.yaml:[0-9]+:[0-9]+"), said);
      assertThrows(SQLException.class, () -> s.execute("select * from globex_items"));
    }
    try (Connection c = site.as("acme");
        Statement s = c.createStatement()) {
      s.execute("select 1");
      assertEquals(null, s.getWarnings());
    }
  }

  @Test
  void aTenantWorksWithTablesOfItsOwnName() throws SQLException {
    try (Connection c = site.as("acme")) {
      execute(c, "create table items (id bigserial primary key, body text, embedding vector(3))");
      execute(c, "create index on items using hnsw (embedding vector_l2_ops)");
      try (PreparedStatement insert =
          c.prepareStatement("insert into items (body, embedding) values (?, ?::vector)")) {
        for (int i = 0; i < 20; i++) {
          insert.setString(1, "text " + i);
          insert.setString(2, "[%d,0,0]".formatted(i));
          insert.addBatch();
        }
        insert.executeBatch();
      }
      assertEquals(
          List.of("text 3", "text 4"),
          query(c, "select body from items order by embedding <-> ?::vector limit 2", "[3.1,0,0]"));
      assertEquals(List.of("20"), query(c, "select count(*) from items i where i.id > 0"));
      assertEquals(
          List.of("text 5"),
          query(c, "with x as (select * from items) select body from x where body = 'text 5'"));
      execute(c, "update items set body = upper(body) where id = 1");
      execute(c, "delete from items where id = 2");
      assertEquals(List.of("19"), query(c, "select count(*) from items"));
      assertEquals("42P07", state(c, "create table items (id int)"));
      execute(c, "drop table items");
    }
  }

  @Test
  void foreignTablesAreNotThere() throws SQLException {
    try (Connection c = site.as("acme")) {
      assertEquals("42P01", state(c, "select * from globex_secret"));
      assertEquals("42P01", state(c, "select * from no_such_table"));
      SQLException missing = refused(c, "select * from no_such_table");
      assertEquals("ERROR: relation \"no_such_table\" does not exist", missing.getMessage());
      assertEquals("42P01", state(c, "select * from initech.docs"));
      assertEquals("42501", state(c, "select * from pg_attribute"));
      assertEquals(List.of(), query(c, "select relname from pg_class"));
      assertEquals("42703", state(c, "select reltuples from pg_class"));
      assertEquals("42501", state(c, "select set_config('role', 'postgres', false)"));
      assertEquals("42501", state(c, "set role postgres"));
      assertEquals("42501", state(c, "copy notes to program 'id'"));
    }
    try (Connection c = site.as("etl")) {
      assertEquals(List.of("of nobody"), query(c, "select body from notes"));
      assertEquals("42501", state(c, "select * from shared_docs"));
      assertEquals("42501", state(c, "delete from notes"));
    }
  }

  @Test
  void aFewRowsOfASharedTableAreFound() throws SQLException {
    try (Connection c = site.as("globex")) {
      assertEquals(List.of("20"), query(c, "select count(*) from shared_docs"));
      List<String> near =
          query(
              c,
              "select body from shared_docs order by embedding <-> ?::vector limit 10",
              "[0,0,0]");
      assertEquals(10, near.size());
      assertTrue(near.stream().allMatch(b -> b.startsWith("own")), near.toString());
      execute(c, "insert into shared_docs (id, body) values (100, 'new')");
      execute(c, "insert into shared_docs (id, tenant_id, body) values (101, 'globex', 'new')");
      assertEquals("42501", state(c, "insert into shared_docs (id, tenant_id) values (9, 'acme')"));
      assertEquals("0A000", state(c, "insert into shared_docs values ('globex', 9)"));
      assertEquals("42501", state(c, "update shared_docs set tenant_id = 'umbrella'"));
      try (PreparedStatement s =
          c.prepareStatement("insert into shared_docs (id, tenant_id) values (?, ?)")) {
        s.setInt(1, 102);
        s.setString(2, "umbrella");
        assertEquals("42501", assertThrows(SQLException.class, s::execute).getSQLState());
        s.setString(2, "globex");
        s.execute();
      }
      // The other tenant has that id too, which nothing tells.
      execute(c, "insert into shared_docs (id) values (1000)");
      assertEquals("23505", state(c, "insert into shared_docs (id) values (1)"));
      execute(c, "delete from shared_docs where id >= 100");
      assertEquals(List.of("20"), query(c, "select count(*) from shared_docs"));
    }
    try (Connection c = superuser()) {
      assertEquals(
          List.of("1980"),
          query(c, "select count(*) from shared_docs where tenant_id = 'umbrella'"));
    }
  }

  private static Connection superuser() throws SQLException {
    return database.superuser(PostgresqlSite.DATABASE);
  }

  @Test
  void aSchemaOfItsOwn() throws SQLException {
    try (Connection c = site.as("initech")) {
      execute(c, "create table docs (id int)");
      execute(c, "insert into docs values (1)");
      assertEquals(List.of("1"), query(c, "select id from initech.docs"));
      assertEquals("42501", state(c, "select * from public.shared_docs"));
      execute(c, "drop table docs");
    }
  }

  @Test
  void tablesAreAlteredTruncatedAndMergedInto() throws SQLException {
    for (String tenant : List.of("acme", "initech")) {
      try (Connection c = site.as(tenant)) {
        execute(c, "create table m (id int primary key, body text)");
        execute(c, "alter table m add column n bigserial, alter body set not null");
        execute(c, "insert into m (id, body) values (1, 'a'), (2, 'b')");
        execute(
            c,
            "merge into m using (values (2, 'c'), (3, 'd')) s (id, body) on m.id = s.id when"
                + " matched then update set body = s.body when not matched then insert (id, body)"
                + " values (s.id, s.body)");
        assertEquals(List.of("a", "c", "d"), query(c, "select body from m order by id"));
        execute(c, "alter table m rename to m2");
        assertEquals(List.of("m2"), query(c, "select relname from pg_class where relkind = 'r'"));
        execute(c, "truncate m2");
        assertEquals(List.of("0"), query(c, "select count(*) from m2"));
        assertEquals("42P01", state(c, "select * from m"));
        execute(c, "drop table m2");
      }
    }
    try (Connection c = site.as("globex")) {
      assertEquals("0A000", state(c, "truncate shared_docs"));
      assertEquals(
          "0A000",
          state(c, "merge into shared_docs using (select 1) s on true when matched then delete"));
      assertEquals("42501", state(c, "alter table shared_docs add x int"));
      assertEquals(
          List.of("shared_docs"), query(c, "select relname from pg_class where relkind = 'r'"));
    }
  }

  /** What the gateway set when it logged in is what a reset sets back to. */
  @Test
  void aResetSetsNothingFree() throws SQLException {
    try (Connection c = site.as("globex")) {
      for (String reset : List.of("reset all", "discard all")) {
        execute(c, reset); // the first time before pgvector's library is there
        assertEquals(List.of("strict_order"), query(c, "show hnsw.iterative_scan"));
        assertEquals(
            10,
            query(c, "select body from shared_docs order by embedding <-> '[0,0,0]' limit 10")
                .size());
        execute(c, "set hnsw.ef_search = 77");
        execute(c, reset);
        assertEquals(List.of("40"), query(c, "show hnsw.ef_search"));
        assertEquals(List.of("strict_order"), query(c, "show hnsw.iterative_scan"));
        assertEquals(List.of("5s"), query(c, "show statement_timeout"));
        assertEquals(List.of("public"), query(c, "show search_path"));
      }
      assertEquals("42501", state(c, "set statement_timeout to default"));
    }
  }

  /** asyncpg asks by message and drops by text, in one transaction. */
  @Test
  void aTextTakesTheUnnamedPortalsPlace() throws SQLException {
    try (Connection c =
        site.connect(
            "acme",
            "require",
            p -> {
              p.setProperty("password", site.key("acme"));
              p.setProperty("preferQueryMode", "extendedForPrepared");
            })) {
      execute(c, "create table held (id int)");
      execute(c, "insert into held values (1)");
      c.setAutoCommit(false);
      assertEquals(List.of("1"), query(c, "select id from held where id = ?", 1));
      execute(c, "drop table held");
      c.commit();
    }
  }

  @Test
  void limitsByParameterAtTheLimitAndPastIt() throws SQLException {
    String sql = "select id from shared_docs order by id limit ?";
    try (Connection c = site.as("globex")) {
      for (Object at : new Object[] {10_000, 10_000L, (short) 5}) {
        assertEquals(at.equals((short) 5) ? 5 : 20, query(c, sql, at).size());
      }
      for (Object past : new Object[] {10_001, 1L << 40}) {
        SQLException refused = assertThrows(SQLException.class, () -> query(c, sql, past));
        assertEquals("54000", refused.getSQLState(), refused.getMessage());
      }
      try (PreparedStatement often = c.prepareStatement(sql)) {
        for (int i = 1; i < 12; i++) { // by text, and in binary once the server knows it
          often.setInt(1, i);
          ResultSet rows = often.executeQuery();
          int count = 0;
          while (rows.next()) {
            count++;
          }
          assertEquals(i, count);
        }
        often.setInt(1, 10_001);
        assertEquals("54000", assertThrows(SQLException.class, often::executeQuery).getSQLState());
      }
    }
  }

  @Test
  void limitsOfStatementsThatAreExecutedAtTheLimitAndPastIt() throws SQLException {
    try (Connection c = site.as("globex")) {
      execute(c, "prepare few as select id from shared_docs order by id limit $2 offset $1");
      assertEquals(5, query(c, "execute few(0, 5)").size());
      assertEquals(20, query(c, "execute few(0, '10000'::int8)").size());
      assertEquals(20, query(c, "execute few(0, null)").size());
      assertEquals("54000", state(c, "execute few(0, 10001)"));
      for (String unknown : List.of("few(0, 1 + 1)", "few(0)", "few", "few(0, abs(5))")) {
        assertEquals("0A000", state(c, "execute " + unknown), unknown);
      }
      assertEquals(List.of("0A000"), List.of(state(c, "select id from shared_docs limit 5 + 5")));
    }
  }

  @Test
  void columnsAreNamedBySchemaAndTable() throws SQLException {
    try (Connection c = site.as("globex")) {
      List<String> plain = query(c, "select id from shared_docs order by id");
      assertEquals(20, plain.size());
      assertEquals(
          plain,
          query(c, "select public.shared_docs.id from shared_docs order by public.shared_docs.id"));
      assertEquals("42P01", state(c, "select public.shared_docs.id from shared_docs as other"));
    }
  }

  @Test
  void locksOfTwoTenantsDoNotMeet() throws SQLException {
    try (Connection a = site.as("acme");
        Connection b = site.as("globex")) {
      a.setAutoCommit(false);
      b.setAutoCommit(false);
      query(a, "select pg_advisory_xact_lock(1573678846307946496)");
      query(b, "select pg_advisory_xact_lock(1573678846307946496)");
      try (Connection other = site.as("acme")) {
        assertEquals("57014", state(other, "select pg_advisory_xact_lock(1573678846307946496)"));
      }
      a.rollback();
      b.rollback();
    }
  }

  @Test
  void transactionsAreTheDatabases() throws SQLException {
    try (Connection c = site.as("acme")) {
      execute(c, "create table t (id int)");
      c.setAutoCommit(false);
      execute(c, "insert into t values (1)");
      refused(c, "select * from pg_attribute");
      assertEquals("25P02", state(c, "select 1"));
      c.rollback();
      execute(c, "insert into t values (2)");
      c.commit();
      assertEquals(List.of("2"), query(c, "select id from t"));
      c.commit();
      c.setAutoCommit(true);
      execute(c, "insert into t values (3); insert into t values (4)");
      assertEquals("42501", state(c, "insert into t values (5); set role postgres"));
      assertEquals(List.of("3"), query(c, "select count(*) from t"));
      execute(c, "drop table t");
    }
  }

  @Test
  void portalsAndPreparedStatements() throws SQLException {
    try (Connection c = site.as("globex")) {
      c.setAutoCommit(false);
      try (PreparedStatement s = c.prepareStatement("select id from shared_docs order by id")) {
        s.setFetchSize(3);
        for (int round = 0; round < 8; round++) {
          int count = 0;
          ResultSet rows = s.executeQuery();
          while (rows.next()) {
            count++;
          }
          assertEquals(20, count);
        }
      }
      execute(c, "prepare p (int) as select body from shared_docs where id = $1");
      try (Statement s = c.createStatement()) {
        ResultSet row = s.executeQuery("execute p(3)");
        assertTrue(row.next());
        assertEquals("own 3", row.getString(1));
        s.execute("deallocate p");
        s.execute("declare c cursor for select id from shared_docs order by id");
        row = s.executeQuery("fetch 2 from c");
        int fetched = 0;
        while (row.next()) {
          fetched++;
        }
        assertEquals(2, fetched);
        s.execute("close c");
      }
      c.rollback();
    }
  }

  /** More than a principal may have running at one time. */
  @Test
  void manyStatementsOneAfterAnother() throws SQLException {
    try (Connection c = site.as("acme")) {
      for (int i = 0; i < 1_100; i++) {
        assertEquals(List.of("1"), query(c, "select 1"));
      }
    }
  }

  @Test
  void copyInAndOut() throws Exception {
    try (Connection c = site.as("acme")) {
      execute(c, "create table loads (id int, body text)");
      var copy = c.unwrap(org.postgresql.PGConnection.class).getCopyAPI();
      assertEquals(
          3,
          copy.copyIn(
              "copy loads (id, body) from stdin with (format csv)",
              new java.io.StringReader("1,a\n2,b\n3,c\n")));
      var out = new java.io.StringWriter();
      copy.copyOut("copy (select * from loads order by id) to stdout", out);
      assertEquals("1\ta\n2\tb\n3\tc\n", out.toString());
      assertThrows(
          SQLException.class,
          () -> copy.copyIn("copy loads from stdin", new java.io.StringReader("x\n")));
      assertEquals(List.of("3"), query(c, "select count(*) from loads"));
      execute(c, "drop table loads");
    }
    try (Connection c = site.as("globex")) {
      var copy = c.unwrap(org.postgresql.PGConnection.class).getCopyAPI();
      var out = new java.io.StringWriter();
      copy.copyOut("copy shared_docs (id) to stdout", out);
      assertEquals(20, out.toString().lines().count());
      SQLException refused =
          assertThrows(
              SQLException.class,
              () -> copy.copyIn("copy shared_docs from stdin", new java.io.StringReader("x\n")));
      assertEquals("0A000", refused.getSQLState());
    }
  }

  @Test
  void statementsAreCancelledByTheGatewaysKey() throws Exception {
    try (Connection c = site.as("acme");
        Statement s = c.createStatement()) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  Thread.sleep(500);
                  s.cancel();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      long began = System.nanoTime();
      SQLException ended =
          assertThrows(
              SQLException.class,
              () -> s.execute("select count(*) from generate_series(1, 2000000000)"));
      assertEquals("57014", ended.getSQLState());
      assertTrue(System.nanoTime() - began < 4_000_000_000L, "before the time limit");
      assertEquals(List.of("1"), query(c, "select 1"));
    }
  }

  @Test
  void statementsEndAtTheTimeLimit() throws SQLException {
    try (Connection c = site.as("acme")) {
      assertEquals("57014", state(c, "select count(*) from generate_series(1, 2000000000)"));
    }
  }

  @Test
  void nobodyElseLogsIn() {
    record Attempt(String user, String password, String mode, String state) {}
    for (Attempt a :
        List.of(
            new Attempt("acme", "wrong", "require", "28000"),
            new Attempt("globex", site.key("acme"), "require", "28000"),
            new Attempt("postgres", site.key("acme"), "require", "28000"),
            new Attempt("acme", site.key("acme"), "disable", "28000"))) {
      SQLException refused =
          assertThrows(
              SQLException.class,
              () -> site.connect(a.user(), a.mode(), p -> p.setProperty("password", a.password())));
      assertEquals(a.state(), refused.getSQLState(), a + ": " + refused.getMessage());
    }
    SQLException options =
        assertThrows(
            SQLException.class,
            () ->
                site.connect(
                    "acme",
                    "require",
                    p -> {
                      p.setProperty("password", site.key("acme"));
                      p.setProperty("options", "-c role=postgres");
                    }));
    assertEquals("42501", options.getSQLState());
  }

  @Test
  void errorsSayNothingOfOthers() throws SQLException {
    try (Connection c = site.as("acme")) {
      execute(c, "create table u (id int primary key, b int not null)");
      execute(c, "insert into u values (1, 1)");
      SQLException duplicate = refused(c, "insert into u values (1, 1)");
      assertEquals("23505", duplicate.getSQLState());
      assertFalse(duplicate.getMessage().contains("acme_"), duplicate.getMessage());
      SQLException column = refused(c, "select nope from u");
      assertEquals("ERROR: column \"nope\" does not exist", column.getMessage());
      assertEquals("22P02", state(c, "select 'x'::int"));
      assertEquals(
          "ERROR: invalid input syntax for type integer",
          refused(c, "select 'secret'::int").getMessage());
      execute(c, "drop table u");
    }
  }

  /** psql with an API key as the password, or with a certificate alone. */
  private static String psql(String user, boolean certificate, String... commands)
      throws Exception {
    Path keys = site.site().keys();
    String by =
        certificate
            ? " sslcert=%s sslkey=%s"
                .formatted(keys.resolve(user + ".pem"), keys.resolve(user + ".key"))
            : "";
    List<String> command =
        new ArrayList<>(
            List.of(
                "psql",
                "--no-psqlrc",
                "-Atq",
                "host=127.0.0.1 port=%d user=%s dbname=rag sslmode=verify-ca sslrootcert=%s%s"
                    .formatted(site.port(), user, keys.resolve("ca.pem"), by)));
    for (String c : commands) {
      command.add("-c");
      command.add(c);
    }
    if (certificate) {
      Files.setPosixFilePermissions(
          keys.resolve(user + ".key"), PosixFilePermissions.fromString("rw-------"));
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PGPASSWORD", certificate ? "" : site.key(user));
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return out.strip();
  }

  @Test
  void psqlByKeyAndByCertificate() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/psql")), "psql is not here");
    assertEquals("20", psql("globex", false, "select count(*) from shared_docs"));
    assertEquals("20", psql("globex", true, "select count(*) from shared_docs"));
    assertEquals(
        "ERROR:  relation \"acme_docs\" does not exist",
        psql("initech", true, "select * from acme_docs"));
    assertEquals(
        "ERROR:  `explain` statements are not let through",
        psql("globex", true, "explain select * from shared_docs"));
    assertEquals(
        "1\n2",
        psql(
            "acme",
            true,
            "create table p (id int)",
            "copy p from stdin",
            "insert into p values (1); insert into p values (2)",
            "copy (select id from p order by 1) to stdout",
            "drop table p"));
  }

  @Test
  void everyDecisionIsRecorded() throws Exception {
    try (Connection c = site.as("globex")) {
      query(c, "select body from shared_docs where body <> 'a secret of the statement'");
      refused(c, "select 1 from notes where body = 'another'");
    }
    Path audit = site.site().folder().resolve("audit");
    AuditVerification log = AuditVerification.of(audit, Optional.empty(), Optional.empty());
    assertEquals(List.of(), log.problems());
    StringBuilder text = new StringBuilder();
    try (var files = Files.list(audit)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList()) {
        text.append(Files.readString(file));
      }
    }
    assertTrue(text.indexOf("postgresql.select") > 0);
    assertTrue(text.indexOf("\"tenant\":\"globex\"") > 0);
    assertFalse(text.indexOf("a secret of") > 0, "no literal is in the log");
    assertFalse(text.indexOf(site.key("globex")) > 0, "no key is in the log");
  }

  @Test
  void psycopgWithVectors() throws Exception {
    Path python = Path.of("../.ringfence/clients/python/bin/python");
    assumeTrue(Files.isExecutable(python), "psycopg is not here: scripts/test-clients fetches it");
    Path script = Path.of(getClass().getResource("/gateway/postgresql_client.py").getPath());
    Process process =
        new ProcessBuilder(
                python.toString(),
                script.toString(),
                Integer.toString(site.port()),
                site.site().keys().resolve("ca.pem").toString(),
                "acme",
                site.key("acme"),
                "quick_start",
                "binary_copy",
                "pipeline",
                "index",
                "foreign",
                "type_of_foreign",
                "types")
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(
        """
        {"done": [["text 1", [1.0, 1.0, 1.0]], ["text 2", [2.0, 2.0, 2.0]]]}
        {"done": 105}
        {"done": [105, 7]}
        {"done": 105}
        {"refused": "42P01"}
        {"done": 0}
        {"done": []}
        """,
        out);
    try (Connection c = site.as("acme")) {
      execute(c, "drop table documents"); // others look at what there is
    }
  }

  /** A revoked key ends what it opened, and not only what it would open. */
  @Test
  void sessionsOfARevokedKeyEnd() throws Exception {
    try (PostgresqlSite own = new PostgresqlSite(folder.resolve("revoked"), database);
        Connection c = own.as("etl")) {
      assertEquals(List.of("1"), query(c, "select 1"));
      Files.writeString(own.site().keys().resolve("api-keys.yaml"), "keys: []\n");
      SQLException over = null;
      for (int i = 0; i < 100 && over == null; i++) {
        try {
          query(c, "select 1");
          Thread.sleep(100);
        } catch (SQLException e) {
          over = e;
        }
      }
      assertEquals("57P01", over.getSQLState());
      assertFalse(c.isValid(1));
    }
  }
}
