package io.ringfence.gateway.engine.postgresql;

import io.ringfence.gateway.engine.postgresql.sql.Node;
import io.ringfence.gateway.engine.postgresql.sql.Parser;
import io.ringfence.gateway.engine.postgresql.sql.Printer;
import io.ringfence.gateway.engine.postgresql.sql.Statement;
import io.ringfence.gateway.engine.postgresql.sql.Walk;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A statement of a client's, understood.
 *
 * @param statement as the client wrote it
 * @param scoped as the database gets it
 * @param sql the same as a text
 * @param operation what it would do; of EXECUTE, FETCH and their like it is what their statement
 *     would
 * @param required what a parameter must be, by its number
 * @param limits the parameters that say how many rows are asked for
 * @param names the client's names of what the statement names, by the server's
 */
public record Reading(
    Statement statement,
    Node.Group scoped,
    String sql,
    Operation operation,
    Map<Integer, String> required,
    Set<Integer> limits,
    Map<String, String> names) {
  public Reading {
    required = Map.copyOf(required);
    limits = Set.copyOf(limits);
    names = Map.copyOf(names);
  }

  /** How much of a statement's text is recorded. */
  static final int RECORDED_CHARACTERS_MAX = 2048;

  /** INVARIANT (no value in the record): what is recorded of a statement is its form. */
  private static String recorded(Statement statement) {
    String text = Printer.withoutValues(statement.tree());
    return text.length() <= RECORDED_CHARACTERS_MAX
        ? text
        : text.substring(0, RECORDED_CHARACTERS_MAX) + "...";
  }

  /** The same with another tree for the database, which does something else. */
  public Reading as(Node.Group other, Operation does) {
    return new Reading(statement, other, Printer.print(other), does, required, limits, names);
  }

  /** The same, asking for at least so many rows. */
  public Reading asking(int rows) {
    Operation.Size size = operation.size();
    return rows <= size.topK()
        ? this
        : new Reading(
            statement,
            scoped,
            sql,
            new Operation(
                operation.name(),
                operation.touches(),
                new Operation.Size(size.batch(), rows),
                operation.statement()),
            required,
            limits,
            names);
  }

  /**
   * All statements of a text.
   *
   * @throws RefusedException when one of them is not understood wholly, or never let through
   */
  public static List<Reading> of(String sql, Scope scope) throws RefusedException {
    return of(sql, scope, PostgresqlGuard.ALL);
  }

  /**
   * @param guards all but what a test takes away
   */
  public static List<Reading> of(String sql, Scope scope, Set<PostgresqlGuard> guards)
      throws RefusedException {
    List<Reading> out = new ArrayList<>();
    for (Statement statement : Parser.statements(sql)) {
      Operation operation = Classification.of(statement, scope, guards);
      Scoping scoping = new Scoping(statement.tree(), scope, guards);
      Node.Group scoped = scoping.group(statement.tree());
      out.add(
          new Reading(
              statement,
              scoped,
              Printer.print(scoped),
              operation.withStatement(recorded(statement)),
              scoping.required(),
              limits(statement),
              scoping.names()));
    }
    return out;
  }

  private static Set<Integer> limits(Statement statement) throws RefusedException {
    Set<Integer> out = new HashSet<>();
    Walk.over(
        statement.tree(),
        node -> {
          if (node instanceof Node.Remark.LimitBy l) {
            out.add(l.parameter());
          }
        });
    return out;
  }
}
