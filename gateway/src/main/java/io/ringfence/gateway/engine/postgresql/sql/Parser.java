package io.ringfence.gateway.engine.postgresql.sql;

import io.ringfence.gateway.engine.postgresql.sql.Statement.Kind;
import io.ringfence.gateway.request.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses the statements that are let through, and refuses all others. */
public final class Parser extends Queries {
  /** Statements in one text. */
  static final int STATEMENTS_MAX = 100;

  private static final Set<String> INDEX_METHODS =
      Set.of("hnsw", "ivfflat", "btree", "hash", "gin");

  private Parser(List<Token> tokens) {
    super(tokens);
  }

  /**
   * All statements of a text; none where it holds only blanks and comments.
   *
   * @throws RefusedException when one of them is not of the subset
   */
  public static List<Statement> statements(String sql) throws RefusedException {
    Parser parser = new Parser(Lexer.tokens(sql));
    List<Statement> out = new ArrayList<>();
    while (!parser.atEnd()) {
      if (parser.skipSign(";")) {
        continue;
      }
      if (out.size() == STATEMENTS_MAX) {
        throw malformed("one text has at most " + STATEMENTS_MAX + " statements");
      }
      out.add(parser.statement());
      if (!parser.atEnd() && !parser.seesSign(";")) {
        throw parser.unexpected();
      }
    }
    return out;
  }

  private Statement statement() throws RefusedException {
    Kind[] kind = new Kind[1];
    Node.Group tree = group(() -> kind[0] = read());
    return new Statement(kind[0], tree);
  }

  private Kind read() throws RefusedException {
    Token first = peek();
    if (first.isSign("(")) {
      return data();
    }
    if (first.kind() != Token.Kind.WORD) {
      throw unexpected();
    }
    return switch (first.text()) {
      case "select", "with", "values", "table", "insert", "update", "delete", "merge" -> data();
      case "alter" -> alter();
      case "truncate" -> truncate();
      case "unlisten" -> unlisten();
      case "copy" -> copy();
      case "create" -> create();
      case "drop" -> drop();
      case "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release" ->
          transaction();
      case "set" -> set();
      case "reset" -> reset();
      case "show" -> show();
      case "prepare" -> prepare();
      case "execute" -> execute();
      case "deallocate" -> deallocate();
      case "declare" -> declare();
      case "fetch", "move" -> fetch();
      case "close" -> close();
      case "discard" -> discard();
      default -> throw denied("`" + first.text() + "` statements are not let through");
    };
  }

  // --- COPY ---

  private Kind copy() throws RefusedException {
    require("copy");
    if (seesSign("(")) {
      addWord("copy");
      nested(() -> inParentheses(this::queryOnly));
      keepRequired("to", "stdout");
      copyOptions();
      return Kind.COPY_OUT;
    }
    Node.TableName table = target();
    List<String> columns = seesSign("(") ? columnsInParentheses() : List.of();
    boolean in = skip("from", "stdin");
    if (!in && !skip("to", "stdout")) {
      throw denied("COPY is let through FROM STDIN and TO STDOUT only");
    }
    add(new Node.Copy(table, columns, in, group(this::copyOptions)));
    return in ? Kind.COPY_IN : Kind.COPY_OUT;
  }

  private void queryOnly() throws RefusedException {
    if (seesSign("(")) {
      throw unexpected();
    }
    query();
  }

  private void copyOptions() throws RefusedException {
    if (seesSign("(") || sees("with")) {
      keep("with");
      inParentheses(() -> list(this::copyOption));
    }
  }

  private void copyOption() throws RefusedException {
    Token name = take();
    addWord(name.text());
    switch (name.kind() == Token.Kind.WORD ? name.text() : "") {
      case "format" -> {
        Token format = take();
        if (!Set.of("text", "csv", "binary").contains(format.text())) {
          throw malformed(format.shown() + " is no format of COPY");
        }
        addWord(format.text());
      }
      case "delimiter", "null", "quote", "escape" -> {
        if (peek().kind() != Token.Kind.STRING) {
          throw unexpected();
        }
        add(new Node.Text(take().text()));
      }
      case "header" -> keepAny("true", "false");
      default -> throw malformed(name.shown() + " is no option of COPY that is let through");
    }
  }

