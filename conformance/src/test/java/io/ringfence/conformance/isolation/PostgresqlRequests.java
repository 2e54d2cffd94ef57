package io.ringfence.conformance.isolation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * A grammar of requests to PostgreSQL: statements by text and by message, what a strict reader may
 * refuse, what reaches for others' tables and rows, and bytes that no driver sends.
 */
final class PostgresqlRequests {
  /** How a tenant is kept apart. */
  enum Kept {
    NAMES,
    ROWS,
    SCHEMA
  }

  /** The operation of what two servers need not answer alike. */
  static final String UNCOMPARED = "odd_unordered";

  private final SplittableRandom random;
  private final Kept kept;
  private String table = "docs";

  private PostgresqlRequests(SplittableRandom random, Kept kept) {
    this.random = random;
    this.kept = kept;
  }

  /**
   * What is sent at once, and how often the server is ready after it.
   *
   * @param fresh whether on a connection of its own, which need not be answered
   */
  record Cycle(byte[] bytes, int readies, boolean fresh) {}

  /**
   * A request that is wanted.
   *
   * @param ordered whether its rows have an order
   * @param missing the same, of what nobody has; empty unless it is of what is another's
   */
  record Wanted(
      String operation,
      Subject.Kind kind,
      boolean changes,
      boolean ordered,
      String text,
      List<Cycle> cycles,
      List<Cycle> missing) {
    Wanted as(Subject.Kind other) {
      return new Wanted(operation, other, changes, ordered, text, cycles, missing);
    }
  }

  static Wanted next(SplittableRandom random, Kept kept) {
    PostgresqlRequests out = new PostgresqlRequests(random, kept);
    out.table = out.someTable();
    int dice = random.nextInt(100);
    if (dice < 62) {
      return out.valid();
    }
    if (dice < 72) {
      return out.odd();
    }
    return dice < 98 ? out.hostile() : out.raw();
  }

  // --- Parts ---

  private int below(int bound) {
    return random.nextInt(bound);
  }

  private boolean chance(int in) {
    return random.nextInt(in) == 0;
  }

  @SafeVarargs
  private <T> T pick(T... of) {
    return of[random.nextInt(of.length)];
  }

  private String someTable() {
    return kept == Kept.ROWS ? "shared" : pick("docs", "notes", "docs", "notes", "temp");
  }

  private String number(String of) {
    return switch (below(12)) {
      case 0, 1 -> of + "id";
      case 2, 3 -> of + "n";
      case 4, 5 -> String.valueOf(below(9));
      case 6 -> "(" + number(of) + " + " + number(of) + ")";
      case 7 -> "length(" + text(of) + ")";
      case 8 -> "coalesce(" + of + "n, 0)";
      case 9 -> "(select count(*) from " + someTable() + ")";
      case 10 -> "case when " + condition(of, 1) + " then " + of + "id else 0 end";
      default -> "abs(" + of + "n - 3)";
    };
  }

  private String text(String of) {
    return switch (below(9)) {
      case 0, 1, 2 -> of + "colour";
      case 3, 4 -> of + "body";
      case 5 -> "upper(" + of + "colour)";
      case 6 -> pick("'red'", "E'r\\x65d'", "$$red$$", "U&'r\\0065d'", "'it''s'");
      case 7 -> "(" + of + "colour || " + of + "body)";
      default -> "left(" + of + "body, 3)";
    };
  }

