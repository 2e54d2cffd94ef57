package io.ringfence.gateway.engine.postgresql.sql;

import io.ringfence.gateway.request.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads expressions. It tells which of them PostgreSQL's grammar takes; how their operators bind is
 * left in the order of the tokens.
 */
abstract class Expressions extends Tokens {
  // How tightly operators bind, as in PostgreSQL's grammar.
  private static final int OR = 1;
  private static final int AND = 2;
  private static final int NOT = 3;
  private static final int IS = 4;
  private static final int COMPARISON = 5;
  private static final int RANGE = 6;
  private static final int OTHER = 7;
  private static final int SUM = 8;
  private static final int PRODUCT = 9;
  private static final int POWER = 10;
  private static final int AT = 11;
  private static final int COLLATE = 12;
  private static final int MINUS = 13;

  private static final Set<String> PUNCTUATION =
      Set.of(",", "(", ")", "[", "]", ".", ";", ":", "::", ":=", "..", "=>");
  private static final Set<String> COMPARISONS = Set.of("<", ">", "=", "<=", ">=", "<>");

  /** Functions that the grammar writes without parentheses. */
  private static final Set<String> VALUES =
      Set.of(
          "current_date",
          "current_user",
          "current_role",
          "session_user",
          "user",
          "current_catalog");

  private static final Set<String> TIMES =
      Set.of("current_timestamp", "current_time", "localtime", "localtimestamp");

  /** Words of the grammar that are called as functions are. */
  private static final Set<String> CALLED = Set.of("coalesce", "greatest", "least");

  /** Column names among the words that also begin something else. */
  private static final Set<String> COLUMN_TOO =
      Set.of("position", "time", "timestamp", "precision", "char", "bit", "json", "normalize");

  Expressions(List<Token> tokens) {
    super(tokens);
  }

  /** Reads a whole query, up to a closing parenthesis. */
  abstract void query() throws RefusedException;

  /** Whether a query begins here, without parentheses. */
  boolean seesQuery() {
    return seesAny("select", "with", "values", "table");
  }

  /** Whether a query that has begun with one in parentheses goes on. */
  abstract boolean seesQueryRest();

  /** Reads on, behind a query in parentheses. */
  abstract void queryRest() throws RefusedException;

  void expression() throws RefusedException {
    nested(() -> expression(OR));
  }

  void expressions() throws RefusedException {
    list(this::expression);
  }

  /** An expression that nothing of lower rank than an operator's may be in without parentheses. */
  void narrowExpression() throws RefusedException {
    nested(() -> expression(OTHER, true));
  }

  private void expression(int least) throws RefusedException {
    expression(least, false);
  }

  private void expression(int least, boolean narrow) throws RefusedException {
    boolean closed = operand(narrow);
    operators(least, narrow, closed);
  }

  // --- Operators ---

  private void operators(int least, boolean narrow, boolean subscripts) throws RefusedException {
    if (subscripts) {
      subscripts();
    }
    int before = Integer.MAX_VALUE;
    while (true) {
      int rank = rank(narrow);
      if (rank < least) {
        return;
      }
      if (rank == before) {
        // Comparisons and their like do not follow one another.
        throw unexpected();
      }
      boolean open = operator(rank, narrow);
      before = open && (rank == IS || rank == COMPARISON || rank == RANGE) ? rank : 0;
    }
  }

  /** The rank of the operator that stands here; 0 where none does. */
  private int rank(boolean narrow) {
    Token token = peek();
    return switch (token.kind()) {
      case SIGN -> rankOfSign(token.text());
      case WORD -> narrow ? 0 : rankOfWord(token.text());
      case QUOTED, STRING, BITS, NUMBER, PARAMETER, END -> 0;
    };
  }

  private static int rankOfSign(String sign) {
    if (sign.equals("::")) {
      return MINUS + 1;
    }
    if (PUNCTUATION.contains(sign)) {
      return 0;
    }
    if (COMPARISONS.contains(sign)) {
      return COMPARISON;
    }
    return switch (sign) {
      case "+", "-" -> SUM;
      case "*", "/", "%" -> PRODUCT;
      case "^" -> POWER;
      default -> OTHER;
    };
  }

  private int rankOfWord(String word) {
    return switch (word) {
      case "or" -> OR;
      case "and" -> AND;
      case "is", "isnull", "notnull" -> IS;
      case "between", "in", "like", "ilike" -> RANGE;
      case "not" ->
          peek(1).isWord("between")
                  || peek(1).isWord("in")
                  || peek(1).isWord("like")
                  || peek(1).isWord("ilike")
              ? RANGE
              : 0;
      case "at" -> AT;
      case "collate" -> COLLATE;
      default -> 0;
    };
  }