  // --- Tables and indexes ---

  private Kind create() throws RefusedException {
    keepRequired("create");
    if (keep("table")) {
      createTable();
      return Kind.CREATE_TABLE;
    }
    if (sees("extension")) {
      extension();
      return Kind.CREATE_EXTENSION;
    }
    keep("unique");
    if (!keep("index")) {
      throw denied("CREATE is let through for tables and indexes only");
    }
    createIndex();
    return Kind.CREATE_INDEX;
  }

  /** What every program of pgvector's begins with; it is there, and so this does nothing. */
  private void extension() throws RefusedException {
    keepRequired("extension");
    if (!sees("if", "not") || !peek(2).isWord("exists") || !peek(3).isWord("vector")) {
      throw denied("CREATE EXTENSION is let through IF NOT EXISTS vector only");
    }
    keepRequired("if", "not", "exists");
    keepName();
  }

  private void object(Node.Object.Kind kind) throws RefusedException {
    add(new Node.Object(target(), kind));
  }

  private void ifNotExists() throws RefusedException {
    if (keep("if")) {
      keepRequired("not", "exists");
    }
  }

  private void createTable() throws RefusedException {
    ifNotExists();
    object(Node.Object.Kind.CREATED_TABLE);
    inParentheses(() -> list(this::tableElement));
  }

  private void tableElement() throws RefusedException {
    if (seesAny("constraint", "primary", "unique", "check", "foreign")) {
      constraint();
      return;
    }
    if (seesAny("like", "exclude")) {
      throw unexpected();
    }
    column();
  }

  private void column() throws RefusedException {
    add(new Node.Name(columnName()));
    type();
    while (columnConstraint()) {
      continue;
    }
  }

  private boolean columnConstraint() throws RefusedException {
    if (keep("constraint")) {
      keepName();
    }
    if (keep("not", "null") || keep("null") || keep("primary", "key") || keep("unique")) {
      return true;
    }
    if (keep("default")) {
      narrowExpression();
      return true;
    }
    if (keep("check")) {
      inParentheses(this::expression);
      return true;
    }
    if (keep("references")) {
      references();
      return true;
    }
    if (keep("generated")) {
      generated();
      return true;
    }
    return false;
  }

  private void generated() throws RefusedException {
    if (keep("by")) {
      keepRequired("default", "as", "identity");
      return;
    }
    keepRequired("always", "as");
    if (!keep("identity")) {
      inParentheses(this::expression);
      keepRequired("stored");
    }
  }

  private void references() throws RefusedException {
    object(Node.Object.Kind.REFERENCED_TABLE);
    if (seesSign("(")) {
      inParentheses(() -> list(this::keepName));
    }
    while (keep("on")) {
      if (!keepAny("delete", "update")) {
        throw unexpected();
      }
      if (keep("no")) {
        keepRequired("action");
      } else if (keep("set")) {
        keepRequired("null");
      } else if (!keepAny("cascade", "restrict")) {
        throw unexpected();
      }
    }
  }

  private void constraint() throws RefusedException {
    if (keep("constraint")) {
      keepName();
    }
    if (keep("check")) {
      inParentheses(this::expression);
    } else if (keep("unique") || keep("primary", "key")) {
      inParentheses(() -> list(this::keepName));
    } else {
      keepRequired("foreign", "key");
      inParentheses(() -> list(this::keepName));
      keepRequired("references");
      references();
    }
  }

  private void createIndex() throws RefusedException {
    keep("concurrently");
    boolean named = !sees("on");
    if (named) {
      ifNotExists();
      add(new Node.Object(Node.TableName.of(name()), Node.Object.Kind.CREATED_INDEX));
    }
    keepRequired("on");
    object(Node.Object.Kind.INDEXED_TABLE);
    if (keep("using")) {
      String method = name();
      if (!INDEX_METHODS.contains(method)) {
        throw malformed("indexes by `" + method + "` are not let through");
      }
      add(new Node.Name(method));
    }
    inParentheses(() -> list(this::indexKey));
    if (keep("include")) {
      inParentheses(() -> list(this::keepName));
    }
    if (keep("with")) {
      inParentheses(() -> list(this::indexOption));
    }
    if (keep("where")) {
      expression();
    }
  }

