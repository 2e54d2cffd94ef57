package io.ringfence.gateway.engine.postgresql;

import io.ringfence.gateway.engine.postgresql.sql.Node;
import io.ringfence.gateway.engine.postgresql.sql.Node.Insert.Source;
import io.ringfence.gateway.engine.postgresql.sql.Walk;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A statement's tree as the database gets it: tables by their full server names under the names
 * that the client has for them, functions of PostgreSQL by their full names, a shared table's rows
 * by the tenant's filter.
 *
 * <p>INVARIANT (tables by full name): what names a table names its schema, so that it is the table
 * that was decided, whatever the search path and the names of WITH are.
 */
final class Scoping {
  /** An alias that no client's name is: it has a blank at its end. */
  private static final String ROWS = "rows ";

  /** Columns that every table has: where a row is and which transaction wrote it. */
  private static final Set<String> PLACES =
      Set.of("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid");

  private final Scope scope;
  private final Set<PostgresqlGuard> guards;
  private final SchemaColumns columns;

  /** What a parameter must be, by its number. */
  private final Map<Integer, String> required = new HashMap<>();

  /** The names of the client's and the server's that its errors may say. */
  private final Map<String, String> names = new HashMap<>();

  /**
   * @param statement whose parts are scoped
   */
  Scoping(Node.Group statement, Scope scope, Set<PostgresqlGuard> guards) {
    this.scope = scope;
    this.guards = guards;
    this.columns = new SchemaColumns(statement, scope, guards);
  }

  Map<Integer, String> required() {
    return required;
  }

  /** The client's names by the server's. */
  Map<String, String> names() {
    return names;
  }

