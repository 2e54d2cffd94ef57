package io.ringfence.conformance.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.gateway.engine.postgresql.sql.Node;
import io.ringfence.gateway.engine.postgresql.sql.Parser;
import io.ringfence.gateway.engine.postgresql.sql.Printer;
import io.ringfence.gateway.engine.postgresql.sql.Statement;
import io.ringfence.gateway.engine.postgresql.sql.Walk;
import io.ringfence.gateway.request.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * Compares our reading of statements with PostgreSQL's: what we take is taken there, is the same
 * statements on the same tables with the same functions, and has there the same tree when printed
 * by us.
 */
final class SqlDifferential {
  private static final int BATCH = 500;

  private final SqlGenerator generator;
  private final SqlOracle oracle;
  private final List<String> differences = new ArrayList<>();
  private final TreeMap<String, Integer> taken = new TreeMap<>();
  private long made;
  private long refused;

  SqlDifferential(long seed, SqlOracle oracle) {
    generator = new SqlGenerator(seed);
    this.oracle = oracle;
  }

  /** What we take of a text. */
  private record Taken(String sql, List<Statement> statements) {
    SqlOracle.Question question() {
      return new SqlOracle.Question(
          sql,
          statements.stream().map(s -> Printer.print(s.tree())).collect(Collectors.joining("; ")));
    }
  }

  void run(long statements, LongConsumer progress) throws IOException {
    while (made < statements) {
      List<Taken> batch = new ArrayList<>();
      for (int i = 0; i < BATCH && made < statements; i++) {
        made++;
        taken(generator.next()).ifPresent(batch::add);
      }
      compare(batch);
      progress.accept(made);
    }
  }

  /** Compares texts that are given. */
  void compareTexts(List<String> texts) throws IOException {
    List<Taken> batch = new ArrayList<>();
    for (String text : texts) {
      made++;
      taken(text).ifPresent(batch::add);
    }
    compare(batch);
  }

  private Optional<Taken> taken(String sql) {
    try {
      List<Statement> statements = Parser.statements(sql);
      statements.forEach(s -> taken.merge(s.text(), 1, Integer::sum));
      return statements.isEmpty() ? Optional.empty() : Optional.of(new Taken(sql, statements));
    } catch (RefusedException e) {
      refused++;
      return Optional.empty();
    }
  }

  private void compare(List<Taken> batch) throws IOException {
    List<JsonNode> answers = oracle.answers(batch.stream().map(Taken::question).toList());
    for (int i = 0; i < batch.size(); i++) {
      Taken t = batch.get(i);
      difference(t, answers.get(i))
          .ifPresent(
              d -> differences.add("%s: %s | %s".formatted(d, t.sql(), t.question().printed())));
    }
  }

  private static Optional<String> difference(Taken taken, JsonNode answer) {
    if (answer.has("error")) {
      return Optional.of("PostgreSQL refuses it (" + answer.get("error").asText() + ")");
    }
    List<String> kinds = taken.statements().stream().map(SqlDifferential::kind).toList();
    TreeSet<String> tables = new TreeSet<>();
    TreeSet<String> functions = new TreeSet<>();
    try {
      for (Statement s : taken.statements()) {
        Walk.over(s.tree(), n -> collect(n, tables, functions));
      }
    } catch (RefusedException e) {
      throw new AssertionError(e);
    }
    if (!texts(answer.get("kinds")).equals(kinds)) {
      return Optional.of("other statements: " + answer.get("kinds"));
    }
    if (!Set.copyOf(texts(answer.get("tables"))).equals(tables)) {
      return Optional.of("other tables: " + answer.get("tables") + " and ours " + tables);
    }
    if (!Set.copyOf(texts(answer.get("functions"))).equals(functions)) {
      return Optional.of("other functions: " + answer.get("functions") + " and ours " + functions);
    }
    return answer.get("same").asBoolean() ? Optional.empty() : Optional.of("another tree");
  }

  private static List<String> texts(JsonNode array) {
    List<String> out = new ArrayList<>();
    array.forEach(n -> out.add(n.asText()));
    return out;
  }

  private static void collect(Node node, Set<String> tables, Set<String> functions) {
    switch (node) {
      case Node.Table t -> tables.add(text(t.name()));
      case Node.Insert i -> tables.add(text(i.table()));
      case Node.Update u -> tables.add(text(u.table()));
      case Node.Delete d -> tables.add(text(d.table()));
      case Node.Merge m -> tables.add(text(m.table()));
      case Node.Copy c -> tables.add(text(c.table()));
      case Node.Object o -> {
        if (o.kind() != Node.Object.Kind.CREATED_INDEX
            && o.kind() != Node.Object.Kind.RENAMED_TABLE
            && o.kind() != Node.Object.Kind.DROPPED_INDEX) {
          tables.add(text(o.name()));
        }
      }
      case Node.Function f -> functions.add(f.schema().map(s -> s + ".").orElse("") + f.name());
      default -> {}
    }
  }

  private static String text(Node.TableName name) {
    return name.schema().map(s -> s + ".").orElse("") + name.name();
  }

  private static String kind(Statement statement) {
    return switch (statement.kind()) {
      case SELECT -> "SelectStmt";
      case INSERT -> "InsertStmt";
      case UPDATE -> "UpdateStmt";
      case DELETE -> "DeleteStmt";
      case MERGE -> "MergeStmt";
      case TRUNCATE -> "TruncateStmt";
      case COPY_IN, COPY_OUT -> "CopyStmt";
      case CREATE_TABLE -> "CreateStmt";
      case ALTER_TABLE ->
          statement.tree().nodes().contains(new Node.Word("rename"))
              ? "RenameStmt"
              : "AlterTableStmt";
      case CREATE_INDEX -> "IndexStmt";
      case DROP_TABLE, DROP_INDEX -> "DropStmt";
      case CREATE_EXTENSION -> "CreateExtensionStmt";
      case BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO -> "TransactionStmt";
      case SET, SET_TRANSACTION, RESET, RESET_ALL -> "VariableSetStmt";
      case SHOW -> "VariableShowStmt";
      case PREPARE -> "PrepareStmt";
      case EXECUTE -> "ExecuteStmt";
      case DEALLOCATE, DEALLOCATE_ALL -> "DeallocateStmt";
      case DECLARE -> "DeclareCursorStmt";
      case FETCH -> "FetchStmt";
      case CLOSE, CLOSE_ALL -> "ClosePortalStmt";
      case DISCARD, DISCARD_ALL -> "DiscardStmt";
      case UNLISTEN -> "UnlistenStmt";
    };
  }

  long made() {
    return made;
  }

  long refused() {
    return refused;
  }

  /** How many statements of each kind were taken. */
  TreeMap<String, Integer> taken() {
    return taken;
  }

  List<String> differences() {
    return differences;
  }
}
