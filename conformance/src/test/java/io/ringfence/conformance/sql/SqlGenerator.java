package io.ringfence.conformance.sql;

import io.ringfence.model.testing.Dice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes statements by chance, in the odd ways that SQL may be written in, and breaks some of them.
 */
final class SqlGenerator {
  private static final List<String> NAMES =
      List.of(
          "docs",
          "id",
          "body",
          "embedding",
          "x",
          "t1",
          "Docs",
          "\"Docs\"",
          "\"a\"\"b\"",
          "U&\"d\\006fcs\"",
          "ключ",
          "a$1",
          "name",
          "value",
          "position",
          "time",
          "set",
          "nulls",
          "format",
          "at",
          "filter",
          "over",
          "escape",
          "rows",
          "\"select\"",
          "year",
          "data");

  private static final List<String> RESERVED =
      List.of(
          "select",
          "from",
          "user",
          "left",
          "in",
          "values",
          "with",
          "is",
          "int",
          "row",
          "all",
          "table",
          "array",
          "between",
          "order",
          "union",
          "json_object",
          "xmlelement",
          "rollup");

  private static final List<String> OPERATORS =
      List.of(
          "+", "-", "*", "/", "%", "^", "=", "<", ">", "<=", ">=", "<>", "!=", "||", "<->", "<#>",
          "<=>", "<+>", "->", "->>", "@>", "~", "!~*", "&", "|", "#", "@@", "?", "@-", "*+");

  private static final List<String> STRINGS =
      List.of(
          "'a'",
          "'it''s'",
          "E'\\''",
          "E'a\\nb\\x41\\101\\u0041'",
          "$$x'y$$",
          "$q$ -- $$ $q$",
          "U&'\\0061'",
          "U&'!0061' UESCAPE '!'",
          "'a'\n'b'",
          "'a' -- c\n 'b'",
          "'[1,2,3]'",
          "''",
          "'\\'",
          "b'01'",
          "x'1F'",
          "N'a'",
          "e'\\\\'",
          "'/*'",
          "'--'");

  private static final List<String> NUMBERS =
      List.of("1", "0", "42", "1.5", ".5", "2.", "1e3", "1.5E-3", "007", "1_000", "0x1f", "1a");

  private static final List<String> FUNCTIONS =
      List.of(
          "lower",
          "count",
          "left",
          "pg_catalog.now",
          "set_config",
          "public.f",
          "coalesce",
          "sum",
          "nullif",
          "\"Lower\"",
          "cosine_distance",
          "greatest",
          "current_schema",
          "row_number");

  private static final List<String> TYPES =
      List.of(
          "int",
          "text",
          "vector(3)",
          "double precision",
          "numeric(10,2)",
          "varchar(9)",
          "character varying",
          "timestamp with time zone",
          "timestamp(3)",
          "time",
          "bit varying(3)",
          "pg_catalog.int4",
          "int[]",
          "text[][]",
          "json",
          "interval",
          "float(3)",
          "\"int\"",
          "boolean",
          "date",
          "char",
          "uuid",
          "int array",
          "int[3]");

  private static final List<String> BLANKS =
      List.of(
          " ", " ", " ", " ", "\n", "\t ", " /* c */ ", " /* a /* b */ ' */ ", " -- x'\n", "  ");

  private static final List<String> SPLINTERS =
      List.of(
          "'",
          "\"",
          "$$",
          "$a$",
          "/*",
          "*/",
          "--",
          "\n",
          ";",
          "(",
          ")",
          ",",
          ".",
          "::",
          "E'",
          "U&'",
          "\\",
          "[",
          "]",
          ":",
          "$1",
          "not",
          "union select",
          "for update",
          "@",
          "-",
          "null",
          "1",
          "as",
          "on",
          "a.b",
          "with",
          "limit 1",
          "::int",
          "is null",
          "collate \"C\"");

  private final Dice dice;
  private int depth;

  SqlGenerator(long seed) {
    dice = new Dice(seed);
  }

  /** A text of mostly one statement. */
  String next() {
    depth = 0;
    String sql = dice.oneIn(15) ? statement() + b() + ";" + b() + statement() : statement();
    for (int i = dice.oneIn(2) ? dice.between(1, 2) : 0; i > 0; i--) {
      sql = mutated(sql);
    }
    return sql;
  }

  // --- Mutation ---

