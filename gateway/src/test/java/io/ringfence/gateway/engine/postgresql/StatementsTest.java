package io.ringfence.gateway.engine.postgresql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ringfence.gateway.engine.postgresql.sql.Printer;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.testing.TestingNames;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Separation;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What statements would do, what the database gets of them, and what gets nowhere. */
final class StatementsTest {
  private static final Scope NAMES =
      scope(Separation.NAMES, "acme_*", new TestingNames("acme_", List.of("globex_")));
  private static final Scope ROWS = scope(Separation.FILTER, "none", TestingNames.PLAIN);
  private static final Scope NATIVE = scope(Separation.NATIVE, "shared", TestingNames.PLAIN);
  private static final Scope OPERATOR = new Scope(Optional.empty(), TestingNames.PLAIN);

  private static Scope scope(Separation separation, String owned, TestingNames names) {
    Optional<Tenant.Rows> rows =
        separation == Separation.FILTER
            ? Optional.of(new Tenant.Rows("docs", "tenant_id"))
            : Optional.empty();
    return new Scope(
        Optional.of(
            new Tenant(
                "acme",
                List.of(),
                separation,
                Optional.empty(),
                List.of(new NamePattern(owned)),
                rows,
                Optional.empty(),
                SourceLocation.BUILT_IN)),
        names);
  }

  private static Reading read(String sql, Scope scope) throws RefusedException {
    List<Reading> read = Reading.of(sql, scope);
    assertEquals(1, read.size(), sql);
    return read.getFirst();
  }