  private String condition(String of, int depth) {
    if (depth > 0 && chance(3)) {
      String other = condition(of, depth - 1);
      return switch (below(3)) {
        case 0 -> "(" + condition(of, depth - 1) + " and " + other + ")";
        case 1 -> "(" + condition(of, depth - 1) + " or " + other + ")";
        default -> "not (" + other + ")";
      };
    }
    String mark = of.isEmpty() ? table + "." : of;
    return switch (below(10)) {
      case 0, 1 -> of + "id " + pick("=", "<", ">=", "<>") + " " + below(9);
      case 2 -> text(of) + " = " + text(of);
      case 3 -> of + "body like '%" + below(9) + "%'";
      case 4 -> of + "n is " + pick("", "not ") + "null";
      case 5 -> of + "id between " + below(4) + " and " + (3 + below(6));
      case 6 -> of + "id = any(array[1, 2, " + below(9) + "])";
      case 7 -> of + "id in (select x.id from " + someTable() + " x where x.n > " + below(4) + ")";
      case 8 -> "exists (select 1 from " + someTable() + " y where y.id = " + mark + "n)";
      default -> number(of) + " > " + number(of);
    };
  }

  private String where(String of) {
    return chance(3) ? "" : " where " + condition(of, 2);
  }

  private String vector() {
    return "'[" + below(8) / 8.0 + "," + below(8) / 8.0 + "," + below(8) / 8.0 + "]'";
  }

  // --- Reading ---

  /** A statement, and whether its rows have an order. */
  private record Sql(String operation, String text, boolean ordered) {}

  private Sql select() {
    String other = someTable();
    String limit = chance(3) ? " limit " + (1 + below(4)) + (chance(2) ? " offset 1" : "") : "";
    return switch (below(18)) {
      case 0 -> new Sql("select", "select * from " + table + where(""), false);
      case 1 ->
          new Sql(
              "select",
              "select id, %s, %s as x from %s%s order by id%s"
                  .formatted(text(""), number(""), table, where(""), limit),
              true);
      case 2 ->
          new Sql(
              "aggregate",
              "select colour, count(*), sum(n), min(body) from %s%s group by colour order by 1"
                  .formatted(table, where("")),
              true);
      case 3 ->
          new Sql(
              "aggregate",
              "select count(*), max(id), avg(n) from " + table + " t" + where("t."),
              false);
      case 4 ->
          new Sql(
              "join",
              "select a.id, b.body, %s from %s a %sjoin %s b on a.id = b.id%s"
                  .formatted(number("a."), table, pick("", "left ", "full "), other, where("a.")),
              false);
      case 5 ->
          new Sql(
              "join",
              "select a.id, b.n from %s a, %s b where a.n = b.n and %s"
                  .formatted(table, other, condition("b.", 1)),
              false);
      case 6 ->
          new Sql(
              "with",
              "with x as (select id, n, colour, body from %s%s) select * from x where %s"
                  .formatted(table, where(""), condition("x.", 1)),
              false);
      case 7 ->
          new Sql(
              "union",
              "select id from %s%s %s select n from %s"
                  .formatted(
                      table, where(""), pick("union", "union all", "except", "intersect"), other),
              false);
      case 8, 9 ->
          new Sql(
              "nearest",
              "select id, embedding %s %s as far from %s%s order by embedding <-> %s, id limit %d"
                  .formatted(
                      pick("<->", "<=>", "<#>", "<+>"),
                      vector(),
                      table,
                      where(""),
                      vector(),
                      1 + below(9)),
              true);
      case 10 ->
          new Sql(
              "window",
              "select id, row_number() over (partition by colour order by id), sum(n) over (order"
                  + " by id) from "
                  + table
                  + " order by id",
              true);
      case 11 ->
          new Sql(
              "lateral",
              ("select a.id, l.c from %s a, lateral (select count(*) as c from %s b where b.id <="
                      + " a.id) l order by a.id")
                  .formatted(table, other),
              true);
      case 12 ->
          new Sql(
              "distinct",
              "select distinct on (colour) colour, id from "
                  + table
                  + where("")
                  + " order by colour, id",
              true);
      case 13 ->
          new Sql(
              "recursive",
              ("with recursive r as (select id, n, 1 as d from %s where id = %d union all select"
                      + " t.id, t.n, r.d + 1 from %s t join r on t.id = r.n where r.d < 4) select *"
                      + " from r order by d, id")
                  .formatted(table, below(6), table),
              true);
      case 14 ->
          new Sql("whole_row", "select row_to_json(t) from " + table + " t" + where("t."), false);
      case 15 ->
          new Sql(
              "array_agg",
              "select array_agg(id order by id), string_agg(colour, ',' order by id) from " + table,
              false);
      case 16 -> new Sql("table", "table " + table, false);
      default ->
          new Sql(
              "values",
              "select v.a, (select max(id) from %s) from (values (1, 'x'), (%s, 'y')) v(a, b)"
                  .formatted(table, "2"),
              false);
    };
  }

