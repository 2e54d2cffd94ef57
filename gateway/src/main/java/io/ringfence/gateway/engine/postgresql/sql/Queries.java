package io.ringfence.gateway.engine.postgresql.sql;

import io.ringfence.gateway.engine.postgresql.sql.Node.Insert.Source;
import io.ringfence.gateway.request.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads SELECT, VALUES, INSERT, UPDATE and DELETE. */
abstract class Queries extends Expressions {
  /** The names of WITH that are seen here. */
  private CommonTables common = CommonTables.NONE;

  Queries(List<Token> tokens) {
    super(tokens);
  }

  // --- WITH ---

  /** Reads a part that stands behind a WITH, whose names it sees; the WITH goes to its own tree. */
  private Node.Group behindWith(WithPart part) throws RefusedException {
    CommonTables outer = common;
    try {
      Node.Group with = sees("with") ? group(this::with) : Node.Group.EMPTY;
      return group(() -> part.read(with));
    } finally {
      common = outer;
    }
  }

  @FunctionalInterface
  private interface WithPart {
    void read(Node.Group with) throws RefusedException;
  }

  private void with() throws RefusedException {
    keepRequired("with");
    boolean recursive = keep("recursive");
    if (recursive) {
      // INVARIANT (names of WITH): under RECURSIVE every part sees all names, else those before it.
      common = common.with(namesAhead());
    }
    Set<String> names = new LinkedHashSet<>();
    list(
        () -> {
          String name = name();
          add(new Node.Name(name));
          if (seesSign("(")) {
            inParentheses(() -> list(this::keepName));
          }
          keepRequired("as");
          if (keep("not")) {
            keepRequired("materialized");
          } else {
            keep("materialized");
          }
          nested(() -> inParentheses(this::dataStatement));
          if (!names.add(name)) {
            throw malformed("two queries of one WITH are named `" + name + "`");
          }
          if (!recursive) {
            common = common.with(Set.of(name));
          }
        });
  }

  /** The names of all parts of a WITH, found by the parentheses round them. */
  private Set<String> namesAhead() throws RefusedException {
    Set<String> names = new LinkedHashSet<>();
    int ahead = 0;
    do {
      Token name = peek(ahead++);
      if (!isName(name)) {
        throw malformed(name.shown() + " is no name");
      }
      names.add(name.text());
      if (peek(ahead).isSign("(")) {
        ahead = behindParentheses(ahead);
      }
      while (peek(ahead).kind() == Token.Kind.WORD) {
        ahead++;
      }
      ahead = behindParentheses(ahead);
    } while (peek(ahead++).isSign(","));
    return names;
  }

  private int behindParentheses(int from) throws RefusedException {
    int ahead = from;
    int depth = 0;
    do {
      Token token = peek(ahead++);
      if (token.kind() == Token.Kind.END) {
        throw malformed("a parenthesis is not closed");
      }
      if (token.isSign("(")) {
        depth++;
      } else if (token.isSign(")")) {
        depth--;
      } else if (depth == 0) {
        throw malformed(token.shown() + " is not let through here");
      }
    } while (depth > 0);
    return ahead;
  }

  /** SELECT, VALUES, INSERT, UPDATE or DELETE, with its WITH; tells which. */
  Statement.Kind data() throws RefusedException {
    Statement.Kind[] kind = new Statement.Kind[1];
    add(
        behindWith(
            with -> {
              if (sees("insert")) {
                kind[0] = Statement.Kind.INSERT;
                insert(with);
              } else if (sees("update")) {
                kind[0] = Statement.Kind.UPDATE;
                update(with);
              } else if (sees("delete")) {
                kind[0] = Statement.Kind.DELETE;
                delete(with);
              } else if (sees("merge")) {
                kind[0] = Statement.Kind.MERGE;
                merge(with);
              } else {
                kind[0] = Statement.Kind.SELECT;
                queryWith(with);
              }
            }));
    return kind[0];
  }

  private void dataStatement() throws RefusedException {
    data();
  }

  // --- Queries ---

  @Override
  void query() throws RefusedException {
    add(
        behindWith(
            with -> {
              queryWith(with);
            }));
  }

  private void queryWith(Node.Group with) throws RefusedException {
    add(with);
    if (queryBody() && !with.isEmpty()) {
      throw malformed("behind WITH stands a query without parentheses");
    }
  }