  /** Reads an operator and what is right of it; false where that ends in itself. */
  private boolean operator(int rank, boolean narrow) throws RefusedException {
    switch (rank) {
      case IS -> {
        return is();
      }
      case RANGE -> {
        return range();
      }
      case AT -> {
        keepRequired("at", "time", "zone");
        expression(AT + 1);
      }
      case COLLATE -> {
        keepRequired("collate");
        keepName();
      }
      case MINUS + 1 -> {
        keepRequiredSign("::");
        type();
        return false;
      }
      case OR, AND -> {
        add(new Node.Word(take().text()));
        expression(rank + 1);
      }
      default -> {
        addSign(take().text());
        if (quantified()) {
          return false;
        }
        expression(rank + 1, narrow);
      }
    }
    return true;
  }

  /** {@code ANY (...)} behind an operator. */
  private boolean quantified() throws RefusedException {
    if (!seesAny("any", "all", "some") || !peek(1).isSign("(")) {
      return false;
    }
    add(new Node.Word(take().text()));
    parenthesized();
    return true;
  }

  private boolean is() throws RefusedException {
    if (keepAny("isnull", "notnull")) {
      return false;
    }
    keepRequired("is");
    keep("not");
    if (keepAny("null", "true", "false", "unknown")) {
      return false;
    }
    keepRequired("distinct", "from");
    expression(IS + 1);
    return true;
  }

  private boolean range() throws RefusedException {
    keep("not");
    if (keep("in")) {
      keepRequiredSign("(");
      if (seesQuery() || seesSign("(")) {
        queryOrExpressions();
      } else {
        expressions();
      }
      keepRequiredSign(")");
      return false;
    }
    if (keep("between")) {
      keepAny("symmetric", "asymmetric");
      narrowExpression();
      keepRequired("and");
      expression(RANGE + 1);
      return true;
    }
    if (!keepAny("like", "ilike")) {
      throw unexpected();
    }
    if (quantified()) {
      return false;
    }
    expression(RANGE + 1);
    if (keep("escape")) {
      expression(RANGE + 1);
    }
    return true;
  }

  // --- Operands ---

  /** Reads what stands left of operators; true where a subscript may follow. */
  private boolean operand(boolean narrow) throws RefusedException {
    Token token = peek();
    switch (token.kind()) {
      case SIGN -> {
        return ofSign(token.text(), narrow);
      }
      case STRING -> add(new Node.Text(take().text()));
      case NUMBER, BITS -> add(new Node.Literal(take().text()));
      case PARAMETER -> {
        add(new Node.Parameter(Integer.parseInt(take().text())));
        return true;
      }
      case QUOTED -> {
        return named();
      }
      case WORD -> {
        return ofWord(token.text(), narrow);
      }
      case END -> throw unexpected();
    }
    return false;
  }

  private boolean ofSign(String sign, boolean narrow) throws RefusedException {
    if (sign.equals("(")) {
      parenthesized();
      return true;
    }
    int rank = rankOfSign(sign);
    if (rank == SUM) {
      addSign(take().text());
      nested(() -> expression(MINUS, narrow));
      return false;
    }
    if (rank != OTHER) {
      throw unexpected();
    }
    addSign(take().text());
    nested(() -> expression(OTHER + 1, narrow));
    return false;
  }