  // --- Writing ---

  private String row(int id) {
    return "(%d, %d, '%s', 'text %d', %s)"
        .formatted(id, below(5), pick("red", "green", "blue"), below(99), vector());
  }

  private Sql change() {
    String columns = " (id, n, colour, body, embedding) ";
    String key = kept == Kept.ROWS ? "tenant, id" : "id";
    String returning = chance(2) ? " returning id, colour" : "";
    int id = below(12);
    return switch (below(12)) {
      case 0, 1 ->
          new Sql(
              "insert",
              "insert into "
                  + table
                  + columns
                  + "values "
                  + row(id)
                  + (chance(2) ? ", " + row(id + 12) : "")
                  + returning,
              false);
      case 2 ->
          new Sql(
              "upsert",
              ("insert into %s%svalues %s on conflict (%s) do update set body = excluded.body, n ="
                      + " %s.n + 1%s")
                  .formatted(table, columns, row(id), key, table, returning),
              false);
      case 3 ->
          new Sql(
              "upsert",
              "insert into %s as t%svalues %s on conflict do nothing%s"
                  .formatted(table, columns, row(id), returning),
              false);
      case 4 ->
          new Sql(
              "insert_select",
              ("insert into %s%sselect id + 24, n, colour, body, embedding from %s where id < 4 and"
                      + " %s on conflict do nothing")
                  .formatted(table, columns, table, condition("", 1)),
              false);
      case 5, 6 ->
          new Sql(
              "update",
              "update %s set body = %s, n = coalesce(n, 0) %% 5 + 1 where id = %d%s"
                  .formatted(table, text(""), id, returning),
              false);
      case 7 ->
          new Sql(
              "update",
              "update %s t set colour = x.colour from %s x where x.id = t.id and t.id < %d"
                  .formatted(table, someTable(), id),
              false);
      case 8 -> new Sql("delete", "delete from " + table + " where id = " + id + returning, false);
      case 9 ->
          new Sql(
              "delete",
              "delete from %s t using %s u where u.id = t.id and t.id > 18 returning t.id"
                  .formatted(table, someTable()),
              false);
      case 10 ->
          new Sql(
              "with_change",
              ("with gone as (delete from %s where id = %d returning *) select id, body from gone")
                  .formatted(table, id),
              false);
      default ->
          new Sql(
              "delete", "delete from " + table + " where id > 11 and " + condition("", 1), false);
    };
  }

  private Sql definition() {
    return switch (below(4)) {
      case 0 ->
          new Sql(
              "create_table",
              "create table if not exists temp (id int primary key, n int, colour text, body text,"
                  + " embedding vector(3))",
              false);
      case 1 -> new Sql("drop_table", "drop table if exists temp", false);
      case 2 -> new Sql("create_index", "create index if not exists temp_n on temp (n)", false);
      default -> new Sql("drop_index", "drop index if exists temp_n", false);
    };
  }

  private Sql setting() {
    String text =
        pick(
            "set datestyle = 'ISO, DMY'",
            "set time zone 'UTC'",
            "set application_name = 'x'",
            "show server_version",
            "set hnsw.ef_search = 50",
            "reset hnsw.ef_search",
            "select current_schema()",
            "select 1; select 2",
            "show search_path",
            "");
    return new Sql("setting", text, false);
  }

