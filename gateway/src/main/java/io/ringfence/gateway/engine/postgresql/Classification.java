package io.ringfence.gateway.engine.postgresql;

import io.ringfence.gateway.engine.postgresql.sql.Node;
import io.ringfence.gateway.engine.postgresql.sql.Node.Insert.Source;
import io.ringfence.gateway.engine.postgresql.sql.Statement;
import io.ringfence.gateway.engine.postgresql.sql.Walk;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Touch;
import io.ringfence.model.Action;
import io.ringfence.model.Separation;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a statement would do: every table in every position with the action on it. It refuses
 * functions, types, settings and catalogue relations that are not let through.
 */
final class Classification {
  /** What {@code 'name'::regproc} and the like may name. */
  private static final Set<String> PROCEDURES = Set.of("array_in", "pg_catalog.array_in");

  /** What operations are called. */
  private static final Map<Statement.Kind, String> NAMES =
      Arrays.stream(Statement.Kind.values())
          .collect(
              Collectors.toUnmodifiableMap(
                  k -> k, k -> "postgresql." + k.name().toLowerCase(Locale.ROOT)));

  private final Statement statement;
  private final Scope scope;
  private final Set<PostgresqlGuard> guards;
  private final Set<Touch> touches = new LinkedHashSet<>();
  private final Set<String> read = new LinkedHashSet<>();
  private boolean locks;
  private int batch;
  private int topK;

  private Classification(Statement statement, Scope scope, Set<PostgresqlGuard> guards) {
    this.statement = statement;
    this.scope = scope;
    this.guards = guards;
  }

  static Operation of(Statement statement, Scope scope, Set<PostgresqlGuard> guards)
      throws RefusedException {
    Classification out = new Classification(statement, scope, guards);
    out.requireKnownTypes(statement.tree());
    Walk.over(statement.tree(), out::visit);
    for (String table : out.read) {
      out.touch(Action.QUERY, table);
      if (out.locks) {
        out.touch(Action.UPDATE, table);
      }
    }
    return out.operation();
  }

  private Operation operation() {
    return new Operation(
        NAMES.get(statement.kind()), List.copyOf(touches), new Operation.Size(batch, topK));
  }

  private void touch(Action action, String collection) {
    touches.add(Touch.of(action, collection));
  }

  private void touchIf(boolean does, Action action, Node.TableName table) throws RefusedException {
    if (does) {
      touch(action, table);
    }
  }

  private void touch(Action action, Node.TableName table) throws RefusedException {
    touch(action, server(table).collection());
  }

  private ServerTable server(Node.TableName table) throws RefusedException {
    try {
      return ServerTable.of(table, scope, guards);
    } catch (RefusedException e) {
      boolean missing = e.refusal().kind() == Refusal.Kind.NOT_FOUND;
      // INVARIANT (foreign equals missing): of what is not there in `public` a tenant that has no
      // names of its own is told that no rule permits it.
      throw missing && scope.kept(Separation.NAMES).isEmpty() && isPublic(table)
          ? new RefusedException(Refusal.Kind.DENIED, operation().unpermitted())
          : e;
    }
  }

  private static boolean isPublic(Node.TableName table) {
    return table.schema().filter(s -> !s.equals("public")).isEmpty();
  }

  private boolean guards(PostgresqlGuard guard) {
    return guards.contains(guard);
  }

  private void visit(Node node) throws RefusedException {
    // What there is most of is asked for first.
    switch (node) {
      case Node.Word w -> {}
      case Node.Sign s -> {}
      case Node.Name n -> {}
      case Node.Text t -> {}
      case Node.Literal l -> {}
      case Node.Parameter p -> {}
      case Node.Group g -> {}
      case Node.Table t -> {
        boolean shown =
            guards(PostgresqlGuard.CATALOGUE)
                ? Catalogue.has(t.name())
                : Catalogue.isPartOf(t.name());
        if (!shown) {
          read.add(server(t.name()).collection());
        }
      }
      case Node.Insert i -> insert(i);
      case Node.Update u -> {
        touch(Action.UPDATE, u.table());
        if (reads(u)) {
          touch(Action.QUERY, u.table());
        }
      }
      case Node.Delete d -> {
        touch(Action.DELETE, d.table());
        if (!d.where().isEmpty() || !d.using().isEmpty() || !d.returning().isEmpty()) {
          touch(Action.QUERY, d.table());
        }
      }
      case Node.Merge m -> {
        touch(Action.QUERY, m.table());
        touchIf(m.inserts(), Action.INSERT, m.table());
        touchIf(m.updates(), Action.UPDATE, m.table());
        touchIf(m.deletes(), Action.DELETE, m.table());
      }
      case Node.Copy c -> touch(c.in() ? Action.INSERT : Action.QUERY, c.table());
      case Node.Object o -> object(o);
      case Node.Function f -> requireKnown(f);
      case Node.Remark.Limit l -> topK = Math.max(topK, l.rows());
      case Node.Remark.LimitBy l -> {}
      case Node.Remark.LimitOpen l ->
          throw new RefusedException(
              Refusal.Kind.UNSUPPORTED, "LIMIT is one whole number, one parameter, or ALL");
      case Node.Remark.Locks l -> locks = true;
      case Node.Setting s -> setting(s);
      case Node.Common c -> {}
      case Node.Type t -> {}
      case Node.Prepared p -> {}
      case Node.Cursor c -> {}
    }
  }