  private boolean ofWord(String word, boolean narrow) throws RefusedException {
    switch (word) {
      case "not" -> {
        if (narrow) {
          throw unexpected();
        }
        keepRequired("not");
        nested(() -> expression(NOT));
        return false;
      }
      case "null", "true", "false" -> {
        keep(word);
        return false;
      }
      case "case" -> {
        nested(this::caseExpression);
        return false;
      }
      case "cast" -> {
        keepRequired("cast");
        inParentheses(
            () -> {
              expression();
              keepRequired("as");
              type();
            });
        return false;
      }
      case "exists" -> {
        keepRequired("exists");
        subquery();
        return false;
      }
      case "array" -> {
        keepRequired("array");
        if (seesSign("(")) {
          subquery();
        } else {
          nested(this::arrayElements);
        }
        return false;
      }
      case "row" -> {
        keepRequired("row");
        inParentheses(
            () -> {
              if (!seesSign(")")) {
                expressions();
              }
            });
        return false;
      }
      case "extract" -> {
        keepRequired("extract");
        inParentheses(this::extraction);
        return false;
      }
      case "substring" -> {
        substring();
        return false;
      }
      case "position" -> {
        if (peek(1).isSign("(")) {
          keepRequired("position");
          inParentheses(
              () -> {
                narrowExpression();
                keepRequired("in");
                narrowExpression();
              });
          return false;
        }
      }
      case "nullif" -> {
        keepRequired("nullif");
        inParentheses(
            () -> {
              expression();
              keepRequiredSign(",");
              expression();
            });
        return false;
      }
      case "trim" -> {
        keepRequired("trim");
        inParentheses(this::trimming);
        return false;
      }
      default -> {}
    }
    boolean value = word.equals("current_schema") && !peek(1).isSign("(");
    if (value || VALUES.contains(word)) {
      keep(word);
      return false;
    }
    if (TIMES.contains(word)) {
      keep(word);
      modifierOfTime();
      return false;
    }
    if (CALLED.contains(word)) {
      keep(word);
      inParentheses(this::expressions);
      return false;
    }
    return named();
  }

  private void modifierOfTime() throws RefusedException {
    if (seesSign("(")) {
      inParentheses(this::wholeNumber);
    }
  }

  void wholeNumber() throws RefusedException {
    Token token = take();
    if (!isWhole(token)) {
      throw malformed(token.shown() + " stands where a whole number can");
    }
    add(new Node.Literal(token.text()));
  }

  private void caseExpression() throws RefusedException {
    keepRequired("case");
    if (!sees("when")) {
      expression();
    }
    do {
      keepRequired("when");
      expression();
      keepRequired("then");
      expression();
    } while (sees("when"));
    if (keep("else")) {
      expression();
    }
    keepRequired("end");
  }

  private void arrayElements() throws RefusedException {
    keepRequiredSign("[");
    if (!seesSign("]")) {
      list(
          () -> {
            if (seesSign("[")) {
              nested(this::arrayElements);
            } else {
              expression();
            }
          });
    }
    keepRequiredSign("]");
  }

  private void extraction() throws RefusedException {
    Token field = take();
    switch (field.kind()) {
      // Every field is a plain word or one of the six of the grammar, whose tree is the same.
      case WORD -> addWord(fieldName(field.text()));
      case STRING -> add(new Node.Text(field.text()));
      case QUOTED, BITS, NUMBER, PARAMETER, SIGN, END ->
          throw malformed(field.shown() + " is no field of a time");
    }
    keepRequired("from");
    expression();
  }

  private static String fieldName(String word) throws RefusedException {
    if (!Keywords.plain(word) || !word.matches("[a-z_]+")) {
      throw malformed("`" + word + "` is no field of a time");
    }
    return word;
  }

  /** With commas it is a function like others; with FROM it is the grammar's. */
  private void substring() throws RefusedException {
    require("substring");
    boolean[] plain = {true};
    Node.Group arguments =
        group(
            () ->
                inParentheses(
                    () -> {
                      expression();
                      plain[0] = !sees("from");
                      if (keep("from")) {
                        expression();
                        if (keep("for")) {
                          expression();
                        }
                      }
                      while (plain[0] && keepSign(",")) {
                        expression();
                      }
                    }));
    add(plain[0] ? new Node.Function(Optional.empty(), "substring") : new Node.Word("substring"));
    add(arguments);
  }

  private void trimming() throws RefusedException {
    keepAny("both", "leading", "trailing");
    if (keep("from")) {
      expressions();
      return;
    }
    expression();
    if (keep("from")) {
      expressions();
    } else {
      while (keepSign(",")) {
        expression();
      }
    }
  }

  // --- Parentheses and queries in them ---

  /** A query in parentheses. */
  void subquery() throws RefusedException {
    if (!parenthesized()) {
      throw malformed("a query is missing");
    }
  }

  /** Reads what stands in parentheses, with them; true where it is a query. */
  private boolean parenthesized() throws RefusedException {
    boolean[] query = new boolean[1];
    nested(
        () -> {
          keepRequiredSign("(");
          query[0] = queryOrExpressions();
          keepRequiredSign(")");
        });
    return query[0];
  }

  private boolean queryOrExpressions() throws RefusedException {
    if (seesQuery()) {
      query();
      return true;
    }
    if (!seesSign("(")) {
      expressions();
      return false;
    }
    boolean query = parenthesized();
    if (query && seesQueryRest()) {
      queryRest();
      return true;
    }
    if (query && seesSign(")")) {
      return true;
    }
    operators(OR, false, true);
    while (keepSign(",")) {
      expression();
    }
    return false;
  }