  /** True where it is a query in parentheses and nothing more. */
  private boolean queryBody() throws RefusedException {
    boolean parentheses = seesSign("(");
    queryTerm();
    boolean combined = combined();
    // Behind parentheses alone no order or limit stands, since there may be one in them.
    if (!parentheses || combined) {
      ordered();
    }
    return parentheses && !combined;
  }

  private void queryTerm() throws RefusedException {
    if (seesSign("(")) {
      subquery();
    } else if (sees("values")) {
      values();
    } else if (skip("table")) {
      // It is the same, and a shared table's rows are a query, which TABLE does not take.
      addWord("select * from");
      table(true);
    } else {
      select();
    }
  }

  @Override
  boolean seesQueryRest() {
    return seesAny("union", "intersect", "except", "order", "limit", "offset", "fetch", "for");
  }

  @Override
  void queryRest() throws RefusedException {
    if (combined()) {
      ordered();
    }
  }

  private boolean combined() throws RefusedException {
    boolean any = false;
    while (keepAny("union", "intersect", "except")) {
      keepAny("all", "distinct");
      queryTerm();
      any = true;
    }
    return any;
  }

  private void ordered() throws RefusedException {
    if (sees("order")) {
      orderBy();
    }
    boolean bounded = bounds();
    while (keep("for")) {
      lock();
    }
    if (!bounded) {
      bounds();
    }
  }

  /** False where there are none. */
  private boolean bounds() throws RefusedException {
    boolean limit = false;
    boolean offset = false;
    while (true) {
      if (!limit && sees("limit")) {
        limit = true;
        limit();
      } else if (!limit && sees("fetch")) {
        limit = true;
        fetchFirst();
      } else if (!offset && keep("offset")) {
        offset = true;
        offset();
      } else {
        return limit || offset;
      }
    }
  }

  private void offset() throws RefusedException {
    if (peek(1).isWord("row") || peek(1).isWord("rows")) {
      wholeNumber();
      keepAny("row", "rows");
    } else {
      narrowExpression();
    }
  }

  private void limit() throws RefusedException {
    keepRequired("limit");
    if (keep("all")) {
      return;
    }
    Node.Group count = group(this::narrowExpression);
    RowCount.of(count).ifPresent(this::add);
    add(count);
  }

  private void fetchFirst() throws RefusedException {
    keepRequired("fetch");
    if (!keepAny("first", "next")) {
      throw unexpected();
    }
    if (!seesAny("row", "rows")) {
      Token count = take();
      if (count.kind() != Token.Kind.NUMBER) {
        throw malformed(count.shown() + " stands where a number can");
      }
      add(RowCount.rows(count.text()));
      add(new Node.Literal(count.text()));
    }
    if (!keepAny("row", "rows")) {
      throw unexpected();
    }
    keepRequired("only");
  }

  private void lock() throws RefusedException {
    add(new Node.Remark.Locks());
    if (keep("no")) {
      keepRequired("key", "update");
    } else if (keep("key")) {
      keepRequired("share");
    } else if (!keepAny("update", "share")) {
      throw unexpected();
    }
    if (keep("of")) {
      list(this::keepName);
    }
    if (keep("skip")) {
      keepRequired("locked");
    } else {
      keep("nowait");
    }
  }

  private void values() throws RefusedException {
    keepRequired("values");
    list(() -> inParentheses(this::expressions));
  }

  private void select() throws RefusedException {
    keepRequired("select");
    if (keep("distinct")) {
      if (keep("on")) {
        inParentheses(this::expressions);
      }
      targets();
    } else if (keep("all") || !endsTargets()) {
      targets();
    }
    if (keep("from")) {
      list(this::tableExpression);
    }
    if (keep("where")) {
      expression();
    }
    if (keep("group")) {
      keepRequired("by");
      expressions();
    }
    if (keep("having")) {
      expression();
    }
    if (keep("window")) {
      list(
          () -> {
            keepName();
            keepRequired("as");
            window();
          });
    }
  }

  /** A SELECT may select nothing. */
  private boolean endsTargets() {
    return atEnd()
        || seesSign(")")
        || seesSign(";")
        || seesAny("from", "where", "group", "having", "window")
        || seesQueryRest();
  }

