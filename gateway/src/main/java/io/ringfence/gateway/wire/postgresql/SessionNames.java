package io.ringfence.gateway.wire.postgresql;

import io.ringfence.gateway.engine.postgresql.Reading;
import io.ringfence.gateway.engine.postgresql.sql.Node;
import io.ringfence.gateway.engine.postgresql.sql.RowCount;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Touch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names that a session has for prepared statements, portals and cursors, and the database's.
 *
 * <p>INVARIANT (fresh names): no name is given to the database twice in a session, so that what a
 * name means there is what was decided here, or nothing, whatever failed or was skipped between.
 */
final class SessionNames {
  static final int STATEMENTS_MAX = 1_000;
  static final int PORTALS_MAX = 1_000;

  /**
   * A statement that the database has, or an empty one.
   *
   * @param reading absent for the empty statement
   */
  record Prepared(String name, Optional<Reading> reading) {}

  /**
   * A prepared statement with its parameters.
   *
   * @param topK how many rows these ask for at most; 0 where they say nothing of it
   */
  record Portal(String name, Prepared statement, int topK) {}

  /** A cursor, and what its query does. */
  private record Cursor(String name, Operation operation) {}

  private final Map<String, Prepared> statements = new HashMap<>();
  private final Map<String, Portal> portals = new HashMap<>();
  private final Map<String, Cursor> cursors = new HashMap<>();
  private long given;

  private String fresh(char kind) {
    return kind + "_" + ++given;
  }

  // --- By messages ---

  Prepared prepare(Optional<Reading> reading) {
    return new Prepared(fresh('s'), reading);
  }

  /** Keeps a statement; the one of that name before it, which the database is to forget. */
  Optional<Prepared> keep(String name, Prepared statement) throws RefusedException {
    if (statements.size() >= STATEMENTS_MAX && !statements.containsKey(name)) {
      throw new RefusedException(
          Refusal.Kind.TOO_LARGE, "a session has at most " + STATEMENTS_MAX + " statements");
    }
    return Optional.ofNullable(statements.put(name, statement));
  }

  Prepared statement(String name) throws RefusedException {
    Prepared found = statements.get(name);
    if (found == null) {
      throw missing("prepared statement", name);
    }
    return found;
  }

  Optional<Prepared> forgetStatement(String name) {
    return Optional.ofNullable(statements.remove(name));
  }

  void forgetAll() {
    statements.clear();
    portals.clear();
    cursors.clear();
  }

  Portal open(Prepared statement, int topK) {
    return new Portal(fresh('p'), statement, topK);
  }

  Optional<Portal> keep(String name, Portal portal) throws RefusedException {
    if (portals.size() >= PORTALS_MAX && !portals.containsKey(name)) {
      throw new RefusedException(
          Refusal.Kind.TOO_LARGE, "a session has at most " + PORTALS_MAX + " portals");
    }
    return Optional.ofNullable(portals.put(name, portal));
  }

  Portal portal(String name) throws RefusedException {
    Portal found = portals.get(name);
    if (found == null) {
      throw missing("portal", name);
    }
    return found;
  }

  Optional<Portal> forgetPortal(String name) {
    return Optional.ofNullable(portals.remove(name));
  }

  /** They end with their transaction; while more was asked some of them may be newer. */
  void forgetPortals(boolean all) {
    if (all) {
      portals.clear();
    }
  }

  private static RefusedException missing(String what, String name) {
    return new RefusedException(Refusal.Kind.NOT_FOUND, what + " \"" + name + "\" does not exist");
  }

  // --- By statements ---