  private void subscripts() throws RefusedException {
    while (seesSign("[")) {
      keepRequiredSign("[");
      expression();
      if (keepSign(":")) {
        expression();
      }
      keepRequiredSign("]");
    }
  }

  // --- Names: columns, functions, typed constants ---

  /** A column, a function's call or a typed constant; true where a subscript may follow. */
  private boolean named() throws RefusedException {
    if (typedConstant()) {
      return false;
    }
    if (seesCall()) {
      call();
      return false;
    }
    if (!isColumn(peek()) || seesPair()) {
      throw unexpected();
    }
    add(new Node.Name(take().text()));
    int parts = 1;
    while (keepSign(".")) {
      if (++parts > 3) {
        throw malformed("a column's name has at most three parts");
      }
      if (keepSign("*")) {
        return false;
      }
      add(new Node.Name(label()));
    }
    if (seesSign("(")) {
      throw unexpected();
    }
    return true;
  }

  private boolean seesCall() {
    boolean qualified = peek(1).isSign(".") && peek(2).kind() != Token.Kind.SIGN;
    return peek(1).isSign("(") || (qualified && peek(3).isSign("("));
  }

  /** A function's call with what may stand behind it. */
  void call() throws RefusedException {
    if (peek(1).isSign("(")) {
      call(Optional.empty(), functionName());
    } else {
      String schema = name();
      requireSign(".");
      call(Optional.of(schema), label());
    }
  }

  private boolean isColumn(Token token) {
    return isName(token) || (token.kind() == Token.Kind.WORD && COLUMN_TOO.contains(token.text()));
  }

  /** A name where PostgreSQL takes any word. */
  String label() throws RefusedException {
    Token token = take();
    if (token.kind() != Token.Kind.QUOTED && token.kind() != Token.Kind.WORD) {
      throw malformed(token.shown() + " is no name");
    }
    return token.text();
  }

  private String functionName() throws RefusedException {
    Token token = take();
    boolean word = token.kind() == Token.Kind.WORD;
    if (word && (Keywords.reserved(token.text()) || Keywords.columnName(token.text()))) {
      throw malformed(token.shown() + " is not let through here");
    }
    if (word && (token.text().equals("rollup") || token.text().equals("cube"))) {
      throw malformed(token.shown() + " is not let through");
    }
    return token.text();
  }

  private void call(Optional<String> schema, String name) throws RefusedException {
    add(new Node.Function(schema, name));
    nested(
        () ->
            add(
                group(
                    () ->
                        inParentheses(
                            () -> {
                              if (!seesSign(")") && !keepSign("*")) {
                                arguments();
                              }
                            }))));
    if (sees("within", "group")) {
      keepRequired("within", "group");
      inParentheses(this::orderBy);
    }
    if (sees("filter") && peek(1).isSign("(")) {
      keepRequired("filter");
      inParentheses(
          () -> {
            keepRequired("where");
            expression();
          });
    }
    if (sees("over") && (peek(1).isSign("(") || isName(peek(1)))) {
      keepRequired("over");
      if (seesSign("(")) {
        window();
      } else {
        keepName();
      }
    }
  }

  private void arguments() throws RefusedException {
    keepAny("all", "distinct");
    expressions();
    if (sees("order")) {
      orderBy();
    }
  }

  void orderBy() throws RefusedException {
    keepRequired("order", "by");
    list(
        () -> {
          expression();
          direction();
        });
  }

  void direction() throws RefusedException {
    keepAny("asc", "desc");
    if (keep("nulls") && !keepAny("first", "last")) {
      throw unexpected();
    }
  }

  /** What a window is, in parentheses. */
  void window() throws RefusedException {
    inParentheses(
        () -> {
          if (isName(peek()) && !seesAny("partition", "rows", "range", "groups")) {
            keepName();
          }
          if (keep("partition")) {
            keepRequired("by");
            expressions();
          }
          if (sees("order")) {
            orderBy();
          }
          if (keepAny("rows", "range", "groups")) {
            frame();
          }
        });
  }

  private void frame() throws RefusedException {
    if (keep("between")) {
      bound();
      keepRequired("and");
    }
    bound();
  }

  private void bound() throws RefusedException {
    if (keep("current", "row")) {
      return;
    }
    if (!keep("unbounded")) {
      narrowExpression();
    }
    if (!keepAny("preceding", "following")) {
      throw unexpected();
    }
  }

