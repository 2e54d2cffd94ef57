package io.ringfence.gateway.engine.postgresql;

import io.ringfence.gateway.engine.postgresql.sql.Node;
import io.ringfence.gateway.engine.postgresql.sql.Walk;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Columns that a statement names by schema and table, {@code public.docs.n}. The database gets a
 * table under an alias, by which alone its columns are named; so the schema is left out where the
 * table's own name means that table and nothing else in the whole statement.
 */
final class SchemaColumns {
  private final Node statement;
  private final Scope scope;
  private final Set<PostgresqlGuard> guards;

  /** How the tables without an alias are called, by their names; null until somebody asks. */
  private Map<String, Set<Node.TableName>> tables;

  /** What else is named in the statement. */
  private final Set<String> others = new HashSet<>();

  SchemaColumns(Node statement, Scope scope, Set<PostgresqlGuard> guards) {
    this.statement = statement;
    this.scope = scope;
    this.guards = guards;
  }

  /** Whether a schema and a point stand there before a table and its column. */
  boolean stand(List<Node> nodes, int at) throws RefusedException {
    return at + 4 < nodes.size()
        && nodes.get(at) instanceof Node.Name schema
        && Scoping.isSign(nodes.get(at + 1), ".")
        && nodes.get(at + 2) instanceof Node.Name table
        && Scoping.isSign(nodes.get(at + 3), ".")
        && !(at > 0 && Scoping.isSign(nodes.get(at - 1), "."))
        && isMeant(new Node.TableName(Optional.of(schema.text()), table.text()));
  }

  private boolean isMeant(Node.TableName named) throws RefusedException {
    if (tables == null) {
      tables = new HashMap<>();
      Walk.over(statement, this::see);
    }
    Set<Node.TableName> called = tables.getOrDefault(named.name(), Set.of());
    // One table is called in two ways at most, without its schema and with it.
    return !others.contains(named.name())
        && !called.isEmpty()
        && called.size() <= 2
        && called.stream().allMatch(t -> isSame(t, named));
  }

  private boolean isSame(Node.TableName one, Node.TableName other) {
    try {
      return ServerTable.of(one, scope, guards).equals(ServerTable.of(other, scope, guards));
    } catch (RefusedException e) {
      return false;
    }
  }

  private void see(Node node) {
    switch (node) {
      case Node.Table t -> table(t.name(), t.alias().map(Node.Alias::name));
      case Node.Insert i -> table(i.table(), i.alias());
      case Node.Update u -> table(u.table(), u.alias());
      case Node.Delete d -> table(d.table(), d.alias());
      case Node.Merge m -> table(m.table(), m.alias());
      case Node.Common c -> others.add(c.alias().map(Node.Alias::name).orElse(c.name()));
      case Node.Group g -> names(g.nodes());
      case Node.Word w -> {}
      case Node.Sign s -> {}
      case Node.Name n -> {}
      case Node.Text t -> {}
      case Node.Literal l -> {}
      case Node.Parameter p -> {}
      case Node.Object o -> {}
      case Node.Function f -> {}
      case Node.Type t -> {}
      case Node.Remark r -> {}
      case Node.Prepared p -> {}
      case Node.Cursor c -> {}
      case Node.Setting s -> {}
      case Node.Copy c -> {}
    }
  }

  private void table(Node.TableName named, Optional<String> alias) {
    if (alias.isPresent()) {
      others.add(alias.get());
    } else {
      tables.computeIfAbsent(named.name(), n -> new HashSet<>()).add(named);
    }
  }

  /** What stands alone may be an alias. */
  private void names(List<Node> nodes) {
    for (int i = 0; i < nodes.size(); i++) {
      boolean dotted =
          (i > 0 && Scoping.isSign(nodes.get(i - 1), "."))
              || (i + 1 < nodes.size() && Scoping.isSign(nodes.get(i + 1), "."));
      if (!dotted && nodes.get(i) instanceof Node.Name name) {
        others.add(name.text());
      }
    }
  }
}