  private String mutated(String sql) {
    if (sql.isEmpty()) {
      return sql;
    }
    int at = dice.between(0, sql.length() - 1);
    int to = Math.min(sql.length(), at + dice.between(1, 6));
    return switch (dice.between(0, 5)) {
      case 0 -> sql.substring(0, at) + sql.substring(to);
      case 1 -> sql.substring(0, at) + b() + dice.of(SPLINTERS) + b() + sql.substring(at);
      case 2 -> sql.substring(0, at) + dice.of(SPLINTERS) + sql.substring(at);
      case 3 -> words(sql, at);
      case 4 -> sql.substring(0, to) + sql.substring(at);
      default -> sql.substring(0, at) + b() + dice.of(RESERVED) + b() + sql.substring(to);
    };
  }

  /** Another word where one stands. */
  private String words(String sql, int at) {
    String[] parts = sql.split(" ", -1);
    int i = at % parts.length;
    parts[i] =
        dice.of(
            dice.of(NAMES), dice.of(RESERVED), dice.of(OPERATORS), parts[at / 2 % parts.length]);
    return String.join(" ", parts);
  }

  // --- Words ---

  private String b() {
    return dice.of(BLANKS);
  }

  private String join(String... parts) {
    StringBuilder out = new StringBuilder();
    for (String p : parts) {
      if (!p.isEmpty()) {
        out.append(out.isEmpty() ? "" : b()).append(dice.oneIn(20) ? odd(p) : p);
      }
    }
    return out.toString();
  }

  /** Keywords in another case. */
  private static String odd(String text) {
    return text.matches("[a-z ]+") ? text.toUpperCase(java.util.Locale.ROOT) : text;
  }

  private String maybe(int oneIn, Supplier<String> part) {
    return dice.oneIn(oneIn) ? part.get() : "";
  }

  private String many(int max, Supplier<String> part) {
    List<String> out = new ArrayList<>();
    for (int i = dice.between(1, max); i > 0; i--) {
      out.add(part.get());
    }
    return String.join(dice.of(",", " , ", ",\n"), out);
  }

  private String name() {
    return dice.of(NAMES);
  }

  private String table() {
    return dice.oneIn(6) ? dice.of("public", "acme", "\"Acme\"") + "." + name() : name();
  }

  private String column() {
    return dice.oneIn(4) ? name() + "." + name() : name();
  }

  private String columns() {
    return "(" + many(3, this::name) + ")";
  }

  // --- Expressions ---

  private String expression() {
    if (++depth > 5) {
      depth--;
      return atom();
    }
    String out =
        switch (dice.between(0, 20)) {
          case 0, 1, 2 -> join(expression(), dice.of(OPERATORS), expression());
          case 3 -> join(expression(), dice.of("and", "or"), expression());
          case 4 -> join(dice.of("not", "-", "+", "@", "~", "!!"), expression());
          case 5 -> join(expression(), dice.of("is", "is not"), dice.of("null", "true", "unknown"));
          case 6 ->
              join(expression(), dice.of("in", "not in"), "(" + many(3, this::expression) + ")");
          case 7 -> join(expression(), dice.of("in", "= any", "<> all"), "(" + query() + ")");
          case 8 -> join(expression(), "between", expression(), "and", expression());
          case 9 ->
              join(
                  expression(),
                  dice.of("like", "not ilike"),
                  expression(),
                  maybe(3, () -> "escape '!'"));
          case 10 -> join(expression(), "::", dice.of(TYPES));
          case 11 -> "cast(" + join(expression(), "as", dice.of(TYPES)) + ")";
          case 12 -> call();
          case 13 -> "(" + expression() + ")";
          case 14 -> "(" + query() + ")";
          case 15 -> caseWhen();
          case 16 -> odds();
          case 17 -> join("exists", "(" + query() + ")");
          case 18 ->
              join(
                  expression(),
                  dice.of("isnull", "collate \"C\"", "at time zone 'UTC'", "is distinct from 1"));
          case 19 -> "(" + many(3, this::expression) + ")";
          default -> atom();
        };
    depth--;
    return out;
  }