  /** {@code date '2026-01-01'}. */
  private boolean typedConstant() throws RefusedException {
    if (peek().kind() == Token.Kind.WORD || peek().kind() == Token.Kind.QUOTED) {
      boolean string = peek(1).kind() == Token.Kind.STRING;
      boolean zoned =
          seesAny("time", "timestamp")
              && (peek(1).isWord("with") || peek(1).isWord("without"))
              && peek(2).isWord("time");
      if (string || zoned) {
        add(typeOfConstant());
        if (peek().kind() != Token.Kind.STRING) {
          throw unexpected();
        }
        add(new Node.Text(take().text()));
        return true;
      }
    }
    return false;
  }

  private Node.Type typeOfConstant() throws RefusedException {
    Node.Type type = plainType();
    boolean setOff = type.words().isEmpty() || !type.words().getFirst().startsWith("bit");
    if (!setOff || !type.modifiers().isEmpty()) {
      throw malformed("a constant of type `" + type.name() + "` is not let through");
    }
    return type;
  }

  // --- Types ---

  void type() throws RefusedException {
    Node.Type type = plainType();
    int arrays = 0;
    while (seesSign("[") && peek(1).isSign("]")) {
      take();
      take();
      arrays++;
    }
    add(new Node.Type(type.schema(), type.name(), type.words(), type.modifiers(), arrays));
  }

  private Node.Type plainType() throws RefusedException {
    Token first = peek();
    if (first.kind() == Token.Kind.QUOTED) {
      return namedType();
    }
    if (first.kind() != Token.Kind.WORD) {
      throw unexpected();
    }
    return switch (first.text()) {
      case "int", "integer" -> word("int4");
      case "smallint" -> word("int2");
      case "bigint" -> word("int8");
      case "real" -> word("float4");
      case "boolean" -> word("bool");
      case "json" -> word("json");
      case "float" -> modified("float8", take().text());
      case "decimal", "dec", "numeric" -> modified("numeric", take().text());
      case "interval" -> word("interval");
      case "double" -> {
        take();
        require("precision");
        yield typeOf("float8", List.of("double precision"), List.of());
      }
      case "bit" -> varying("bit", "varbit");
      case "char", "character", "nchar" -> varying("bpchar", "varchar");
      case "varchar" -> modified("varchar", take().text());
      case "time" -> zoned("time", "timetz");
      case "timestamp" -> zoned("timestamp", "timestamptz");
      default -> namedType();
    };
  }

  private static Node.Type typeOf(String name, List<String> words, List<Integer> modifiers) {
    return new Node.Type(Optional.empty(), name, words, modifiers, 0);
  }

  private Node.Type word(String name) {
    return typeOf(name, List.of(take().text()), List.of());
  }

  private Node.Type modified(String name, String word) throws RefusedException {
    return typeOf(name, List.of(word), modifiers());
  }

  private Node.Type varying(String fixed, String varying) throws RefusedException {
    String word = take().text();
    boolean varies = skip("varying");
    return modified(varies ? varying : fixed, varies ? word + " varying" : word);
  }

  private Node.Type zoned(String local, String zoned) throws RefusedException {
    String word = take().text();
    List<Integer> modifiers = modifiers();
    if (seesAny("with", "without") && peek(1).isWord("time")) {
      String with = take().text();
      require("time");
      require("zone");
      boolean has = with.equals("with");
      return typeOf(has ? zoned : local, List.of(word, with, "time", "zone"), modifiers);
    }
    return typeOf(local, List.of(word), modifiers);
  }

  private Node.Type namedType() throws RefusedException {
    Token first = take();
    boolean name =
        first.kind() == Token.Kind.QUOTED
            || Keywords.plain(first.text())
            || Keywords.typeOrFunction(first.text());
    if (!name) {
      throw malformed(first.shown() + " is no type");
    }
    Optional<String> schema = Optional.empty();
    String last = first.text();
    if (skipSign(".")) {
      schema = Optional.of(last);
      last = label();
    }
    return new Node.Type(schema, last, List.of(), modifiers(), 0);
  }

  private List<Integer> modifiers() throws RefusedException {
    List<Integer> out = new ArrayList<>();
    if (skipSign("(")) {
      do {
        Token token = take();
        if (!isWhole(token)) {
          throw malformed(token.shown() + " stands where a whole number can");
        }
        out.add(Integer.parseInt(token.text()));
      } while (skipSign(","));
      requireSign(")");
    }
    return out;
  }
}