  private void indexKey() throws RefusedException {
    if (seesSign("(")) {
      inParentheses(this::expression);
    } else if (peek(1).isSign("(")) {
      call();
    } else {
      keepName();
    }
    if (isName(peek()) && !sees("nulls")) {
      // The operator class.
      keepName();
    }
    direction();
  }

  private void indexOption() throws RefusedException {
    addWord(optionName());
    keepRequiredSign("=");
    Token value = take();
    if (value.kind() != Token.Kind.NUMBER) {
      throw malformed(value.shown() + " stands where a number can");
    }
    add(new Node.Literal(value.text()));
  }

  private String optionName() throws RefusedException {
    String name = name();
    if (!Set.of("m", "ef_construction", "lists", "fillfactor").contains(name)) {
      throw malformed("the option `" + name + "` of an index is not let through");
    }
    return name;
  }

  private Kind alter() throws RefusedException {
    keepRequired("alter");
    if (!keep("table")) {
      throw denied("ALTER is let through for tables only");
    }
    keep("if", "exists");
    object(Node.Object.Kind.ALTERED_TABLE);
    if (keep("rename")) {
      rename();
    } else {
      list(this::alteration);
    }
    return Kind.ALTER_TABLE;
  }

  private void rename() throws RefusedException {
    if (keep("to")) {
      add(new Node.Object(Node.TableName.of(name()), Node.Object.Kind.RENAMED_TABLE));
      return;
    }
    if (keep("constraint")) {
      keepName();
      keepRequired("to");
      keepName();
      return;
    }
    keep("column");
    add(new Node.Name(columnName()));
    keepRequired("to");
    add(new Node.Name(columnName()));
  }

  private void alteration() throws RefusedException {
    if (keep("add")) {
      if (seesAny("constraint", "primary", "unique", "check", "foreign")) {
        constraint();
        return;
      }
      keep("column");
      ifNotExists();
      column();
    } else if (keep("drop")) {
      boolean constraint = keep("constraint");
      if (!constraint) {
        keep("column");
      }
      keep("if", "exists");
      add(new Node.Name(constraint ? name() : columnName()));
      keep("restrict");
    } else if (keep("alter")) {
      keep("column");
      add(new Node.Name(columnName()));
      columnAlteration();
    } else {
      throw denied("ALTER TABLE is let through for columns, constraints and names only");
    }
  }

  private void columnAlteration() throws RefusedException {
    if (keep("drop")) {
      if (!keep("default")) {
        keepRequired("not", "null");
      }
      return;
    }
    if (keep("set")) {
      if (keep("default")) {
        expression();
        return;
      }
      if (keep("not")) {
        keepRequired("null");
        return;
      }
      keepRequired("data");
    }
    keepRequired("type");
    type();
    if (keep("using")) {
      expression();
    }
  }

  private Kind truncate() throws RefusedException {
    keepRequired("truncate");
    keep("table");
    list(() -> object(Node.Object.Kind.TRUNCATED_TABLE));
    if (keepAny("restart", "continue")) {
      keepRequired("identity");
    }
    keep("restrict");
    return Kind.TRUNCATE;
  }

  /** Nobody listens here; what pools of connections clear is nothing. */
  private Kind unlisten() throws RefusedException {
    keepRequired("unlisten");
    keepRequiredSign("*");
    return Kind.UNLISTEN;
  }

  private Kind drop() throws RefusedException {
    keepRequired("drop");
    boolean table = keep("table");
    if (!table && !keep("index")) {
      throw denied("DROP is let through for tables and indexes only");
    }
    if (!table) {
      keep("concurrently");
    }
    keep("if", "exists");
    Node.Object.Kind kind = table ? Node.Object.Kind.DROPPED_TABLE : Node.Object.Kind.DROPPED_INDEX;
    list(() -> object(kind));
    keep("restrict");
    return table ? Kind.DROP_TABLE : Kind.DROP_INDEX;
  }