  private void insert(Node.Insert insert) throws RefusedException {
    touch(Action.INSERT, insert.table());
    if (!insert.overwritten().isEmpty()) {
      touch(Action.UPDATE, insert.table());
    }
    if (!insert.conflict().isEmpty() || !insert.returning().isEmpty()) {
      touch(Action.QUERY, insert.table());
    }
    if (insert.source() instanceof Source.Rows rows) {
      batch = Math.max(batch, rows.rows().size());
    }
  }

  /** True unless it sets columns of all rows to values that stand in it. */
  private static boolean reads(Node.Update update) throws RefusedException {
    if (!update.where().isEmpty() || !update.from().isEmpty() || !update.returning().isEmpty()) {
      return true;
    }
    int[] names = new int[1];
    Walk.over(update.assignments(), n -> names[0] += n instanceof Node.Name ? 1 : 0);
    return names[0] > update.columns().size();
  }

  private void object(Node.Object object) throws RefusedException {
    switch (object.kind()) {
      case CREATED_TABLE, ALTERED_TABLE, RENAMED_TABLE, DROPPED_TABLE, REFERENCED_TABLE ->
          touch(Action.MANAGE, object.name());
      case TRUNCATED_TABLE -> touch(Action.DELETE, object.name());
      case INDEXED_TABLE, DROPPED_INDEX -> touch(Action.INDEX, object.name());
      // It is its table's, which is touched.
      case CREATED_INDEX -> server(object.name());
    }
  }

  private void setting(Node.Setting setting) throws RefusedException {
    if (!guards(PostgresqlGuard.SETTINGS)) {
      return;
    }
    if (statement.kind() == Statement.Kind.SHOW) {
      Settings.requireShown(setting.name());
    } else {
      Settings.requireSettable(setting, scope);
    }
  }

  private void requireKnown(Node.Function function) throws RefusedException {
    if (!guards(PostgresqlGuard.FUNCTIONS)) {
      return;
    }
    boolean known =
        function.schema().orElse("pg_catalog").equals("pg_catalog")
            && (SqlWords.function(function.name()) || Catalogue.rewrites(function.name()));
    boolean vector =
        function.schema().orElse("public").equals("public")
            && SqlWords.vectorFunction(function.name());
    if (!known && !vector) {
      throw new RefusedException(
          Refusal.Kind.DENIED, "the function `" + function.name() + "` is not let through");
    }
  }

  private void requireKnownTypes(Node.Group group) throws RefusedException {
    if (!guards(PostgresqlGuard.TYPES)) {
      return;
    }
    Walk.over(
        group,
        node -> {
          if (node instanceof Node.Group g) {
            for (int i = 0; i < g.nodes().size(); i++) {
              boolean shown = i > 0 && Scoping.isNameOfType(g.nodes(), i - 1);
              if (!shown && g.nodes().get(i) instanceof Node.Type type) {
                requireKnown(type, i >= 2 ? Optional.of(g.nodes().get(i - 2)) : Optional.empty());
              }
            }
          }
        });
  }

  /** The node before its {@code ::} tells what a name of the catalogue's names. */
  private void requireKnown(Node.Type type, Optional<Node> cast) throws RefusedException {
    boolean plain = type.schema().orElse("pg_catalog").equals("pg_catalog");
    boolean known = plain && SqlWords.type(type.name());
    boolean vector =
        type.schema().orElse("public").equals("public") && SqlWords.vectorType(type.name());
    boolean serial =
        (statement.kind() == Statement.Kind.CREATE_TABLE
                || statement.kind() == Statement.Kind.ALTER_TABLE)
            && type.schema().isEmpty()
            && SqlWords.serial(type.name());
    boolean procedure =
        plain
            && type.name().equals("regproc")
            && cast.filter(n -> n instanceof Node.Text t && PROCEDURES.contains(t.value()))
                .isPresent();
    if (!known && !vector && !serial && !procedure) {
      throw new RefusedException(
          Refusal.Kind.DENIED, "the type `" + type.name() + "` is not let through");
    }
  }
}