  private String atom() {
    return switch (dice.between(0, 7)) {
      case 0 -> dice.of(STRINGS);
      case 1 -> dice.of(NUMBERS);
      case 2 -> "$" + dice.between(1, 3);
      case 3 -> dice.of("null", "true", "current_user", "current_timestamp(3)", "current_date");
      case 4 ->
          dice.of("date", "interval", "vector", "timestamp with time zone", "json", "bit")
              + b()
              + dice.of(STRINGS);
      default -> column();
    };
  }

  private String odds() {
    return switch (dice.between(0, 7)) {
      case 0 -> "array[" + many(3, this::expression) + "]";
      case 1 -> "row(" + many(3, this::expression) + ")";
      case 2 ->
          "extract(" + dice.of("year", "epoch", "'day'", "foo") + " from " + expression() + ")";
      case 3 -> "substring(" + expression() + dice.of(" from 1 for 2", ", 1", "") + ")";
      case 4 -> "trim(" + dice.of("both ", "leading 'x' from ", "") + expression() + ")";
      case 5 -> "position('a' in " + atom() + ")";
      case 6 -> column() + "[" + expression() + "]";
      default -> "(" + column() + ")" + dice.of(".id", ".*", "[1]", "[1:2]");
    };
  }

  private String caseWhen() {
    return join(
        "case",
        maybe(2, this::expression),
        "when",
        expression(),
        "then",
        expression(),
        maybe(2, () -> join("else", expression())),
        "end");
  }

  private String call() {
    String arguments = dice.of("", "*", many(3, this::expression), "distinct " + expression());
    return dice.of(FUNCTIONS)
        + dice.of("", " ")
        + "("
        + arguments
        + maybe(8, () -> " order by " + expression())
        + ")"
        + maybe(8, () -> " filter (where " + expression() + ")")
        + maybe(6, () -> " over " + dice.of("w", "(" + window() + ")"));
  }

  private String window() {
    return join(
        maybe(2, () -> join("partition by", many(2, this::expression))),
        maybe(2, this::orderBy),
        maybe(
            3,
            () ->
                dice.of("rows unbounded preceding", "range between 1 preceding and current row")));
  }

  // --- Queries ---

  private String query() {
    if (++depth > 6) {
      depth--;
      return "select 1";
    }
    String out =
        join(
            maybe(6, this::with),
            body(),
            maybe(3, this::orderBy),
            maybe(4, () -> join("limit", dice.of("1", "all", "$1", "(1+2)"))),
            maybe(8, () -> join("offset", dice.of("1", "2 rows"))),
            maybe(10, () -> "fetch first 3 rows only"),
            maybe(
                10,
                () ->
                    dice.of(
                        "for update",
                        "for share of docs nowait",
                        "for no key update skip locked")));
    depth--;
    return out;
  }

  private String body() {
    return switch (dice.between(0, 9)) {
      case 0 -> "values (" + many(2, this::expression) + ")";
      case 1 -> join(select(), dice.of("union", "union all", "except", "intersect"), select());
      case 2 -> "(" + query() + ")" + maybe(2, () -> " union " + select());
      case 3 -> join("table", table());
      default -> select();
    };
  }

  private String select() {
    return join(
        "select",
        maybe(6, () -> dice.of("distinct", "all", "distinct on (id)")),
        many(3, this::target),
        maybe(1, () -> join("from", many(2, this::from))),
        maybe(2, () -> join("where", expression())),
        maybe(6, () -> join("group by", many(2, this::expression))),
        maybe(8, () -> join("having", expression())),
        maybe(10, () -> "window w as (" + window() + ")"));
  }

  private String target() {
    return switch (dice.between(0, 4)) {
      case 0 -> "*";
      case 1 -> join(expression(), "as", dice.of(name(), "select", "from"));
      case 2 -> join(expression(), name());
      default -> expression();
    };
  }

  private String from() {
    String primary =
        switch (dice.between(0, 7)) {
          case 0 -> join("(" + query() + ")", dice.of("as", ""), name());
          case 1 ->
              join(
                  dice.of("generate_series(1, 3)", "unnest(x)", "lateral f(id)"),
                  maybe(2, () -> "as s(a, b)"));
          case 2 ->
              "("
                  + join(from(), "join", from(), "on", expression())
                  + ")"
                  + maybe(3, () -> " as j");
          case 3 -> join("only", table());
          default ->
              join(
                  table(),
                  maybe(2, () -> join(maybe(2, () -> "as"), name(), maybe(4, this::columns))));
        };
    if (!dice.oneIn(4) || ++depth > 6) {
      return primary;
    }
    return join(
            primary,
            dice.of("join", "left join", "full outer join", "inner join"),
            table(),
            dice.of("on " + expression(), "using (id)"))
        + maybe(4, () -> " cross join " + table());
  }