  private static String touches(String sql, Scope scope) throws RefusedException {
    Operation operation = read(sql, scope).operation();
    return operation.touches().stream()
        .map(t -> t.action().text() + " " + t.collection().orElse("-"))
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static String scoped(String sql, Scope scope) throws RefusedException {
    return Printer.print(read(sql, scope).scoped());
  }

  private static Refusal refusal(String sql, Scope scope) {
    return assertThrows(RefusedException.class, () -> Reading.of(sql, scope), sql).refusal();
  }

  /** A statement's record has its form, and none of the values that stand in it. */
  @Test
  void recordedTextHasNoValue() throws RefusedException {
    Map<String, String> recorded =
        Map.of(
            "select id from docs where body = 'hunter2' and n > 4711 limit 13",
            "select \"id\" from \"docs\" where \"body\" = ? and \"n\" > ? limit ?",
            "insert into docs (id, body) values (4711, E'hunter2'), ($1, $$hunter2$$)",
            "insert into \"docs\" (\"id\", \"body\") values (?, ?), ($1, ?)",
            "select id from docs order by v <-> '[13,13]' -- hunter2",
            "select \"id\" from \"docs\" order by \"v\" <-> ?");
    for (Map.Entry<String, String> each : recorded.entrySet()) {
      String text = read(each.getKey(), OPERATOR).operation().statement().orElseThrow();
      assertEquals(each.getValue(), text);
    }
  }

  @Test
  void recordedTextIsBounded() throws RefusedException {
    String column = "c".repeat(60);
    String long1 = "select " + (column + ", ").repeat(60) + column + " from docs";
    String text = read(long1, OPERATOR).operation().statement().orElseThrow();
    assertEquals(Reading.RECORDED_CHARACTERS_MAX + 3, text.length());
    assertEquals("...", text.substring(Reading.RECORDED_CHARACTERS_MAX));
  }

  @Test
  void everyTableInEveryPositionIsTouched() throws RefusedException {
    Map<String, String> table =
        Map.ofEntries(
            Map.entry("select 1", ""),
            Map.entry("select * from a, b join c using (id)", "query a, query b, query c"),
            Map.entry(
                "select (select x from a) from b where exists (table c)",
                "query a, query b, query c"),
            Map.entry("select 1 where 1 in (select id from a)", "query a"),
            Map.entry("select case when (select true from a) then 1 end", "query a"),
            Map.entry("select array(select id from a)", "query a"),
            Map.entry("select coalesce((select 1 from a), 2)", "query a"),
            Map.entry(
                "select count(*) filter (where id in (select id from a)) from b",
                "query a, query b"),
            Map.entry(
                "select 1 from b order by (select x from a) offset (select 1 from c)",
                "query a, query b, query c"),
            Map.entry("select * from generate_series(1, (select max(id) from a)) s", "query a"),
            Map.entry("values ((select 1 from a))", "query a"),
            Map.entry(
                "select * from a union select * from (select * from b) x", "query a, query b"),
            Map.entry("select * from a for update", "query a, update a"),
            Map.entry("select E'\\'', (select body from a) --'", "query a"),
            Map.entry("select $$ from b $$, x /* from c /* */ */ from a", "query a"),
            Map.entry("select U&'\\0027', x from U&\"\\0061\"", "query a"),
            Map.entry("select * from \"A\"", "query A"),
            Map.entry("select * from A", "query a"),
            Map.entry("select * from public.a", "query a"),
            Map.entry("select * from other.a", "query other.a"),
            Map.entry("insert into a values (1)", "insert a"),
            Map.entry("insert into a select * from b", "insert a, query b"),
            Map.entry("insert into a values (1) returning id", "insert a, query a"),
            Map.entry(
                "insert into a values ((select 1 from b)) on conflict do nothing",
                "insert a, query a, query b"),
            Map.entry(
                "insert into a (id) values (1) on conflict (id) do update set x = 2",
                "insert a, query a, update a"),
            Map.entry("update a set x = 1", "update a"),
            Map.entry("update a set x = y", "query a, update a"),
            Map.entry(
                "update a set x = (select y from b) where id = 1", "query a, query b, update a"),
            Map.entry("delete from a", "delete a"),
            Map.entry("delete from a using b where a.id = b.id", "delete a, query a, query b"),
            Map.entry("with x as (delete from a returning *) select * from x", "delete a, query a"),
            Map.entry("with x as (select * from b), b as (select 1) select * from x, b", "query b"),
            Map.entry("with recursive x as (select * from b), b as (select 1) select * from x", ""),
            Map.entry("with a as (select 1) select * from public.a", "query a"),
            Map.entry("with a as (select 1) insert into a select * from a", "insert a"),
            Map.entry("select * from (with a as (select 1) select * from a) x, a", "query a"),
            Map.entry("copy a (id) from stdin", "insert a"),
            Map.entry("copy a to stdout with (format csv)", "query a"),
            Map.entry("copy (select * from a) to stdout", "query a"),
            Map.entry("prepare p as select * from a", "query a"),
            Map.entry("declare c cursor for select * from a", "query a"),
            Map.entry(
                "create table a (id int primary key, b int references b)", "manage a, manage b"),
            Map.entry("create index i on a using hnsw (e vector_l2_ops)", "index a"),
            Map.entry("drop table a, b", "manage a, manage b"),
            Map.entry("drop index i", "index i"),
            Map.entry("begin", ""),
            Map.entry("set hnsw.ef_search = 100", ""));
    for (Map.Entry<String, String> row : table.entrySet()) {
      assertEquals(row.getValue(), touches(row.getKey(), OPERATOR), row.getKey());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set role postgres",
        "set session authorization postgres",
        "set local role none",
        "reset role",
        "set session_replication_role = replica",
        "set row_security = off",
        "set standard_conforming_strings = off",
        "set client_encoding = 'SQL_ASCII'",
        "set search_path = globex",
        "set \"ROLE\" to 'postgres'",
        "set hnsw.ef_search = 1001",
        "set statement_timeout = 0",
        "set max_parallel_maintenance_workers = 8",
        "reset max_parallel_maintenance_workers",
        "create index on a using hnsw (e vector_l2_ops) with (parallel_workers = 8)",
        "alter table a set (parallel_workers = 8)",
        "create table t (id int) with (parallel_workers = 8)",
        "show all",
        "show config_file",
        "select set_config('role', 'postgres', false)",
        "select \"set_config\"('role', 'postgres', false)",
        "select U&\"set\\005fconfig\"('role', 'x', false)",
        "select pg_catalog.set_config('role', 'x', false)",
        "select current_setting('is_superuser')",
        "select 1 order by pg_sleep(10)",
        "select * from a limit pg_sleep(1)",
        "select * from pg_read_file('/etc/passwd')",
        "select 1 where pg_advisory_lock(1) is null",
        "select count(*) filter (where pg_try_advisory_lock(1))",
        "select case when true then lo_import('/etc/passwd') end",
        "select array[pg_ls_dir('/')]",
        "insert into a values (nextval('globex_seq'))",
        "update a set x = dblink_exec('', '')",
        "delete from a where pg_notify('x', 'y') is null",
        "insert into a values (1) on conflict (id) do update set x = query_to_xml('', true, true,"
            + " '')",
        "insert into a values (1) returning pg_sleep(1)",
        "with x as (select ts_stat('select 1')) select 1",
        "create table t (id int default pg_sleep(1))",
        "create index on a (pg_sleep(id))",
        "select to_regclass('globex_docs')",
        "select 'globex_docs'::regclass",
        "select 16402::regtype::text",
        "select 'f'::regproc",
        "select cast('globex_docs' as regclass)",
        "select regclass 'globex_docs'",
        "select regclass('globex_docs')",
        "select ('globex_docs'::text).to_regclass",
        "select (a).pg_column_size from a",
        "select null::globex_docs",
        "select pg_typeof(1) = 'globex_docs'",
        "select * from pg_catalog.pg_stat_activity",
        "select * from pg_roles",
        "select * from information_schema.tables",
        "copy a to program 'curl http://x'",
        "copy a from program 'id'",
        "copy a from '/etc/passwd'",
        "copy a to '/tmp/x'",
        "copy a from stdin with (freeze)",
        "do $$ begin end $$",
        "listen x",
        "unlisten x",
        "notify x, 'y'",
        "explain select * from a",
        "explain (analyze) select * from a",
        "truncate a cascade",
        "alter table a set schema b",
        "alter table a drop column b cascade",
        "alter table a enable row level security",
        "alter index a rename to b",
        "lock table a",
        "create extension dblink",
        "create extension vector",
        "create extension if not exists dblink",
        "create extension if not exists vector with schema public",
        "select (oid)::regtype from pg_type",
        "select oid::regclass from pg_type",
        "select t.oid::text::regtype from pg_type t",
        "create function f() returns int language sql as 'select 1'",
        "create view v as select 1",
        "create temp table t (id int)",
        "create table t (like globex_docs)",
        "create table t (id int) inherits (a)",
        "create table t partition of a for values in (1)",
        "create table t as select 1",
        "select 1 into t",
        "create rule r as on select to a do instead select 1",
        "create trigger t before insert on a execute function f()",
        "create foreign table t (id int) server s",
        "create subscription s connection '' publication p",
        "create publication p for all tables",
        "alter table a owner to x",
        "alter role a superuser",
        "grant all on a to public",
        "security label on table a is ''",
        "comment on table a is ''",
        "refresh materialized view v",
        "drop table a cascade",
        "drop schema s",
        "drop owned by a",
        "reassign owned by a to b",
        "vacuum a",
        "analyze a",
        "cluster a",
        "reindex table a",
        "checkpoint",
        "load 'x'",
        "call f()",
        "prepare transaction 'x'",
        "commit prepared 'x'",
        "import foreign schema s from server x into y",
        "select * from rag.public.a",
        "select * from a tablesample system (1)",
        "select 1; select pg_sleep(1)",
        "select 1 /*",
        "select 'a",
        "select N'a'",
        "select 1_000",
        "select 0x10",
        "select a = b = c",
        "select xmlelement(name a)",
        "select * from a where current of c",
        "declare c cursor for select pg_sleep(1)",
        "prepare p as delete from a where pg_sleep(1) is null",
      })
  void whatIsNotLetThroughGetsNowhere(String sql) {
    refusal(sql, OPERATOR);
    refusal(sql, NAMES);
    refusal(sql, ROWS);
    refusal(sql, NATIVE);
  }

  @Test
  void tablesAreNamedInFull() throws RefusedException {
    assertEquals(
        "select \"id\" from \"public\".\"acme_docs\" as \"docs\" where \"docs\" . \"id\" = 1",
        scoped("select id from docs where docs.id = 1", NAMES));
    assertEquals("query acme_docs", touches("select * from docs", NAMES));
    assertEquals("select * from \"public\".\"acme_docs\" as \"docs\"", scoped("table docs", NAMES));
    assertEquals(
        "insert into \"public\".\"acme_docs\" as \"docs\" (\"id\") values ($1)",
        scoped("INSERT INTO docs (id) VALUES ($1)", NAMES));
    assertEquals("select * from \"acme\".\"docs\"", scoped("select * from docs", NATIVE));
    assertEquals("query acme.docs", touches("select * from docs", NATIVE));
    assertEquals("query shared", touches("select * from shared", NATIVE));
    assertEquals(Refusal.Kind.NOT_FOUND, refusal("select * from globex.docs", NATIVE).kind());
    assertEquals(Refusal.Kind.NOT_FOUND, refusal("select * from globex_docs", NAMES).kind());
    assertEquals(Refusal.Kind.NOT_FOUND, refusal("select * from other.docs", NAMES).kind());
    assertEquals(
        "relation \"globex_docs\" does not exist",
        refusal("select * from globex_docs", NAMES).text());
    assertEquals(
        "create index \"acme_i\" on \"public\".\"acme_docs\" ( \"id\" )"
            .replace("( ", "(")
            .replace(" )", ")"),
        scoped("create index i on docs (id)", NAMES));
  }

  @Test
  void functionsOfPostgresqlAreNamedInFull() throws RefusedException {
    assertEquals(
        "select \"pg_catalog\".\"lower\" ('A'), \"cosine_distance\" (\"a\", \"b\")",
        scoped("select lower('A'), cosine_distance(a, b)", OPERATOR));
  }

  /** A table's columns are its alias's for the database. */
  @Test
  void columnsBySchemaAndTable() throws RefusedException {
    Map<String, String> understood =
        Map.of(
            "select public.docs.n from public.docs",
            "select \"docs\" . \"n\" from \"public\".\"acme_docs\" as \"docs\"",
            "select public.docs.* from docs where public.docs.n > 1",
            "select \"docs\" . * from \"public\".\"acme_docs\" as \"docs\" where \"docs\" . \"n\" >"
                + " 1",
            "update docs set n = public.docs.n + 1 returning public.docs.n",
            "update \"public\".\"acme_docs\" as \"docs\" set \"n\" = \"docs\" . \"n\" + 1"
                + " returning \"docs\" . \"n\"");
    for (Map.Entry<String, String> each : understood.entrySet()) {
      assertEquals(each.getValue(), scoped(each.getKey(), NAMES), each.getKey());
    }
    assertEquals(
        "select \"docs\" . \"n\" from \"acme\".\"docs\"",
        scoped("select acme.docs.n from docs", NATIVE));
  }

  /** Where a name may be something else, what the client wrote is the database's to refuse. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "select public.docs.n from other",
        "select public.docs.n from docs d",
        "select public.docs.n from public.docs, other as docs",
        "select public.docs.n from docs, generate_series(1, 2) docs",
        "select public.docs.n from docs, (select 1) docs",
        "with docs as (select 1) select public.docs.n from docs",
        "select (select public.docs.n from other docs) from public.docs",
        "select x.docs.n from docs",
        "select a.public.docs.n from docs",
      })
  void columnsBySchemaAndTableThatMayBeOthers(String sql) {
    String printed;
    try {
      printed = scoped(sql, NAMES);
    } catch (RefusedException e) {
      return;
    }
    assertEquals(sql.contains("x.docs"), !printed.contains("\"public\" . \"docs\""), printed);
  }

  @Test
  void aSharedTableShowsOwnRowsOnly() throws RefusedException {
    String own = "\"tenant_id\" = 'acme'";
    Map<String, String> table =
        Map.of(
            "select * from docs d",
            "select * from (select * from \"public\".\"docs\" where " + own + ") as \"d\"",
            "select * from docs order by e <-> $1 limit 5",
            "select * from (select * from \"public\".\"docs\" where "
                + own
                + ") as \"docs\" order by \"e\" <-> $1 limit 5",
            "table docs order by id",
            "select * from (select * from \"public\".\"docs\" where "
                + own
                + ") as \"docs\" order by \"id\"",
            "update docs set x = 1 where id = 1 or true",
            "update \"public\".\"docs\" as \"docs\" set \"x\" = 1 where \"docs\" . "
                + own
                + " and (\"id\" = 1 or true)",
            "delete from docs",
            "delete from \"public\".\"docs\" as \"docs\" where \"docs\" . " + own,
            "insert into docs (id) values (1), (2)",
            "insert into \"public\".\"docs\" as \"docs\" (\"id\", \"tenant_id\") values (1,"
                + " 'acme'), (2, 'acme')",
            "insert into docs (id) select id from docs",
            "insert into \"public\".\"docs\" as \"docs\" (\"id\", \"tenant_id\") select \"rows \" ."
                + " *, 'acme' from (select \"id\" from (select * from \"public\".\"docs\" where "
                + own
                + ") as \"docs\") as \"rows \"",
            "copy docs (id) to stdout",
            "copy ( select \"id\" from \"public\".\"docs\" where " + own + " ) to stdout");
    for (Map.Entry<String, String> row : table.entrySet()) {
      assertEquals(row.getValue(), scoped(row.getKey(), ROWS), row.getKey());
    }
  }

  @Test
  void theTenantKeyIsNobodysToChoose() throws RefusedException {
    for (String sql :
        List.of(
            "update docs set tenant_id = 'globex'",
            "update docs set (id, tenant_id) = (1, 'acme')",
            "insert into docs (id, tenant_id) values (1, 'globex')",
            "insert into docs (id, tenant_id) values (1, 'acme' || '')",
            "insert into docs (id, tenant_id) values (1, default)",
            "insert into docs (id, tenant_id) select 1, 'acme'",
            "insert into docs (id) values (1) on conflict (id) do update set tenant_id = 'x'")) {
      assertEquals(Refusal.Kind.DENIED, refusal(sql, ROWS).kind(), sql);
    }
    for (String sql :
        List.of(
            "insert into docs values (1)", "copy docs from stdin", "copy docs (id) from stdin")) {
      assertEquals(Refusal.Kind.UNSUPPORTED, refusal(sql, ROWS).kind(), sql);
    }
    for (String sql : List.of("drop table docs", "create index on docs (id)")) {
      assertEquals(Refusal.Kind.DENIED, refusal(sql, ROWS).kind(), sql);
    }
    assertEquals(Refusal.Kind.DENIED, refusal("set hnsw.iterative_scan = off", ROWS).kind());
    assertEquals(
        Map.of(2, "acme"),
        read("insert into docs (id, tenant_id) values ($1, $2)", ROWS).required());
    read("insert into docs (id, tenant_id) values (1, 'acme')", ROWS);
  }

  @Test
  void whatDriversAskOfTheCatalogueNamesNobodysTables() throws RefusedException {
    String type = scoped("select typname from pg_type", NAMES);
    assertEquals(true, type.contains("typrelid = 0"), type);
    String regtype = scoped("select 1 from pg_type t where t.oid = to_regtype($1)", NAMES);
    assertEquals(2, regtype.split("typrelid = 0", -1).length - 1, regtype);
    assertEquals("", touches("select typname from pg_catalog.pg_type", NAMES));
    String named = scoped("select t.oid::regtype::text from pg_type t", NAMES);
    assertEquals(2, named.split("typrelid = 0", -1).length - 1, named);
    assertEquals("", touches("create extension if not exists vector", NAMES));
  }

  /** CVE-2026-3172, whatever version of pgvector the server has. */
  @Test
  void indexesAreBuiltByOneProcess() {
    for (Scope scope : List.of(NAMES, ROWS, NATIVE, OPERATOR)) {
      Map<String, String> pinned = Settings.pinned(scope, 1000);
      assertEquals("0", pinned.get("max_parallel_maintenance_workers"));
    }
  }

  @Test
  void limitsAreKnown() throws RefusedException {
    Operation operation =
        read("select * from (select * from a limit 7) x limit 5", OPERATOR).operation();
    assertEquals(7, operation.size().topK());
    assertEquals(2, read("insert into a values (1), (2)", OPERATOR).operation().size().batch());
  }

  @Test
  void namesAreNotCutShort() throws RefusedException {
    String longest = "a".repeat(63);
    read("select * from " + longest, OPERATOR);
    assertEquals(Refusal.Kind.MALFORMED, refusal("select * from a" + longest, OPERATOR).kind());
    assertEquals(Refusal.Kind.MALFORMED, refusal("select * from " + longest, NAMES).kind());
    read("select * from " + "a".repeat(58), NAMES);
  }

  @Test
  void depthIsBounded() throws RefusedException {
    read("select " + "(".repeat(98) + "1" + ")".repeat(98), OPERATOR);
    assertEquals(
        Refusal.Kind.TOO_LARGE,
        refusal("select " + "(".repeat(99) + "1" + ")".repeat(99), OPERATOR).kind());
    assertEquals(
        Refusal.Kind.TOO_LARGE, refusal("select " + "- ".repeat(100_000) + "1", OPERATOR).kind());
  }

  @Test
  void statementsOfOneTextAreBounded() throws RefusedException {
    assertEquals(100, Reading.of("select 1;".repeat(100), OPERATOR).size());
    refusal("select 1;".repeat(101), OPERATOR);
    assertEquals(0, Reading.of(" ; /* */ ; ", OPERATOR).size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "delete from docs where id = 1 returning ctid",
        "update docs set x = 1 returning xmin",
        "update docs set x = xmax::text::int",
        "insert into docs (id) values (1) returning \"tableoid\"",
        "insert into docs (id) values (1) on conflict (id) do update set x = docs.cmin::text::int",
        "delete from docs using docs d where d.id = docs.id returning U&\"\\0063tid\"",
      })
  void whereASharedTablesRowsAreIsNotTold(String sql) {
    assertEquals(Refusal.Kind.DENIED, refusal(sql, ROWS).kind());
  }

  @Test
  void limitsByParameterAreKnown() throws RefusedException {
    assertEquals(
        java.util.Set.of(2, 3),
        read("select * from (select * from a limit $2) x limit $3 offset $4", OPERATOR).limits());
    assertEquals(
        Integer.MAX_VALUE,
        read("select * from a limit 99999999999", OPERATOR).operation().size().topK());
  }

  private static int topK(String limit) throws RefusedException {
    return read("select * from a " + limit, OPERATOR).operation().size().topK();
  }

  @Test
  void limitsThatAreOneNumberAreKnown() throws RefusedException {
    for (String seven :
        List.of("7", "(7)", "'7'", "7::int8", "('7'::int4)", "((7)::bigint)::numeric")) {
      assertEquals(7, topK("limit " + seven), seven);
    }
    assertEquals(7, topK("fetch first 7 rows only"));
    for (String none : List.of("limit all", "limit null", "limit (null::int8)", "offset 7", "")) {
      assertEquals(0, topK(none), none);
    }
    for (String large : List.of("1e9", "1234567890", "7.5", "b'1'")) {
      assertEquals(Integer.MAX_VALUE, topK("limit " + large), large);
    }
    assertEquals(
        java.util.Set.of(1),
        read("select * from a limit ($1::pg_catalog.int8)", OPERATOR).limits());
  }

  /** What a bound is computed from may be any number. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 + 99999",
        "1+99999",
        "-(-99999)",
        "- 1",
        "+ 99999",
        "$1 + 99999",
        "(1) * 99999",
        "(select 99999)",
        "(select max(id) from a)",
        "length('x')",
        "greatest(1, 99999)",
        "case when true then 99999 end",
        "'0x1869F'",
        "'1_000_000'",
        "''",
        "' 7'",
        "7::bit(4)::int4",
        "7::numeric(3,-3)",
        "$1::\"char\"::int4",
        "'{7}'::int[]",
        "(array[99999])[1]",
        "cast(7 as bit)",
        "1 operator(+) 2",
      })
  void limitsThatAreComputedAreRefused(String limit) {
    refusal("select * from a limit " + limit, OPERATOR);
    refusal("select * from (select * from a limit " + limit + ") x limit 1", OPERATOR);
    refusal("delete from a where id in (select id from a limit " + limit + ")", OPERATOR);
  }

  @Test
  void alterations() throws RefusedException {
    String manages = "manage acme_a";
    for (String sql :
        List.of(
            "alter table a add column b int not null default 1, drop column if exists c",
            "alter table if exists a alter column b type bigint using b::bigint",
            "alter table a alter b set default now(), alter b drop not null",
            "alter table a add constraint c unique (b), drop constraint d",
            "alter table a rename column b to c")) {
      assertEquals(manages, touches(sql, NAMES), sql);
    }
    assertEquals("manage acme_a, manage acme_b", touches("alter table a rename to b", NAMES));
    assertEquals(
        "alter table \"public\".\"acme_a\" rename to \"acme_b\"",
        scoped("alter table a rename to b", NAMES));
    assertEquals(
        "alter table \"acme\".\"a\" rename to \"b\"", scoped("alter table a rename to b", NATIVE));
    assertEquals(
        "manage acme_a, manage acme_b",
        touches("alter table a add foreign key (b) references b (id)", NAMES));
    assertEquals(Refusal.Kind.NOT_FOUND, refusal("alter table globex_a add b int", NAMES).kind());
    assertEquals(Refusal.Kind.NOT_FOUND, refusal("alter table a rename to globex_a", NAMES).kind());
    assertEquals(Refusal.Kind.DENIED, refusal("alter table docs add b int", ROWS).kind());
    assertEquals(Refusal.Kind.DENIED, refusal("alter table docs rename to d", ROWS).kind());
  }

  @Test
  void truncation() throws RefusedException {
    assertEquals("delete acme_a, delete acme_b", touches("truncate a, b restart identity", NAMES));
    assertEquals("truncate table \"acme\".\"a\"", scoped("truncate table a", NATIVE));
    assertEquals(Refusal.Kind.UNSUPPORTED, refusal("truncate docs", ROWS).kind());
    assertEquals(Refusal.Kind.NOT_FOUND, refusal("truncate globex_a", NAMES).kind());
  }

  @Test
  void merges() throws RefusedException {
    String sql =
        "merge into a using (select * from b) s on a.id = s.id"
            + " when matched and s.x then delete when matched then update set x = s.x"
            + " when not matched then insert (id) values (s.id)";
    assertEquals(
        "delete acme_a, insert acme_a, query acme_a, query acme_b, update acme_a",
        touches(sql, NAMES));
    assertEquals(
        "query acme_a, query acme_b",
        touches("merge into a using b on true when matched then do nothing", NAMES));
    assertEquals(
        "merge into \"public\".\"acme_a\" as \"a\" using \"public\".\"acme_b\" as \"b\" on true"
            + " when matched then delete",
        scoped("merge into a using b on true when matched then delete", NAMES));
    assertEquals(
        Refusal.Kind.UNSUPPORTED,
        refusal("merge into docs using x on true when matched then delete", ROWS).kind());
    assertEquals(
        true,
        scoped("merge into x using docs on true when matched then delete", ROWS)
            .contains("\"tenant_id\" = 'acme'"));
    assertEquals(
        Refusal.Kind.NOT_FOUND,
        refusal("merge into a using globex_b on true when matched then delete", NAMES).kind());
  }

  /** asyncpg's pools clear a connection so. */
  @Test
  void whatPoolsClear() throws RefusedException {
    for (String sql :
        List.of(
            "select pg_advisory_unlock_all()",
            "close all",
            "unlisten *",
            "reset all",
            "discard plans",
            "discard temp")) {
      assertEquals("", touches(sql, NAMES), sql);
    }
  }

  /** langchain's PGVector locks while it makes the extension: each role has numbers of its own. */
  @Test
  void locksAreARolesOwn() throws RefusedException {
    assertEquals(
        "select pg_catalog.pg_advisory_xact_lock ( pg_catalog.quote_ident ( current_user ) ::"
            + " pg_catalog.regrole :: pg_catalog.oid :: pg_catalog.int4 , pg_catalog.hashint8"
            + " ((- 5) :: pg_catalog.int8 ) )",
        scoped("select pg_advisory_xact_lock(-5)", NAMES));
    for (String sql :
        List.of(
            "select pg_advisory_xact_lock(1, 2)",
            "select pg_advisory_xact_lock((select max(id) from a))",
            "select pg_advisory_xact_lock(id) from a",
            "select pg_advisory_xact_lock()")) {
      assertEquals(Refusal.Kind.UNSUPPORTED, refusal(sql, NAMES).kind(), sql);
    }
    for (String sql :
        List.of(
            "select pg_advisory_lock(1)",
            "select pg_try_advisory_lock(1)",
            "select pg_catalog.pg_advisory_lock(1)")) {
      assertThrows(RefusedException.class, () -> read(sql, NAMES), sql);
    }
  }

  /** SQLAlchemy looks whether its tables are there. */
  @Test
  void onesOwnRelationsAreShown() throws RefusedException {
    String sql =
        "select pg_catalog.pg_class.relname from pg_catalog.pg_class join pg_catalog.pg_namespace"
            + " on pg_catalog.pg_namespace.oid = pg_catalog.pg_class.relnamespace where"
            + " pg_catalog.pg_table_is_visible(pg_catalog.pg_class.oid)";
    String native_ = scoped(sql, NATIVE);
    assertEquals(true, native_.contains("n.nspname = 'acme'"), native_);
    assertEquals(false, native_.contains("pg_table_is_visible"), native_);
    assertEquals("", touches(sql, NATIVE));
    assertEquals(true, scoped(sql, ROWS).contains("relname = 'docs'"), scoped(sql, ROWS));
    assertEquals(true, scoped(sql, OPERATOR).contains("and false"), scoped(sql, OPERATOR));
    for (String denied :
        List.of(
            "select reltuples from pg_attribute",
            "select * from pg_stat_user_tables",
            "select 'a'::regclass")) {
      assertEquals(Refusal.Kind.DENIED, refusal(denied, NATIVE).kind(), denied);
    }
  }
}