  // --- Transactions ---

  private Kind transaction() throws RefusedException {
    if (keep("begin")) {
      keepAny("transaction", "work");
      modes();
      return Kind.BEGIN;
    }
    if (keep("start")) {
      keepRequired("transaction");
      modes();
      return Kind.BEGIN;
    }
    if (keep("savepoint")) {
      keepName();
      return Kind.SAVEPOINT;
    }
    if (keep("release")) {
      keep("savepoint");
      keepName();
      return Kind.RELEASE;
    }
    if (keepAny("commit", "end")) {
      if (sees("prepared")) {
        throw unexpected();
      }
      keepAny("transaction", "work");
      return Kind.COMMIT;
    }
    if (!keepAny("rollback", "abort")) {
      throw unexpected();
    }
    if (sees("prepared")) {
      throw unexpected();
    }
    keepAny("transaction", "work");
    if (keep("to")) {
      keep("savepoint");
      keepName();
      return Kind.ROLLBACK_TO;
    }
    return Kind.ROLLBACK;
  }

  private void modes() throws RefusedException {
    if (atEnd() || seesSign(";")) {
      return;
    }
    mode();
    while (keepSign(",") || seesAny("isolation", "read", "not", "deferrable")) {
      mode();
    }
  }

  private void mode() throws RefusedException {
    if (keep("isolation", "level")) {
      boolean level =
          keep("read", "committed")
              || keep("read", "uncommitted")
              || keep("repeatable", "read")
              || keep("serializable");
      if (!level) {
        throw unexpected();
      }
    } else if (!keep("read", "only") && !keep("read", "write")) {
      keep("not");
      keepRequired("deferrable");
    }
  }

  // --- Settings ---

  private Kind set() throws RefusedException {
    keepRequired("set");
    if (keep("session", "characteristics")) {
      keepRequired("as", "transaction");
      requiredModes();
      return Kind.SET_TRANSACTION;
    }
    keepAny("session", "local");
    if (sees("transaction")) {
      keepRequired("transaction");
      requiredModes();
      return Kind.SET_TRANSACTION;
    }
    if (skip("time", "zone")) {
      add(new Node.Setting("timezone", List.of(stringOrDefault())));
    } else if (skip("names")) {
      add(new Node.Setting("client_encoding", List.of(stringOrDefault())));
    } else {
      String name = settingName();
      if (!skip("to") && !skipSign("=")) {
        throw unexpected();
      }
      List<Node> values = new ArrayList<>();
      do {
        values.add(settingValue());
      } while (skipSign(","));
      add(new Node.Setting(name, values));
    }
    return Kind.SET;
  }

  private void requiredModes() throws RefusedException {
    if (atEnd() || seesSign(";")) {
      throw unexpected();
    }
    modes();
  }

  private String settingName() throws RefusedException {
    if (seesAny("role", "authorization", "session", "xml", "catalog", "schema", "constraints")) {
      throw denied("`" + peek().text() + "` cannot be set here");
    }
    String name = settingPart();
    return skipSign(".") ? name + "." + settingPart() : name;
  }

  private String settingPart() throws RefusedException {
    String name = name();
    if (!name.matches("[a-z_]+")) {
      throw malformed("`" + name + "` is no setting");
    }
    return name;
  }

  private Node stringOrDefault() throws RefusedException {
    if (peek().kind() != Token.Kind.STRING && !sees("default")) {
      throw unexpected();
    }
    return settingValue();
  }

  private Node settingValue() throws RefusedException {
    Token token = take();
    return switch (token.kind()) {
      case STRING, QUOTED -> new Node.Text(token.text());
      case NUMBER -> new Node.Literal(token.text());
      case WORD -> {
        if (token.text().equals("default")) {
          yield new Node.Word("default");
        }
        boolean bool = Set.of("true", "false", "on", "off").contains(token.text());
        if (!bool && !Keywords.plain(token.text())) {
          throw malformed(token.shown() + " is no value of a setting");
        }
        yield new Node.Text(token.text());
      }
      case SIGN -> {
        if (token.text().equals("-") && peek().kind() == Token.Kind.NUMBER) {
          yield Node.Group.of(new Node.Sign("-"), new Node.Literal(take().text()));
        }
        throw malformed(token.shown() + " is no value of a setting");
      }
      case BITS, PARAMETER, END -> throw malformed(token.shown() + " is no value of a setting");
    };
  }