  void targets() throws RefusedException {
    list(
        () -> {
          if (keepSign("*")) {
            return;
          }
          expression();
          if (keep("as")) {
            add(new Node.Name(label()));
          } else if (peek().kind() == Token.Kind.QUOTED
              || (peek().kind() == Token.Kind.WORD && Keywords.bareLabel(peek().text()))) {
            addWord("as");
            add(new Node.Name(take().text()));
          }
        });
  }

  // --- FROM ---

  void tableExpression() throws RefusedException {
    nested(
        () -> {
          tablePrimary();
          joins();
        });
  }

  private boolean joins() throws RefusedException {
    boolean any = false;
    while (true) {
      if (keep("cross")) {
        keepRequired("join");
        tablePrimary();
      } else if (keep("natural")) {
        joinWord();
        tablePrimary();
      } else if (seesAny("join", "inner", "left", "right", "full")) {
        joinWord();
        tablePrimary();
        joinCondition();
      } else {
        return any;
      }
      any = true;
    }
  }

  private void joinWord() throws RefusedException {
    if (keepAny("left", "right", "full")) {
      keep("outer");
    } else {
      keep("inner");
    }
    keepRequired("join");
  }

  private void joinCondition() throws RefusedException {
    if (keep("on")) {
      expression();
    } else {
      keepRequired("using");
      inParentheses(() -> list(this::keepName));
    }
  }

  private void tablePrimary() throws RefusedException {
    boolean lateral = keep("lateral");
    if (seesSign("(")) {
      nested(() -> tableInParentheses(!lateral));
    } else if (peek(1).isSign("(") || (peek(1).isSign(".") && peek(3).isSign("("))) {
      tableFunction();
    } else if (lateral) {
      throw unexpected();
    } else {
      table(false);
    }
  }

  private void tableInParentheses(boolean joinsToo) throws RefusedException {
    if (inTableParentheses()) {
      alias(true);
    } else if (joinsToo) {
      alias(false);
    } else {
      throw unexpected();
    }
  }

  /** Reads what stands in parentheses in FROM, with them; true where it is a query. */
  private boolean inTableParentheses() throws RefusedException {
    boolean[] query = new boolean[1];
    keepRequiredSign("(");
    if (seesQuery()) {
      query();
      query[0] = true;
    } else if (seesSign("(")) {
      nested(() -> query[0] = inTableParentheses());
      if (query[0] && seesQueryRest()) {
        queryRest();
      } else if (!query[0] || !seesSign(")")) {
        alias(query[0]);
        query[0] = false;
        requireJoins();
      }
    } else {
      tablePrimary();
      requireJoins();
    }
    keepRequiredSign(")");
    return query[0];
  }

  private void requireJoins() throws RefusedException {
    if (!joins()) {
      throw unexpected();
    }
  }

  /** An alias that goes straight to the tree. */
  private void alias(boolean required) throws RefusedException {
    Optional<Node.Alias> alias = alias();
    if (alias.isEmpty()) {
      if (required) {
        throw malformed("a query in FROM has an alias here");
      }
      return;
    }
    addWord("as");
    add(new Node.Name(alias.get().name()));
    if (!alias.get().columns().isEmpty()) {
      addSign("(");
      for (int i = 0; i < alias.get().columns().size(); i++) {
        if (i > 0) {
          addSign(",");
        }
        add(new Node.Name(alias.get().columns().get(i)));
      }
      addSign(")");
    }
  }

  private Optional<Node.Alias> alias() throws RefusedException {
    if (!skip("as") && !seesBareAlias()) {
      return Optional.empty();
    }
    String name = name();
    List<String> columns = new ArrayList<>();
    if (skipSign("(")) {
      do {
        columns.add(name());
      } while (skipSign(","));
      requireSign(")");
    }
    return Optional.of(new Node.Alias(name, columns));
  }

  private boolean seesBareAlias() {
    return isName(peek()) && !sees("set");
  }

  private void tableFunction() throws RefusedException {
    narrowOperand();
    if (keep("with")) {
      keepRequired("ordinality");
    }
    if (keep("as") || seesBareAlias()) {
      keepName();
      if (seesSign("(")) {
        columnsOfFunction();
      }
    }
  }

