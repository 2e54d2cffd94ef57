package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Statements that would show others' data, to a real PostgreSQL whose own guards are taken away
 * once the gateway serves: row security, grants and roles hold nothing back, so that the gateway
 * alone does. Each is shown to work without it.
 */
@Tag("slow")
class SqlBreakoutsTest {
  private static final String FOREIGN =
      "(select body from shared_docs where tenant_id = 'umbrella' limit 1)";

  /** Run directly, each shows somebody's canary, in a row or in an error. */
  private static final List<String> REVEALING =
      List.of(
          "table shared_docs",
          "select * from shared_docs where true or tenant_id = 'globex'",
          "select body from only shared_docs where tenant_id = 'umbrella'",
          "select body from shared_docs * where tenant_id = 'umbrella'",
          "select (d).body from shared_docs d where tenant_id = 'umbrella'",
          "select d::text from shared_docs d where tenant_id = 'umbrella'",
          "select row_to_json(d)::text from shared_docs d where tenant_id = 'umbrella'",
          "select max(body) from shared_docs where tenant_id = 'umbrella'",
          "select string_agg(body, ',') from shared_docs where tenant_id = 'umbrella'",
          "select body from shared_docs where (tenant_id, id) in (select 'umbrella', 1)",
          "select body from shared_docs order by embedding <-> '[0,0,0]' limit 1",
          "select a.body from shared_docs a join shared_docs b using (id) where a.tenant_id ="
              + " 'umbrella'",
          "select x.body from shared_docs x, lateral (select 1) y where x.tenant_id = 'umbrella'",
          "select coalesce(" + FOREIGN + ", '')",
          "select array(select body from shared_docs where tenant_id = 'umbrella')",
          "values (" + FOREIGN + ")",
          "select 'x' union all select body from shared_docs where tenant_id = 'umbrella'",
          "select cast(body as int) from shared_docs where tenant_id = 'umbrella'",
          // Quotes and comments that two lexers end in two places.
          "select E'\\'', " + FOREIGN + " --'",
          "select E'\\\\\\'', " + FOREIGN + " --'",
          "select $$'$$, " + FOREIGN + " /* ' */",
          "select $a$ $b$ ' $a$, " + FOREIGN,
          "select /* /* */ ' */ " + FOREIGN + " -- '",
          "select U&'\\0027', " + FOREIGN,
          "select U&'!0027' uescape '!', " + FOREIGN,
          "select 'a'\n' from ', " + FOREIGN,
          "select '''', " + FOREIGN + " --''",
          "select body from U&\"shared\\005fdocs\" where tenant_id = 'umbrella'",
          "select body from SHARED_DOCS where tenant_id = 'umbrella'",
          "select body from \"public\" . \"shared_docs\" where tenant_id = 'umbrella'",
          "select body from rag.public.shared_docs where tenant_id = 'umbrella'",
          // Names that shadow names.
          "with x as (select * from shared_docs where tenant_id = 'umbrella') select body from x",
          "with shared_docs as (select * from public.shared_docs where tenant_id = 'umbrella')"
              + " select body from shared_docs",
          "with globex_secret as (select body from globex_secret) select body from globex_secret",
          // Writes that read.
          "update shared_docs set body = body where tenant_id = 'umbrella' returning body",
          "delete from shared_docs where tenant_id = 'umbrella' returning body",
          "with d as (delete from shared_docs where tenant_id = 'umbrella' returning body)"
              + " select body from d",
          "with u as (update globex_secret set id = id returning body) select body from u",
          "insert into shared_docs (tenant_id, id, body) select 'globex', 90000, body from"
              + " shared_docs where tenant_id = 'umbrella' limit 1 returning body",
          // Statements inside others.
          "do $$ begin raise exception '%', (select body from globex_secret limit 1); end $$",
          "prepare p as select body from globex_secret; execute p",
          "declare c cursor with hold for select body from globex_secret; fetch all from c",
          "create function pg_temp.f() returns text language sql as 'select body from"
              + " globex_secret limit 1'; select pg_temp.f()",
          "create view v as select * from globex_secret; select body from v",
          "create temp table t as select * from globex_secret; select body from t",
          "create table acme_copied as select * from globex_secret; select body from acme_copied",
          "create table copied (like globex_secret); insert into copied select * from"
              + " globex_secret; select body from copied",
          "explain (analyze, verbose) select * from globex_secret where body = 'canary'",
          // Who asks, and where names lead.
          "set role postgres; select body from globex_secret",
          "set session authorization postgres; select body from globex_secret",
          "reset role; select body from globex_secret",
          "reset session authorization; select body from globex_secret",
          "select set_config('role', 'postgres', false); select body from globex_secret",
          "select pg_catalog.set_config('row_security', 'off', false); " + FOREIGN,
          "begin; set local row_security = off; " + FOREIGN + "; commit",
          "set search_path = public, pg_temp; select body from globex_secret",
          "set search_path to \"$user\", public; select body from globex_secret",
          "set standard_conforming_strings = off; select '\\'', " + FOREIGN + " --'",
          "begin; savepoint s; rollback to s; select body from globex_secret; commit",
          "select 1; select 2; select body from globex_secret");