  private String orderBy() {
    return join(
        "order by",
        many(
            2,
            () ->
                join(
                    expression(),
                    maybe(3, () -> dice.of("asc", "desc")),
                    maybe(5, () -> "nulls first"))));
  }

  private String with() {
    return join(
        "with",
        maybe(3, () -> "recursive"),
        many(
            2,
            () ->
                join(
                    name(),
                    maybe(5, this::columns),
                    "as",
                    maybe(5, () -> dice.of("materialized", "not materialized")),
                    "(" + (dice.oneIn(4) ? change() : query()) + ")")));
  }

  // --- Statements ---

  private String statement() {
    return switch (dice.between(0, 15)) {
      case 0, 1, 2, 3, 4, 5, 6 -> query();
      case 7, 8, 9, 10 -> join(maybe(5, this::with), change());
      case 11 -> other();
      case 12 -> ddl();
      case 13 ->
          join(
              "copy",
              dice.of(table() + maybe(3, this::columns), "(" + query() + ")"),
              dice.of("to stdout", "from stdin", "from '/etc/passwd'", "from program 'id'"),
              maybe(
                  2,
                  () ->
                      dice.of(
                          "with (format csv, header)",
                          "(format binary)",
                          "with (delimiter ';', null '')",
                          "csv")));
      case 14 ->
          join("prepare", name(), maybe(2, () -> "(int, text)"), "as", dice.of(query(), change()));
      default -> refused();
    };
  }

  private String change() {
    return switch (dice.between(0, 3)) {
      case 3 -> merge();
      case 0 ->
          join(
              "insert into",
              table(),
              maybe(4, () -> "as " + name()),
              maybe(2, this::columns),
              dice.of(
                  "default values",
                  "values (" + many(2, () -> dice.of(expression(), "default")) + ")",
                  query()),
              maybe(
                  3,
                  () ->
                      join(
                          "on conflict",
                          dice.of("(id)", "on constraint c", ""),
                          dice.of("do nothing", "do update set " + set()))),
              maybe(3, this::returning));
      case 1 ->
          join(
              "update",
              maybe(9, () -> "only"),
              table(),
              maybe(4, () -> dice.of("as " + name(), name())),
              "set",
              set(),
              maybe(4, () -> join("from", from())),
              maybe(2, () -> join("where", expression())),
              maybe(3, this::returning));
      default ->
          join(
              "delete from",
              table(),
              maybe(4, this::name),
              maybe(5, () -> join("using", from())),
              maybe(2, () -> join("where", expression())),
              maybe(3, this::returning));
    };
  }

  private String set() {
    return many(
        2,
        () ->
            dice.oneIn(5)
                ? columns() + " = (" + query() + ")"
                : join(name(), "=", dice.of(expression(), "default")));
  }

  private String returning() {
    return join("returning", many(2, this::target));
  }

  private String ddl() {
    return switch (dice.between(0, 3)) {
      case 0 ->
          join(
              "create table",
              maybe(3, () -> "if not exists"),
              table(),
              "(" + many(3, this::element) + ")");
      case 1 ->
          join(
              "create",
              maybe(4, () -> "unique"),
              "index",
              maybe(5, () -> "concurrently"),
              maybe(2, this::name),
              "on",
              table(),
              maybe(2, () -> dice.of("using hnsw", "using btree")),
              "("
                  + many(
                      2,
                      () ->
                          dice.of(
                              name() + " vector_l2_ops",
                              name(),
                              "(" + expression() + ")",
                              "lower(body) desc"))
                  + ")",
              maybe(4, () -> "with (m = 16, ef_construction = 64)"),
              maybe(4, () -> join("where", expression())));
      case 2 ->
          join(
              "drop",
              dice.of("table", "index"),
              maybe(3, () -> "if exists"),
              many(2, this::table),
              maybe(4, () -> dice.of("restrict", "cascade")));
      default ->
          join(
              "alter table",
              maybe(3, () -> "if exists"),
              table(),
              dice.oneIn(4) ? renaming() : many(2, this::alteration));
    };
  }