  private Wanted valid() {
    int dice = below(100);
    if (dice < 35) {
      Sql sql = select();
      return wanted(sql, false, cycle(PostgresqlPeer.query(sql.text())));
    }
    if (dice < 55) {
      Sql sql = change();
      return wanted(sql, true, cycle(PostgresqlPeer.query(sql.text())));
    }
    if (dice < 70) {
      boolean changes = chance(3);
      Sql sql = changes ? change() : select();
      return extended(sql, changes);
    }
    if (dice < 75) {
      return parameters();
    }
    if (dice < 80) {
      return transaction();
    }
    if (dice < 84) {
      return prepared();
    }
    if (dice < 88) {
      return cursor();
    }
    if (dice < 92) {
      String to =
          chance(2)
              ? "copy " + table + " (id, n, body) to stdout"
              : "copy (select id, body from " + table + where("") + ") to stdout with (format csv)";
      return wanted(new Sql("copy_out", to, false), false, cycle(PostgresqlPeer.query(to)));
    }
    if (dice < 95 && kept != Kept.ROWS) {
      return copyIn();
    }
    if (dice < 97 && kept != Kept.ROWS) {
      Sql sql = definition();
      return wanted(sql, true, cycle(PostgresqlPeer.query(sql.text())));
    }
    Sql sql = setting();
    return wanted(sql, false, cycle(PostgresqlPeer.query(sql.text())));
  }

  private Wanted extended(Sql sql, boolean changes) {
    String name = pick("", "", "s1");
    byte[] bytes =
        PostgresqlPeer.joined(
            PostgresqlPeer.closing('S', name),
            PostgresqlPeer.parse(name, sql.text()),
            chance(2) ? PostgresqlPeer.describe('S', name) : new byte[0],
            PostgresqlPeer.bind("", name, List.of()),
            chance(2) ? PostgresqlPeer.describe('P', "") : new byte[0],
            PostgresqlPeer.execute("", sql.ordered() && chance(3) ? 2 : 0),
            chance(4) ? PostgresqlPeer.execute("", 0) : new byte[0],
            PostgresqlPeer.sync());
    return wanted(sql, changes, cycle(bytes));
  }

  private Wanted parameters() {
    boolean changes = chance(2);
    String mark = kept == Kept.ROWS && chance(2) ? ", tenant" : "";
    String sql =
        changes
            ? "insert into %s (id, colour%s) values ($1, $2%s) on conflict do nothing"
                .formatted(table, mark, mark.isEmpty() ? "" : ", $3")
            : "select id, body from " + table + " where id >= $1 and colour <> $2 order by id";
    List<String> values = new ArrayList<>(List.of(String.valueOf(below(12)), pick("red", "x'y")));
    if (changes && !mark.isEmpty()) {
      values.add("beta");
    }
    byte[] bytes =
        PostgresqlPeer.joined(
            PostgresqlPeer.parse("", sql, chance(2) ? new int[] {23, 25} : new int[0]),
            PostgresqlPeer.bind("", "", values),
            PostgresqlPeer.execute("", 0),
            PostgresqlPeer.sync());
    String shown = sql + " " + values;
    return wanted(new Sql("parameters", shown, !changes), changes, cycle(bytes));
  }

  private Wanted transaction() {
    List<String> all = new ArrayList<>();
    all.add(pick("begin", "begin isolation level repeatable read", "start transaction"));
    int savepoint = below(3);
    for (int i = 0; i < 3; i++) {
      if (i == savepoint && chance(2)) {
        all.add("savepoint a");
      }
      all.add(chance(2) ? change().text() : select().text());
    }
    if (all.contains("savepoint a")) {
      all.add(pick("rollback to a", "release savepoint a"));
    }
    all.add(pick("commit", "rollback"));
    return statements("transaction", all);
  }

  private Wanted prepared() {
    Sql sql = select();
    return statements(
        "prepare", List.of("prepare q as " + sql.text(), "execute q", "deallocate q"));
  }

  private Wanted cursor() {
    String order = "select id, body from " + table + where("") + " order by id";
    return statements(
        "cursor",
        List.of(
            "begin",
            "declare c cursor for " + order,
            "fetch 2 from c",
            "fetch " + pick("forward 1", "all", "next") + " from c",
            "close c",
            "commit"));
  }