  /** All with types, or none. */
  private void columnsOfFunction() throws RefusedException {
    boolean typed = !peek(2).isSign(",") && !peek(2).isSign(")");
    inParentheses(
        () ->
            list(
                () -> {
                  keepName();
                  if (typed) {
                    type();
                  }
                }));
  }

  /** A function's call alone. */
  private void narrowOperand() throws RefusedException {
    Token first = peek();
    if (!isName(first)
        && !(first.kind() == Token.Kind.WORD && Keywords.typeOrFunction(first.text()))) {
      throw unexpected();
    }
    call();
  }

  TableNameAndOnly tableName() throws RefusedException {
    boolean only = skip("only");
    String first = name();
    if (!skipSign(".")) {
      return new TableNameAndOnly(Node.TableName.of(first), only);
    }
    return new TableNameAndOnly(new Node.TableName(Optional.of(first), label()), only);
  }

  /** What FROM says of a table before its alias. */
  record TableNameAndOnly(Node.TableName name, boolean only) {}

  private void table(boolean alone) throws RefusedException {
    TableNameAndOnly read = tableName();
    Optional<Node.Alias> alias = alone ? Optional.empty() : alias();
    boolean isCommon = read.name().schema().isEmpty() && common.have(read.name().name());
    if (isCommon && read.only()) {
      throw malformed("ONLY stands before a table");
    }
    add(
        isCommon
            ? new Node.Common(read.name().name(), alias)
            : new Node.Table(read.name(), read.only(), alias));
  }

  // --- INSERT, UPDATE, DELETE ---

  private void insert(Node.Group with) throws RefusedException {
    require("insert");
    require("into");
    Node.TableName table = target();
    Optional<String> alias = skip("as") ? Optional.of(name()) : Optional.empty();
    List<String> columns = insertColumns();
    Source source = source();
    if (source instanceof Source.Defaults && !columns.isEmpty()) {
      throw malformed("DEFAULT VALUES are of all columns");
    }
    List<String> overwritten = new ArrayList<>();
    Node.Group conflict = group(() -> onConflict(overwritten));
    Node.Group condition = overwritten.isEmpty() ? Node.Group.EMPTY : where();
    add(
        new Node.Insert(
            with,
            table,
            alias,
            columns,
            source,
            conflict,
            overwritten,
            condition,
            group(this::returning)));
  }

  Node.TableName target() throws RefusedException {
    if (sees("only")) {
      throw unexpected();
    }
    return tableName().name();
  }

  private List<String> insertColumns() throws RefusedException {
    boolean columns = seesSign("(") && !peek(1).isSign("(") && !seesQueryAt(1);
    return columns ? columnsInParentheses() : List.of();
  }

  private boolean seesQueryAt(int ahead) {
    return List.of("select", "with", "values", "table").stream()
        .anyMatch(w -> peek(ahead).isWord(w));
  }

  List<String> columnsInParentheses() throws RefusedException {
    List<String> out = new ArrayList<>();
    requireSign("(");
    do {
      out.add(columnName());
    } while (skipSign(","));
    requireSign(")");
    return out;
  }

  /** A column's name where nothing else can stand. */
  String columnName() throws RefusedException {
    Token token = peek();
    if (token.kind() == Token.Kind.WORD && Keywords.columnName(token.text())) {
      return take().text();
    }
    return name();
  }

  private Source source() throws RefusedException {
    if (skip("default", "values")) {
      return new Source.Defaults();
    }
    if (!sees("values")) {
      return new Source.Query(
          group(
              () -> {
                if (seesSign("(")) {
                  queryBody();
                } else {
                  query();
                }
              }));
    }
    require("values");
    List<List<Node.Group>> rows = new ArrayList<>();
    do {
      rows.add(row());
    } while (skipSign(","));
    if (seesQueryRest()) {
      throw unexpected();
    }
    return new Source.Rows(rows);
  }

  private List<Node.Group> row() throws RefusedException {
    List<Node.Group> values = new ArrayList<>();
    requireSign("(");
    do {
      values.add(group(this::valueOrDefault));
    } while (skipSign(","));
    requireSign(")");
    return values;
  }

  private void valueOrDefault() throws RefusedException {
    if (!keep("default")) {
      expression();
    }
  }