  private Kind reset() throws RefusedException {
    keepRequired("reset");
    if (skip("time", "zone")) {
      add(new Node.Setting("timezone", List.of()));
    } else if (keep("all")) {
      // What the gateway set when it logged in is what they are set back to.
      return Kind.RESET_ALL;
    } else {
      add(new Node.Setting(settingName(), List.of()));
    }
    return Kind.RESET;
  }

  private Kind show() throws RefusedException {
    keepRequired("show");
    if (skip("time", "zone")) {
      add(new Node.Setting("timezone", List.of()));
    } else if (sees("transaction", "isolation") && peek(2).isWord("level")) {
      take();
      take();
      take();
      add(new Node.Setting("transaction_isolation", List.of()));
    } else {
      add(new Node.Setting(settingName(), List.of()));
    }
    return Kind.SHOW;
  }

  // --- Prepared statements and cursors ---

  private Kind prepare() throws RefusedException {
    keepRequired("prepare");
    if (sees("transaction")) {
      throw denied("two-phase transactions are not let through");
    }
    add(new Node.Prepared(name()));
    if (seesSign("(")) {
      inParentheses(() -> list(this::type));
    }
    keepRequired("as");
    data();
    return Kind.PREPARE;
  }

  private Kind execute() throws RefusedException {
    keepRequired("execute");
    add(new Node.Prepared(name()));
    if (seesSign("(")) {
      inParentheses(() -> list(() -> add(group(this::expression))));
    }
    return Kind.EXECUTE;
  }

  private Kind deallocate() throws RefusedException {
    keepRequired("deallocate");
    skip("prepare");
    if (keep("all")) {
      return Kind.DEALLOCATE_ALL;
    }
    add(new Node.Prepared(name()));
    return Kind.DEALLOCATE;
  }

  private Kind declare() throws RefusedException {
    keepRequired("declare");
    add(new Node.Cursor(name()));
    while (keepAny("binary", "insensitive", "asensitive", "scroll") || keep("no", "scroll")) {
      continue;
    }
    keepRequired("cursor");
    if (keepAny("with", "without")) {
      keepRequired("hold");
    }
    keepRequired("for");
    query();
    return Kind.DECLARE;
  }

  private Kind fetch() throws RefusedException {
    keepAny("fetch", "move");
    if (keepAny("next", "prior", "first", "last", "all")) {
      direction(false);
    } else if (keepAny("absolute", "relative")) {
      count();
      direction(false);
    } else if (keepAny("forward", "backward")) {
      if (!keep("all") && seesCount()) {
        count();
      }
      direction(false);
    } else if (seesCount()) {
      count();
      direction(false);
    } else {
      direction(true);
    }
    return Kind.FETCH;
  }

  private boolean seesCount() {
    return peek().kind() == Token.Kind.NUMBER || seesSign("-");
  }

  private void count() throws RefusedException {
    keepSign("-");
    Token count = take();
    if (!isWhole(count)) {
      throw malformed(count.shown() + " stands where a whole number can");
    }
    add(new Node.Literal(count.text()));
  }

  private void direction(boolean mayLack) throws RefusedException {
    if (!keepAny("from", "in") && !mayLack) {
      // It may lack in PostgreSQL; here it is written out.
      addWord("from");
    }
    add(new Node.Cursor(name()));
  }

  private Kind close() throws RefusedException {
    keepRequired("close");
    if (keep("all")) {
      return Kind.CLOSE_ALL;
    }
    add(new Node.Cursor(name()));
    return Kind.CLOSE;
  }

  private Kind discard() throws RefusedException {
    keepRequired("discard");
    if (keep("all")) {
      return Kind.DISCARD_ALL;
    }
    if (!keepAny("plans", "sequences", "temp", "temporary")) {
      throw unexpected();
    }
    return Kind.DISCARD;
  }
}