  /** Each would change or make something of somebody else's. */
  private static final List<String> CHANGING =
      List.of(
          "copy (select 1) to program 'touch MARK'",
          "copy globex_secret from program 'echo 7 changed'",
          "copy (select 1) to 'MARK'",
          "select lo_export(lo_from_bytea(0, 'x'), 'MARK')",
          "truncate shared_docs",
          "drop table globex_secret",
          "drop table docs, globex_secret cascade",
          "with d as (delete from globex_secret) select 1",
          "with i as (insert into globex_secret values (7, 'changed')) select 1",
          "with u as (update shared_docs set body = 'changed') select 1",
          "update shared_docs set body = 'changed' where tenant_id = 'umbrella'",
          "update shared_docs set tenant_id = 'umbrella', id = id + 50000",
          "insert into shared_docs (tenant_id, id, body) values ('umbrella', 70000, 'changed')",
          "insert into shared_docs (tenant_id, id, body) values ('umb' || 'rella', 70001,"
              + " 'changed')",
          "insert into shared_docs (id, body) values (1, 'x') on conflict (tenant_id, id) do update"
              + " set tenant_id = 'umbrella', body = 'changed'",
          "alter table shared_docs disable row level security",
          "alter role globex superuser",
          "grant all on globex_secret to public",
          "create rule r as on select to notes do instead select * from globex_secret",
          "select nextval('globex_secret_seq')",
          "lock table globex_secret in access exclusive mode",
          "comment on table globex_secret is 'changed'");

  private static RealPostgresql database;
  private static PostgresqlSite site;
  private static final Map<String, Connection> connections = new TreeMap<>();

  @TempDir private static Path folder;

  @BeforeAll
  static void start() throws Exception {
    database = RealPostgresql.start(PostgresqlSite.DATABASE);
    PostgresqlSite.seed(database);
    database.execute(PostgresqlSite.DATABASE, "create sequence globex_secret_seq");
    site = new PostgresqlSite(folder, database);
    for (String role : List.of("acme", "globex", "etl")) {
      assertEquals("1", said(role, "simple", "select 1"), "the gateway serves");
    }
    database.execute(
        PostgresqlSite.DATABASE,
        "alter role acme superuser",
        "alter role globex superuser",
        "alter role etl superuser");
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

  /** All that statements show: rows, or an error with all of its fields. */
  private static String said(Statement s, String sql) {
    StringBuilder out = new StringBuilder();
    try {
      boolean rows = s.execute(sql);
      while (rows || s.getUpdateCount() >= 0) {
        if (rows) {
          ResultSet found = s.getResultSet();
          while (found.next()) {
            for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
              out.append(found.getString(i));
            }
          }
        }
        rows = s.getMoreResults();
      }
    } catch (SQLException e) {
      out.append(e);
    }
    return out.toString();
  }

  private static String said(String workload, String mode, String sql) throws SQLException {
    String who = workload + " " + mode;
    Connection open = connections.get(who);
    if (open == null || open.isClosed()) {
      open =
          site.connect(
              workload,
              "require",
              p -> {
                p.setProperty("password", site.key(workload));
                p.setProperty("preferQueryMode", mode);
              });
      connections.put(who, open);
    }
    try (Statement s = open.createStatement()) {
      String said = said(s, sql);
      said(s, "rollback");
      return said;
    }
  }

  private static String directly(String sql) throws SQLException {
    try (Connection c = database.superuser(PostgresqlSite.DATABASE)) {
      c.setAutoCommit(false);
      try (Statement s = c.createStatement()) {
        return said(s, sql);
      } finally {
        c.rollback();
      }
    }
  }

  @Test
  void nothingOfOthersIsShown() throws Exception {
    List<String> harmless = new ArrayList<>();
    for (String sql : REVEALING) {
      if (!directly(sql).contains("canary")) {
        harmless.add(sql + " -> " + directly(sql));
      }
      for (String workload : List.of("acme", "globex", "etl")) {
        for (String mode : List.of("simple", "extended")) {
          String said = said(workload, mode, sql);
          assertFalse(said.contains("canary"), workload + ", " + mode + ": " + sql + ": " + said);
        }
      }
    }
    assertEquals(List.of(), harmless, "directly each shows it");
    theGatewayServes();
  }

  @Test
  void nothingOfOthersIsChanged() throws Exception {
    Path mark = folder.resolve("mark");
    String before = state();
    for (String sql : CHANGING) {
      for (String workload : List.of("acme", "globex", "etl")) {
        for (String mode : List.of("simple", "extended")) {
          said(workload, mode, sql.replace("MARK", mark.toString()));
          assertEquals(before, state(), workload + ", " + mode + ": " + sql);
        }
      }
    }
    assertFalse(Files.exists(mark));
    theGatewayServes();
  }

  /** That refusals are not all there is. */
  private static void theGatewayServes() throws SQLException {
    assertEquals("20", said("globex", "extended", "select count(*) from shared_docs"));
    assertEquals("of nobody", said("etl", "simple", "select body from notes"));
  }

  /** What belongs to others, and what says who may do what. */
  private static String state() throws SQLException {
    String said =
        directly(
            "select md5(string_agg(d::text, ',' order by tenant_id, id)) from shared_docs d where"
                + " tenant_id = 'umbrella';"
                + " select string_agg(s::text, ',' order by id) from globex_secret s;"
                + " select relrowsecurity, relacl from pg_class where relname in ('shared_docs',"
                + " 'globex_secret') order by relname;"
                + " select count(*) from pg_rewrite where rulename = 'r';"
                + " select last_value from globex_secret_seq;"
                + " select count(*) from pg_description d join pg_class c on d.objoid = c.oid"
                + " where c.relname = 'globex_secret'");
    assertTrue(said.contains("canary"), said);
    return said;
  }
}