  /** A statement with the database's names, and with the operation of what it names. */
  Reading resolve(Reading reading) throws RefusedException {
    return switch (reading.statement().kind()) {
      case PREPARE -> {
        String name = prepared(reading);
        if (statements.containsKey(name)) {
          throw new RefusedException(
              Refusal.Kind.UNSUPPORTED, "prepared statement \"" + name + "\" already exists");
        }
        Prepared made = prepare(Optional.of(reading));
        keep(name, made);
        yield renamed(reading, made.name(), reading.operation());
      }
      case EXECUTE -> {
        Prepared found = statement(prepared(reading));
        Reading of = found.reading().orElseThrow(() -> missing("prepared statement", ""));
        if (!of.required().isEmpty()) {
          throw new RefusedException(
              Refusal.Kind.UNSUPPORTED,
              "the tenant's key is a parameter: such a statement is executed by message only");
        }
        Reading asking = of.asking(rows(reading, of.limits()));
        yield renamed(
            reading, found.name(), operation("execute", asking.operation(), reading.operation()));
      }
      case DEALLOCATE -> {
        Optional<Prepared> found = forgetStatement(prepared(reading));
        yield renamed(
            reading, found.map(Prepared::name).orElseGet(() -> fresh('s')), reading.operation());
      }
      case DECLARE -> {
        String name = cursor(reading);
        if (cursors.size() >= PORTALS_MAX && !cursors.containsKey(name)) {
          throw new RefusedException(
              Refusal.Kind.TOO_LARGE, "a session has at most " + PORTALS_MAX + " cursors");
        }
        Cursor made = new Cursor(fresh('c'), reading.operation());
        cursors.put(name, made);
        yield renamed(reading, made.name(), reading.operation());
      }
      case FETCH -> {
        Cursor found = foundCursor(cursor(reading));
        yield renamed(
            reading, found.name(), operation("fetch", found.operation(), reading.operation()));
      }
      case CLOSE -> {
        Cursor found = foundCursor(cursor(reading));
        cursors.remove(cursor(reading));
        yield renamed(reading, found.name(), reading.operation());
      }
      case DEALLOCATE_ALL -> {
        statements.clear();
        yield reading;
      }
      case DISCARD_ALL -> {
        forgetAll();
        yield reading;
      }
      case CLOSE_ALL -> {
        cursors.clear();
        yield reading;
      }
      case SELECT,
          INSERT,
          UPDATE,
          DELETE,
          MERGE,
          TRUNCATE,
          COPY_IN,
          COPY_OUT,
          CREATE_TABLE,
          ALTER_TABLE,
          DROP_TABLE,
          CREATE_INDEX,
          DROP_INDEX,
          CREATE_EXTENSION,
          BEGIN,
          COMMIT,
          ROLLBACK,
          SAVEPOINT,
          RELEASE,
          ROLLBACK_TO,
          SET_TRANSACTION,
          SET,
          RESET,
          RESET_ALL,
          UNLISTEN,
          DISCARD,
          SHOW ->
          reading;
    };
  }

  /** The most rows that an EXECUTE asks for by the parameters that say so. */
  private static int rows(Reading execute, Set<Integer> parameters) throws RefusedException {
    List<Node.Group> values =
        execute.statement().tree().nodes().stream()
            .filter(Node.Group.class::isInstance)
            .map(Node.Group.class::cast)
            .toList();
    int most = 0;
    for (int parameter : parameters) {
      Optional<Node.Remark> count =
          parameter > values.size()
              ? Optional.of(new Node.Remark.LimitOpen())
              : RowCount.of(values.get(parameter - 1));
      if (count.isPresent()) {
        if (!(count.get() instanceof Node.Remark.Limit limit)) {
          throw new RefusedException(
              Refusal.Kind.UNSUPPORTED, "LIMIT's parameter is one whole number in an EXECUTE");
        }
        most = Math.max(most, limit.rows());
      }
    }
    return most;
  }

  private Cursor foundCursor(String name) throws RefusedException {
    Cursor found = cursors.get(name);
    if (found == null) {
      throw missing("cursor", name);
    }
    return found;
  }

  /** What a statement does that runs another, with what it does itself. */
  private static Operation operation(String name, Operation of, Operation itself) {
    List<Touch> touches = new ArrayList<>(of.touches());
    touches.addAll(itself.touches());
    return new Operation("postgresql." + name, touches, of.size());
  }

  /** Takes back the name of a PREPARE that failed. */
  void failed(Reading reading) {
    switch (reading.statement().kind()) {
      case PREPARE -> statements.remove(prepared(reading));
      case DECLARE -> cursors.remove(cursor(reading));
      default -> {}
    }
  }

  private static String prepared(Reading reading) {
    return reading.statement().tree().nodes().stream()
        .filter(Node.Prepared.class::isInstance)
        .map(n -> ((Node.Prepared) n).name())
        .findFirst()
        .orElseThrow();
  }

  private static String cursor(Reading reading) {
    return reading.statement().tree().nodes().stream()
        .filter(Node.Cursor.class::isInstance)
        .map(n -> ((Node.Cursor) n).name())
        .findFirst()
        .orElseThrow();
  }

  private static Reading renamed(Reading reading, String name, Operation operation) {
    List<Node> out = new ArrayList<>();
    for (Node node : reading.scoped().nodes()) {
      out.add(
          switch (node) {
            case Node.Prepared p -> new Node.Prepared(name);
            case Node.Cursor c -> new Node.Cursor(name);
            default -> node;
          });
    }
    return reading.as(new Node.Group(out), operation);
  }
}