  private String renaming() {
    return dice.of(
        "rename to " + name(),
        "rename " + name() + " to " + name(),
        "rename column " + name() + " to " + name(),
        "rename constraint a to b");
  }

  private String alteration() {
    return dice.of(
        "add " + element(),
        "add column if not exists " + element(),
        "drop column if exists " + name() + " restrict",
        "drop " + name(),
        "drop constraint if exists c",
        "alter column " + name() + " set default " + expression(),
        "alter " + name() + " drop default",
        "alter " + name() + " set not null",
        "alter column " + name() + " drop not null",
        "alter " + name() + " set data type " + dice.of(TYPES) + " using " + expression(),
        "alter " + name() + " type " + dice.of(TYPES),
        "add constraint c unique (id)");
  }

  private String merge() {
    return join(
        "merge into",
        table(),
        maybe(3, () -> dice.of("as " + name(), name())),
        "using",
        from(),
        "on",
        expression(),
        join(when(), maybe(3, this::when)),
        maybe(4, this::returning));
  }

  private String when() {
    return join(
        "when",
        dice.of(
            join(
                dice.of("matched", "not matched by source"),
                maybe(3, () -> "and " + expression()),
                "then",
                dice.of("delete", "do nothing", "update set " + set())),
            join(
                dice.of("not matched", "not matched by target"),
                maybe(3, () -> "and " + expression()),
                "then",
                dice.of(
                    "do nothing",
                    "insert default values",
                    "insert values (" + many(2, () -> dice.of(expression(), "default")) + ")",
                    "insert " + columns() + " values (" + expression() + ")"))));
  }

  private String element() {
    return dice.oneIn(5)
        ? dice.of(
            "primary key (id)",
            "unique (id, x)",
            "check (" + expression() + ")",
            "foreign key (id) references docs (id) on delete cascade",
            "like docs")
        : join(
            name(),
            dice.of(TYPES),
            maybe(3, () -> "not null"),
            maybe(4, () -> "default " + atom()),
            maybe(6, () -> "primary key"),
            maybe(8, () -> "generated always as identity"),
            maybe(8, () -> "references docs"));
  }

  private String other() {
    return dice.of(
        "begin",
        "begin isolation level serializable, read only",
        "start transaction read write",
        "commit work",
        "end",
        "rollback",
        "abort",
        "savepoint " + name(),
        "release savepoint a",
        "rollback to a",
        "set hnsw.ef_search = 100",
        "set search_path to public, acme",
        "set local timezone to 'UTC'",
        "set time zone 'UTC'",
        "set names 'utf8'",
        "set session characteristics as transaction isolation level repeatable read",
        "set datestyle to iso, mdy",
        "set transaction isolation level read committed",
        "create extension if not exists vector",
        "reset timezone",
        "show timezone",
        "show transaction isolation level",
        "set extra_float_digits = -3",
        "execute " + name() + "(1, 'a')",
        "execute p",
        "deallocate " + name(),
        "deallocate prepare all",
        "declare " + name() + " no scroll cursor with hold for " + query(),
        "fetch forward 10 from c",
        "fetch c",
        "move all in c",
        "fetch 5 c",
        "close c",
        "close all",
        "discard all",
        "discard plans",
        "discard sequences",
        "discard temp",
        "reset all",
        "unlisten *",
        "truncate docs",
        "truncate table " + table() + ", acme.docs restart identity restrict",
        "truncate " + table() + " continue identity");
  }

  private String refused() {
    return dice.of(
        "listen x",
        "notify x, 'y'",
        "set role admin",
        "set session authorization a",
        "do $$ begin end $$",
        "explain select 1",
        "create extension vector",
        "create function f() returns int language sql as 'select 1'",
        "truncate docs cascade",
        "truncate only docs",
        "lock table docs",
        "grant all on docs to public",
        "vacuum",
        "call f()",
        "listen x; unlisten x",
        "alter table docs owner to x",
        "alter table docs enable row level security",
        "alter table docs drop column x cascade",
        "alter table docs set schema y",
        "alter index docs rename to y",
        "select 1 into x",
        "create table x as select 1",
        "create view v as select 1",
        "alter role a superuser",
        "copy docs to program 'cat'",
        "select * from docs tablesample system (1)",
        "create temp table x (id int)",
        "refresh materialized view v",
        "checkpoint");
  }
}