  private void onConflict(List<String> overwritten) throws RefusedException {
    if (!keep("on")) {
      return;
    }
    keepRequired("conflict");
    if (seesSign("(")) {
      inParentheses(() -> list(this::conflictKey));
      if (keep("where")) {
        expression();
      }
    } else if (keep("on")) {
      keepRequired("constraint");
      keepName();
    }
    keepRequired("do");
    if (keep("nothing")) {
      return;
    }
    keepRequired("update", "set");
    assignments(overwritten);
  }

  private void conflictKey() throws RefusedException {
    if (seesSign("(")) {
      inParentheses(this::expression);
    } else {
      add(new Node.Name(columnName()));
    }
  }

  private void returning() throws RefusedException {
    if (keep("returning")) {
      targets();
    }
  }

  /** What is set: columns' names as {@link Node.Name}s at the front of each assignment. */
  private void assignments(List<String> columns) throws RefusedException {
    list(
        () -> {
          if (seesSign("(")) {
            inParentheses(() -> list(() -> column(columns)));
            keepRequiredSign("=");
            expression();
          } else {
            column(columns);
            keepRequiredSign("=");
            valueOrDefault();
          }
        });
  }

  private void column(List<String> columns) throws RefusedException {
    String name = columnName();
    columns.add(name);
    add(new Node.Name(name));
  }

  private void update(Node.Group with) throws RefusedException {
    require("update");
    TableNameAndOnly table = tableName();
    Optional<String> alias = targetAlias();
    require("set");
    List<String> columns = new ArrayList<>();
    Node.Group assignments = group(() -> assignments(columns));
    Node.Group from = group(() -> tables("from"));
    add(
        new Node.Update(
            with,
            table.name(),
            table.only(),
            alias,
            columns,
            assignments,
            from,
            where(),
            group(this::returning)));
  }

  private Optional<String> targetAlias() throws RefusedException {
    return skip("as") || seesBareAlias() ? Optional.of(name()) : Optional.empty();
  }

  private void tables(String word) throws RefusedException {
    if (keep(word)) {
      list(this::tableExpression);
    }
  }

  private Node.Group where() throws RefusedException {
    return skip("where") ? group(this::expression) : Node.Group.EMPTY;
  }

  private void delete(Node.Group with) throws RefusedException {
    require("delete");
    require("from");
    TableNameAndOnly table = tableName();
    Optional<String> alias = targetAlias();
    Node.Group using = group(() -> tables("using"));
    add(
        new Node.Delete(
            with, table.name(), table.only(), alias, using, where(), group(this::returning)));
  }

  // --- MERGE ---

  private void merge(Node.Group with) throws RefusedException {
    require("merge");
    require("into");
    TableNameAndOnly table = tableName();
    Optional<String> alias = targetAlias();
    Node.Group using =
        group(
            () -> {
              keepRequired("using");
              tableExpression();
            });
    Set<String> actions = new LinkedHashSet<>();
    Node.Group rest =
        group(
            () -> {
              keepRequired("on");
              expression();
              do {
                when(actions);
              } while (sees("when"));
            });
    add(
        new Node.Merge(
            with,
            table.name(),
            table.only(),
            alias,
            using,
            rest,
            actions.contains("insert"),
            actions.contains("update"),
            actions.contains("delete"),
            group(this::returning)));
  }

  /** One WHEN; what it does is added to the actions. */
  private void when(Set<String> actions) throws RefusedException {
    keepRequired("when");
    boolean matched = !keep("not");
    keepRequired("matched");
    if (!matched && keep("by")) {
      matched = keep("source");
      if (!matched) {
        keepRequired("target");
      }
    }
    if (keep("and")) {
      expression();
    }
    keepRequired("then");
    if (keep("do")) {
      keepRequired("nothing");
    } else if (!matched) {
      keepRequired("insert");
      actions.add("insert");
      insertedRow();
    } else if (keep("delete")) {
      actions.add("delete");
    } else {
      keepRequired("update", "set");
      actions.add("update");
      assignments(new ArrayList<>());
    }
  }

  private void insertedRow() throws RefusedException {
    if (seesSign("(")) {
      inParentheses(() -> list(() -> column(new ArrayList<>())));
    }
    if (keep("default")) {
      keepRequired("values");
    } else {
      keepRequired("values");
      inParentheses(() -> list(this::valueOrDefault));
    }
  }
}