  /** One after the other; each is answered before the next is sent, or all are sent at once. */
  private Wanted statements(String operation, List<String> all) {
    byte[] bytes =
        PostgresqlPeer.joined(all.stream().map(PostgresqlPeer::query).toArray(byte[][]::new));
    List<Cycle> cycles =
        chance(2)
            ? List.of(new Cycle(bytes, all.size(), false))
            : all.stream().map(s -> new Cycle(PostgresqlPeer.query(s), 1, false)).toList();
    String text = String.join("; ", all);
    return new Wanted(operation, Subject.Kind.VALID, true, false, text, cycles, List.of());
  }

  private Wanted copyIn() {
    String sql = "copy " + table + " (id, n, colour) from stdin";
    String rows = "%d\t%d\tred\n%d\t\\N\tblue\n".formatted(below(30), below(5), 30 + below(30));
    byte[] bytes =
        PostgresqlPeer.joined(
            PostgresqlPeer.query(sql),
            PostgresqlPeer.message('d', rows.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            chance(5)
                ? PostgresqlPeer.message('f', PostgresqlPeer.zeroed("no"))
                : PostgresqlPeer.message('c'));
    return wanted(new Sql("copy_in", sql + " " + rows, false), true, cycle(bytes));
  }

  private static Cycle cycle(byte[] bytes) {
    return new Cycle(bytes, 1, false);
  }

  private static Wanted wanted(Sql sql, boolean changes, Cycle cycle) {
    return new Wanted(
        sql.operation(),
        Subject.Kind.VALID,
        changes,
        sql.ordered(),
        sql.text(),
        List.of(cycle),
        List.of());
  }

  // --- Odd ---

  private Wanted odd() {
    boolean changes = chance(3);
    Sql sql = changes ? change() : select();
    String text = sql.text();
    String odd =
        switch (below(9)) {
          case 0 -> text.toUpperCase(Locale.ROOT).replace(" ", "\t/* /* */ */\n");
          case 1 -> text.replace(" from ", " from only ");
          case 2 -> text + " -- " + text;
          // A column's table is not named with its schema: so its name is told from a field's.
          case 3 -> text.replaceAll("\\b" + table + "\\b(?!\\.)", "public." + table);
          case 4 -> text.replace(table, "\"" + table + "\"");
          case 5 -> text.replace(table, "U&\"" + escaped(table) + "\"");
          case 6 -> mutated(text);
          case 7 -> text + ";;" + select().text() + ";";
          default -> text.substring(0, below(text.length()));
        };
    // Which rows there are may hang on an order that it no longer has.
    boolean open = odd.matches("(?is).*(limit|distinct|agg|over).*");
    Sql other = new Sql(open ? UNCOMPARED : "odd", odd, false);
    return chance(2)
        ? wanted(other, changes, cycle(PostgresqlPeer.query(odd))).as(Subject.Kind.ODD)
        : extended(other, changes).as(Subject.Kind.ODD);
  }

  private static String escaped(String name) {
    return name.chars().mapToObj(c -> "\\%04x".formatted(c)).collect(Collectors.joining());
  }

  /** With a few words taken away, doubled or swapped. */
  private String mutated(String text) {
    List<String> words = new ArrayList<>(Arrays.asList(text.split(" ")));
    for (int i = 0; i <= below(3); i++) {
      int at = below(words.size());
      switch (below(4)) {
        case 0 -> words.remove(at);
        case 1 -> words.add(at, words.get(below(words.size())));
        case 2 -> words.set(at, pick("select", "(", ")", ",", "null", "*", "from", "''", "$1"));
        default -> words.set(at, words.get(below(words.size())));
      }
      if (words.isEmpty()) {
        words.add(";");
      }
    }
    return String.join(" ", words);
  }

  // --- Hostile ---

  private Wanted hostile() {
    return switch (below(5)) {
      case 0, 1 -> foreign();
      case 2 -> kept == Kept.ROWS ? foreignRows() : forbidden();
      default -> forbidden();
    };
  }

  /** Another's table, as a missing one is asked for. */
  private Wanted foreign() {
    List<String> names =
        switch (kept) {
          case NAMES ->
              List.of("gamma_secret", "gamma_docs", "zeta.docs", "shared", "epsilon.docs");
          case ROWS -> List.of("zeta.docs", "gamma_secret", "alpha_docs");
          case SCHEMA -> List.of("zeta.docs", "zeta.secret");
        };
    String name = names.get(below(names.size()));
    String missing = name.replaceFirst("^[a-z]+", "nobody");
    String sql =
        switch (below(7)) {
          case 0 -> "select * from " + name;
          case 1 -> "select count(*) from " + name + " x where x.id > 0";
          case 2 -> "insert into " + name + " (id) values (1)";
          case 3 -> "update " + name + " set body = 'planted' where id = 1";
          case 4 -> "delete from " + name;
          case 5 -> "copy " + name + " to stdout";
          default -> "with x as (select id from " + name + ") select * from x, " + table;
        };
    String other = sql.replace(name, missing);
    boolean text = chance(2) || sql.startsWith("copy");
    return new Wanted(
        "foreign",
        Subject.Kind.FOREIGN,
        false,
        false,
        sql,
        List.of(cycle(text ? PostgresqlPeer.query(sql) : byMessage(sql))),
        List.of(cycle(text ? PostgresqlPeer.query(other) : byMessage(other))));
  }

  private static byte[] byMessage(String sql) {
    return PostgresqlPeer.joined(
        PostgresqlPeer.parse("", sql),
        PostgresqlPeer.bind("", "", List.of()),
        PostgresqlPeer.execute("", 0),
        PostgresqlPeer.sync());
  }

  /** What would reach others' rows, or plant among them. */
  private Wanted foreignRows() {
    List<String> odd =
        List.of(
            "select * from shared where tenant = 'delta'",
            "select * from shared where true or tenant = 'delta'",
            "select * from shared union select * from shared where tenant <> 'beta'",
            "select s.* from shared s right join (values ('delta')) v(t) on s.tenant = v.t",
            "update shared set body = 'planted' where tenant = 'delta' or true",
            "delete from shared where tenant = 'delta'",
            "delete from shared s using shared t where t.tenant <> s.tenant",
            "select tenant, count(*) from shared group by tenant",
            "select count(*) from shared where 1 / (n - 7) > 0",
            "copy (select * from shared where tenant = 'delta') to stdout",
            "insert into shared (id, n) select id + 40, n from shared where tenant = 'delta'",
            "update shared set n = (select max(x.n) from shared x) where id = 1");
    List<String> forbidden =
        List.of(
            "insert into shared (tenant, id) values ('delta', 77)",
            "insert into shared (id, tenant) select 78, 'delta'",
            "insert into shared values ('delta', 79)",
            "insert into shared default values",
            "update shared set tenant = 'delta' where id = 1",
            "update shared set (n, tenant) = (1, 'delta')",
            "insert into shared (id) values (1) on conflict (tenant, id) do update set tenant ="
                + " 'delta'",
            "copy shared from stdin",
            "copy shared (tenant, id) from stdin",
            "drop table shared",
            "create index on shared (n)",
            "create table more (id int references shared)",
            "delete from shared where id = 1 returning ctid",
            "update shared set n = 1 where id = 2 returning xmin",
            "insert into shared (id) values (81) returning \"ctid\", tableoid");
    if (chance(4)) {
      return markByParameter();
    }
    if (chance(2)) {
      String sql = odd.get(below(odd.size()));
      return wanted(new Sql("foreign_rows", sql, false), true, cycle(PostgresqlPeer.query(sql)))
          .as(Subject.Kind.VALID);
    }
    String sql = forbidden.get(below(forbidden.size()));
    return refused("foreign_rows", sql);
  }

  private Wanted markByParameter() {
    String sql = "insert into shared (id, tenant) values ($1, $2)";
    byte[] bytes =
        PostgresqlPeer.joined(
            PostgresqlPeer.parse("", sql),
            PostgresqlPeer.bind("", "", List.of(String.valueOf(60 + below(30)), "delta")),
            PostgresqlPeer.execute("", 0),
            PostgresqlPeer.sync());
    return wanted(new Sql("foreign_rows", sql + " delta", false), true, cycle(bytes))
        .as(Subject.Kind.FORBIDDEN);
  }

  private Wanted refused(String operation, String sql) {
    boolean text = chance(2) || sql.contains("stdin") || sql.contains(";");
    return wanted(
            new Sql(operation, sql, false),
            true,
            cycle(text ? PostgresqlPeer.query(sql) : byMessage(sql)))
        .as(Subject.Kind.FORBIDDEN);
  }

  /** What nobody may, whatever the database's roles permit. */
  private Wanted forbidden() {
    String foreign = kept == Kept.SCHEMA ? "zeta.secret" : "public.gamma_secret";
    String sql =
        pick(
            "set role postgres",
            "reset role",
            "set session authorization postgres",
            "set row_security = off",
            "set work_mem = '1GB'",
            "show config_file",
            "select set_config('role', 'postgres', false)",
            "select pg_catalog.set_config('search_path', 'zeta', false)",
            "select current_setting('data_directory')",
            "select pg_read_file('pg_hba.conf')",
            "select query_to_xml('select * from gamma_secret', true, true, '')",
            "select pg_sleep(0)",
            "select pg_relation_size('" + foreign + "')",
            "select '" + foreign + "'::regclass",
            "select cast('" + foreign + "' as regclass)",
            "select null::" + foreign,
            "select * from pg_attribute",
            "select * from pg_catalog.pg_stat_activity",
            "select rolname from pg_roles",
            "select * from information_schema.tables",
            "copy (select 1) to program 'id'",
            "copy " + table + " from '/etc/passwd'",
            "copy " + table + " to '/tmp/rf-x'",
            "do $$ begin delete from gamma_secret; end $$",
            "select 1; delete from gamma_secret; set role postgres",
            "explain select * from " + table,
            "listen x",
            "notify x, 'y'",
            "lock table " + table,
            "truncate " + table + " cascade",
            "alter table " + table + " owner to postgres",
            "grant all on " + table + " to public",
            "create view v as select * from gamma_secret",
            "create function f() returns int language sql as 'select 1'",
            "create role planted superuser",
            "create schema planted",
            "alter system set work_mem = '1MB'",
            "vacuum",
            "select E'\\'', (select body from gamma_secret limit 1) --'",
            "select lo_import('/etc/passwd')",
            "select pg_advisory_lock(1)",
            "select * from pg_locks",
            "call f()",
            "prepare transaction 'x'");
    if (sql.startsWith("select E'")) {
      return refusedOrMissing(sql);
    }
    if (chance(12)) {
      return naming();
    }
    if (chance(12)) {
      return functionCall();
    }
    if (chance(8)) {
      return drivers();
    }
    return refused("forbidden", sql);
  }

  /** What names another's table in a hidden place; it is missing, or refused. */
  private Wanted refusedOrMissing(String sql) {
    if (kept != Kept.NAMES) {
      return refused("forbidden", "select pg_sleep(0)");
    }
    return wanted(new Sql("forbidden", sql, false), false, cycle(PostgresqlPeer.query(sql)))
        .as(Subject.Kind.ODD);
  }

  /** A parameter whose value names what is in the catalogue. */
  private Wanted naming() {
    String sql = "select $1";
    byte[] bytes =
        PostgresqlPeer.joined(
            PostgresqlPeer.parse("", sql, pick(2205, 2206, 24, 4089)),
            PostgresqlPeer.bind("", "", List.of(pick("gamma_secret", "16385", "zeta.docs"))),
            PostgresqlPeer.execute("", 0),
            PostgresqlPeer.sync());
    return wanted(new Sql("forbidden", sql + " of a naming type", false), false, cycle(bytes))
        .as(Subject.Kind.FORBIDDEN);
  }

  private Wanted functionCall() {
    byte[] bytes =
        PostgresqlPeer.message(
            'F',
            PostgresqlPeer.number(pick(2077, 2078, 89)),
            PostgresqlPeer.pair(0),
            PostgresqlPeer.pair(0),
            PostgresqlPeer.pair(0));
    return wanted(new Sql("forbidden", "function call", false), false, cycle(bytes))
        .as(Subject.Kind.FORBIDDEN);
  }

  /** What official drivers ask of the catalogue: others' tables are types of it too. */
  private Wanted drivers() {
    String sql =
        pick(
            "select typname from pg_type where typname like '%cret%' or typname like '%docs%'",
            "select count(*) from pg_catalog.pg_type where typtype = 'c' and typname not like"
                + " 'pg_%'",
            "select t.typname from pg_type t where t.typrelid > 0 and t.typname like '%4n%'");
    return wanted(new Sql("catalogue", sql, false), false, cycle(PostgresqlPeer.query(sql)))
        .as(Subject.Kind.ODD);
  }

  // --- Raw bytes ---

  private Wanted raw() {
    byte[] good =
        PostgresqlPeer.joined(
            PostgresqlPeer.query(select().text()),
            byMessage(select().text()),
            PostgresqlPeer.query("select body from gamma_secret"));
    byte[] bytes =
        switch (below(8)) {
          // Lengths that lie.
          case 0 -> lying(good, pick(0, 3, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 28));
          case 1 -> lying(good, 5 + below(200));
          // An order that no driver has.
          case 2 ->
              PostgresqlPeer.joined(
                  PostgresqlPeer.execute("", 0),
                  PostgresqlPeer.bind("", "s9", List.of()),
                  PostgresqlPeer.message('d', new byte[9]),
                  PostgresqlPeer.describe('P', "none"),
                  PostgresqlPeer.sync(),
                  PostgresqlPeer.message('c'),
                  PostgresqlPeer.sync());
          case 3 ->
              PostgresqlPeer.joined(
                  PostgresqlPeer.parse("a", "select body from gamma_secret"),
                  PostgresqlPeer.bind("", "a", List.of()),
                  PostgresqlPeer.execute("", 0),
                  PostgresqlPeer.message('H'),
                  PostgresqlPeer.query("select 1"),
                  PostgresqlPeer.execute("", 0),
                  PostgresqlPeer.sync());
          // A login inside a session, and messages that there are not.
          case 4 -> PostgresqlPeer.startup(PostgresqlPeer.VERSION_3, "user", "gamma");
          case 5 -> PostgresqlPeer.message((char) below(256), noise(below(40)));
          case 6 -> flipped(good);
          default -> noise(1 + below(300));
        };
    return new Wanted(
        "raw",
        Subject.Kind.ODD,
        true,
        false,
        "bytes %s, as text %s"
            .formatted(
                java.util.HexFormat.of().formatHex(bytes),
                new String(bytes, java.nio.charset.StandardCharsets.UTF_8)),
        List.of(new Cycle(bytes, 0, true)),
        List.of());
  }

  private byte[] lying(byte[] good, int length) {
    byte[] out = good.clone();
    System.arraycopy(PostgresqlPeer.number(length), 0, out, 1, 4);
    return out;
  }

  private byte[] noise(int length) {
    byte[] out = new byte[length];
    for (int i = 0; i < length; i++) {
      out[i] = (byte) below(256);
    }
    return out;
  }

  private byte[] flipped(byte[] good) {
    byte[] out = good.clone();
    for (int i = 0; i <= below(4); i++) {
      out[below(out.length)] ^= (byte) (1 << below(8));
    }
    return out;
  }
}