  Node.Group group(Node.Group group) throws RefusedException {
    List<Node> out = new ArrayList<>();
    List<Node> nodes = group.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      boolean rewritten =
          nodes.get(i) instanceof Node.Function f
              && Catalogue.rewrites(f.name())
              && i + 1 < nodes.size();
      if (rewritten && nodes.get(i + 1) instanceof Node.Group argument) {
        out.add(Catalogue.rewritten((Node.Function) nodes.get(i), group(argument)));
        i++;
      } else if (isOfCatalogue(nodes, i) || columns.stand(nodes, i)) {
        i++; // its table stands under its own name alone
      } else if (isNameOfType(nodes, i)) {
        out.add(Catalogue.nameOfType(column(out)));
        i++;
      } else {
        out.add(node(nodes.get(i)));
      }
    }
    return new Node.Group(out);
  }

  /** {@code pg_catalog .} before a relation of the catalogue that is shown, and its column. */
  private static boolean isOfCatalogue(List<Node> nodes, int i) {
    return i + 3 < nodes.size()
        && nodes.get(i) instanceof Node.Name catalogue
        && catalogue.text().equals("pg_catalog")
        && isSign(nodes.get(i + 1), ".")
        && nodes.get(i + 2) instanceof Node.Name relation
        && Catalogue.has(Node.TableName.of(relation.text()))
        && isSign(nodes.get(i + 3), ".");
  }

  static boolean isSign(Node node, String sign) {
    return node instanceof Node.Sign s && s.text().equals(sign);
  }

  /** {@code :: regtype} behind a column. */
  static boolean isNameOfType(List<Node> nodes, int cast) {
    return cast > 0
        && cast + 1 < nodes.size()
        && isSign(nodes.get(cast), "::")
        && nodes.get(cast - 1) instanceof Node.Name
        && nodes.get(cast + 1) instanceof Node.Type t
        && t.name().equals("regtype")
        && t.arrays() == 0;
  }

  /** Takes the column's parts back that end what was read. */
  private static Node.Group column(List<Node> out) {
    int from = out.size() - 1;
    while (from >= 2 && out.get(from - 1).equals(new Node.Sign("."))) {
      from -= 2;
    }
    List<Node> parts = out.subList(from, out.size());
    Node.Group column = new Node.Group(parts);
    parts.clear();
    return column;
  }

  private Node node(Node node) throws RefusedException {
    return switch (node) {
      case Node.Word w -> w;
      case Node.Sign s -> s;
      case Node.Name n -> {
        names.put(n.text(), n.text());
        yield n;
      }
      case Node.Text t -> t;
      case Node.Literal l -> l;
      case Node.Parameter p -> p;
      case Node.Group g -> group(g);
      case Node.Table t -> table(t);
      case Node.Object o -> object(o);
      case Node.Function f -> function(f);
      case Node.Type t -> type(t);
      case Node.Insert i -> insert(i);
      case Node.Update u -> update(u);
      case Node.Delete d -> delete(d);
      case Node.Merge m -> merge(m);
      case Node.Copy c -> copy(c);
      case Node.Common c -> c;
      case Node.Remark r -> r;
      case Node.Prepared p -> p;
      case Node.Cursor c -> c;
      case Node.Setting s -> s;
    };
  }

  private ServerTable server(Node.TableName called) throws RefusedException {
    ServerTable table = ServerTable.of(called, scope, guards);
    names.put(table.name(), called.name());
    names.put(table.schema() + "." + table.name(), called.name());
    return table;
  }

  /** The tenant's rows of it, where they are guarded so. */
  private Optional<Scope.Rows> rows(ServerTable table, PostgresqlGuard guard) {
    return scope.rowsOf(table.collection()).filter(r -> guards.contains(guard));
  }

  // --- Reading ---

  private Node table(Node.Table read) throws RefusedException {
    if (!guards.contains(PostgresqlGuard.CATALOGUE) && Catalogue.isPartOf(read.name())) {
      return read;
    }
    if (Catalogue.has(read.name())) {
      return Catalogue.shown(read, scope);
    }
    ServerTable table = server(read.name());
    Optional<Scope.Rows> rows = rows(table, PostgresqlGuard.ROW_READS);
    if (rows.isEmpty()) {
      boolean renamed = !table.name().equals(read.name().name());
      Optional<Node.Alias> alias =
          read.alias().isEmpty() && renamed
              ? Optional.of(new Node.Alias(read.name().name(), List.of()))
              : read.alias();
      return new Node.Table(table.tableName(), read.only(), alias);
    }
    Node.Alias alias = read.alias().orElse(new Node.Alias(read.name().name(), List.of()));
    return Node.Group.of(
        new Node.Sign("("),
        new Node.Word("select * from"),
        new Node.Table(table.tableName(), read.only(), Optional.empty()),
        new Node.Word("where"),
        own(Optional.empty(), rows.get()),
        new Node.Sign(")"),
        aliased(alias));
  }

  static Node.Group aliased(Node.Alias alias) {
    List<Node> out = new ArrayList<>(List.of(new Node.Word("as"), new Node.Name(alias.name())));
    for (int i = 0; i < alias.columns().size(); i++) {
      out.add(new Node.Sign(i == 0 ? "(" : ","));
      out.add(new Node.Name(alias.columns().get(i)));
    }
    if (!alias.columns().isEmpty()) {
      out.add(new Node.Sign(")"));
    }
    return new Node.Group(out);
  }

  /** The tenant's filter. */
  private static Node.Group own(Optional<String> alias, Scope.Rows rows) {
    List<Node> out = new ArrayList<>();
    alias.ifPresent(
        a -> {
          out.add(new Node.Name(a));
          out.add(new Node.Sign("."));
        });
    out.add(new Node.Name(rows.key()));
    out.add(new Node.Sign("="));
    out.add(new Node.Text(rows.value()));
    return new Node.Group(out);
  }

  private static Node.Group own(String alias, Scope.Rows rows, Node.Group condition) {
    if (condition.isEmpty()) {
      return own(Optional.of(alias), rows);
    }
    return Node.Group.of(
        own(Optional.of(alias), rows),
        new Node.Word("and"),
        new Node.Sign("("),
        condition,
        new Node.Sign(")"));
  }

  private Node function(Node.Function called) {
    // pgvector has aggregates of these names: which it is, the argument says.
    boolean both = SqlWords.aggregateOfVectors(called.name()) && called.schema().isEmpty();
    boolean ofPostgresql = SqlWords.function(called.name()) && !both;
    return new Node.Function(
        ofPostgresql ? Optional.of("pg_catalog") : called.schema(), called.name());
  }

  private static Node type(Node.Type type) {
    boolean plain = type.words().isEmpty() && type.schema().isEmpty();
    boolean ofPostgresql = SqlWords.type(type.name()) && !type.name().equals("char");
    return plain && ofPostgresql
        ? new Node.Type(
            Optional.of("pg_catalog"), type.name(), List.of(), type.modifiers(), type.arrays())
        : type;
  }

  // --- Tables as such ---

  private Node object(Node.Object object) throws RefusedException {
    return switch (object.kind()) {
      // An index is made in its table's schema.
      case CREATED_INDEX, RENAMED_TABLE -> {
        ServerTable index = server(object.name());
        yield new Node.Object(Node.TableName.of(index.name()), object.kind());
      }
      case TRUNCATED_TABLE -> {
        ServerTable table = server(object.name());
        if (rows(table, PostgresqlGuard.SHARED_TABLES).isPresent()) {
          throw unsupported("TRUNCATE takes all tenants' rows of a shared table; use DELETE");
        }
        yield new Node.Object(table.tableName(), object.kind());
      }
      case CREATED_TABLE,
          ALTERED_TABLE,
          DROPPED_TABLE,
          INDEXED_TABLE,
          DROPPED_INDEX,
          REFERENCED_TABLE -> {
        ServerTable table = server(object.name());
        if (rows(table, PostgresqlGuard.SHARED_TABLES).isPresent()) {
          throw new RefusedException(
              Refusal.Kind.DENIED,
              "the table `" + object.name().name() + "` is shared, and not changed by one tenant");
        }
        yield new Node.Object(table.tableName(), object.kind());
      }
    };
  }

  // --- Writing ---

  /** INVARIANT (rows alone): what is read through the filter has no such columns either. */
  private void requireNoPlaces(ServerTable table, Node changed) throws RefusedException {
    if (rows(table, PostgresqlGuard.ROW_PLACES).isEmpty()) {
      return;
    }
    Walk.over(
        Node.Group.of(changed),
        node -> {
          if (node instanceof Node.Name n && PLACES.contains(n.text())) {
            throw new RefusedException(
                Refusal.Kind.DENIED,
                "the table is shared: its column `" + n.text() + "` is not let through");
          }
        });
  }

  private Node insert(Node.Insert insert) throws RefusedException {
    ServerTable table = server(insert.table());
    requireNoPlaces(table, insert);
    remember(insert.columns());
    String alias = insert.alias().orElse(insert.table().name());
    Node.Insert scoped =
        new Node.Insert(
            group(insert.with()),
            table.tableName(),
            Optional.of(alias),
            insert.columns(),
            source(insert.source()),
            group(insert.conflict()),
            insert.overwritten(),
            group(insert.condition()),
            group(insert.returning()));
    Optional<Scope.Rows> rows = rows(table, PostgresqlGuard.ROW_MARKS);
    return rows.isPresent() ? ofOwn(scoped, alias, rows.get()) : scoped;
  }

  private void remember(List<String> columns) {
    columns.forEach(c -> names.put(c, c));
  }

  private Source source(Source source) throws RefusedException {
    return switch (source) {
      case Source.Defaults d -> d;
      case Source.Query q -> new Source.Query(group(q.query()));
      case Source.Rows r -> {
        List<List<Node.Group>> out = new ArrayList<>();
        for (List<Node.Group> row : r.rows()) {
          List<Node.Group> values = new ArrayList<>();
          for (Node.Group value : row) {
            values.add(group(value));
          }
          out.add(values);
        }
        yield new Source.Rows(out);
      }
    };
  }

  private Node.Insert ofOwn(Node.Insert insert, String alias, Scope.Rows rows)
      throws RefusedException {
    if (insert.columns().isEmpty()) {
      throw new RefusedException(
          Refusal.Kind.UNSUPPORTED,
          "the table is shared: an INSERT names its columns, and may leave out `"
              + rows.key()
              + "`");
    }
    requireKept(insert.overwritten(), rows);
    int key = insert.columns().indexOf(rows.key());
    List<String> columns = new ArrayList<>(insert.columns());
    if (key < 0) {
      columns.add(rows.key());
    }
    return new Node.Insert(
        insert.with(),
        insert.table(),
        insert.alias(),
        columns,
        sourceOfOwn(insert.source(), key, rows),
        insert.conflict(),
        insert.overwritten(),
        insert.overwritten().isEmpty() ? Node.Group.EMPTY : own(alias, rows, insert.condition()),
        insert.returning());
  }

  private Source sourceOfOwn(Source source, int key, Scope.Rows rows) throws RefusedException {
    return switch (source) {
      case Source.Defaults d -> throw unlike(rows);
      case Source.Rows r -> {
        List<List<Node.Group>> out = new ArrayList<>();
        for (List<Node.Group> row : r.rows()) {
          out.add(rowOfOwn(row, key, rows));
        }
        yield new Source.Rows(out);
      }
      case Source.Query q -> {
        if (key >= 0) {
          throw unlike(rows);
        }
        yield new Source.Query(
            Node.Group.of(
                new Node.Word("select"),
                new Node.Name(ROWS),
                new Node.Sign("."),
                new Node.Sign("*"),
                new Node.Sign(","),
                new Node.Text(rows.value()),
                new Node.Word("from"),
                new Node.Sign("("),
                q.query(),
                new Node.Sign(")"),
                new Node.Word("as"),
                new Node.Name(ROWS)));
      }
    };
  }

  private List<Node.Group> rowOfOwn(List<Node.Group> row, int key, Scope.Rows rows)
      throws RefusedException {
    if (key < 0) {
      List<Node.Group> out = new ArrayList<>(row);
      out.add(Node.Group.of(new Node.Text(rows.value())));
      return out;
    }
    Node value =
        key < row.size() && row.get(key).nodes().size() == 1
            ? row.get(key).nodes().getFirst()
            : Node.Group.EMPTY;
    switch (value) {
      case Node.Text t when t.value().equals(rows.value()) -> {}
      case Node.Parameter p -> required.put(p.number(), rows.value());
      default -> throw unlike(rows);
    }
    return row;
  }

  private static RefusedException unlike(Scope.Rows rows) {
    return new RefusedException(
        Refusal.Kind.DENIED,
        "the table is shared: `" + rows.key() + "` is this caller's own, or is left out");
  }

  private static void requireKept(List<String> columns, Scope.Rows rows) throws RefusedException {
    if (columns.contains(rows.key())) {
      throw unlike(rows);
    }
  }

  private Node update(Node.Update update) throws RefusedException {
    ServerTable table = server(update.table());
    requireNoPlaces(table, update);
    remember(update.columns());
    String alias = update.alias().orElse(update.table().name());
    Optional<Scope.Rows> marks = rows(table, PostgresqlGuard.ROW_MARKS);
    if (marks.isPresent()) {
      requireKept(update.columns(), marks.get());
    }
    Optional<Scope.Rows> rows = rows(table, PostgresqlGuard.ROW_CHANGES);
    Node.Group where = group(update.where());
    return new Node.Update(
        group(update.with()),
        table.tableName(),
        update.only(),
        Optional.of(alias),
        update.columns(),
        group(update.assignments()),
        group(update.from()),
        rows.map(r -> own(alias, r, where)).orElse(where),
        group(update.returning()));
  }

  private static RefusedException unsupported(String text) {
    return new RefusedException(Refusal.Kind.UNSUPPORTED, text);
  }

  private Node merge(Node.Merge merge) throws RefusedException {
    ServerTable table = server(merge.table());
    if (rows(table, PostgresqlGuard.ROW_CHANGES).isPresent()) {
      throw unsupported(
          "MERGE into a shared table is not carried out; use INSERT ... ON CONFLICT, UPDATE and"
              + " DELETE");
    }
    return new Node.Merge(
        group(merge.with()),
        table.tableName(),
        merge.only(),
        Optional.of(merge.alias().orElse(merge.table().name())),
        group(merge.using()),
        group(merge.rest()),
        merge.inserts(),
        merge.updates(),
        merge.deletes(),
        group(merge.returning()));
  }

  private Node delete(Node.Delete delete) throws RefusedException {
    ServerTable table = server(delete.table());
    requireNoPlaces(table, delete);
    String alias = delete.alias().orElse(delete.table().name());
    Node.Group where = group(delete.where());
    return new Node.Delete(
        group(delete.with()),
        table.tableName(),
        delete.only(),
        Optional.of(alias),
        group(delete.using()),
        rows(table, PostgresqlGuard.ROW_CHANGES).map(r -> own(alias, r, where)).orElse(where),
        group(delete.returning()));
  }

  private Node copy(Node.Copy copy) throws RefusedException {
    ServerTable table = server(copy.table());
    remember(copy.columns());
    Optional<Scope.Rows> rows =
        rows(table, copy.in() ? PostgresqlGuard.ROW_MARKS : PostgresqlGuard.ROW_READS);
    if (rows.isEmpty()) {
      return new Node.Copy(table.tableName(), copy.columns(), copy.in(), copy.options());
    }
    if (copy.in()) {
      throw new RefusedException(
          Refusal.Kind.UNSUPPORTED,
          "COPY FROM is not possible on a shared table: the database takes none where rows are"
              + " kept apart; use INSERT");
    }
    List<Node> out = new ArrayList<>(List.of(new Node.Word("copy ( select")));
    for (int i = 0; i < copy.columns().size(); i++) {
      if (i > 0) {
        out.add(new Node.Sign(","));
      }
      out.add(new Node.Name(copy.columns().get(i)));
    }
    if (copy.columns().isEmpty()) {
      out.add(new Node.Sign("*"));
    }
    out.add(new Node.Word("from"));
    out.add(new Node.Table(table.tableName(), false, Optional.empty()));
    out.add(new Node.Word("where"));
    out.add(own(Optional.empty(), rows.get()));
    out.add(new Node.Word(") to stdout"));
    out.add(copy.options());
    return new Node.Group(out);
  }
}
