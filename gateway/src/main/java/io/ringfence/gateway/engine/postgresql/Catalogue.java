package io.ringfence.gateway.engine.postgresql;

import io.ringfence.gateway.engine.postgresql.sql.Node;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.model.Separation;
import io.ringfence.model.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The relations of the catalogue that official drivers ask when they meet a type. Each is read
 * through a query that leaves out what names others' tables: a table's row type has its name.
 */
final class Catalogue {
  private static final String SCHEMA = "pg_catalog";

  // Aliases that no client's name is: they have a blank at their end.
  private static final String SHOWN_TYPE = "type ";
  private static final String NUMBER = "number ";

  private static final Map<String, String> SHOWN =
      Map.of(
          "pg_type",
          "select * from pg_catalog.pg_type where typrelid = 0 and not exists (select 1 from"
              + " pg_catalog.pg_type e where e.oid = pg_type.typelem and e.typrelid <> 0) and"
              + " pg_catalog.has_schema_privilege(typnamespace, 'usage')",
          "pg_namespace",
          "select * from pg_catalog.pg_namespace where"
              + " pg_catalog.has_schema_privilege(oid, 'usage')");

  /** Tables, indexes and the like. */
  private static final String CLASS = "pg_class";

  private static final Set<String> REWRITTEN =
      Set.of("to_regtype", "pg_table_is_visible", "pg_advisory_xact_lock");

  private Catalogue() {}

  static boolean has(Node.TableName table) {
    return (SHOWN.containsKey(table.name()) || table.name().equals(CLASS))
        && table.schema().orElse(SCHEMA).equals(SCHEMA);
  }

  /** Whether it is of the catalogue, also where it is not let through. */
  static boolean isPartOf(Node.TableName table) {
    return table.name().startsWith("pg_") && table.schema().orElse(SCHEMA).equals(SCHEMA);
  }

  /** What stands in FROM instead of it. */
  static Node shown(Node.Table table, Scope scope) {
    Node.Alias alias = table.alias().orElse(new Node.Alias(table.name().name(), List.of()));
    return in(
        table.name().name().equals(CLASS)
            ? relations(scope)
            : new Node.Word(SHOWN.get(table.name().name())),
        alias);
  }

  private static Node types(Optional<Node.Alias> alias) {
    return in(
        new Node.Word(SHOWN.get("pg_type")), alias.orElse(new Node.Alias("pg_type", List.of())));
  }

  private static Node in(Node query, Node.Alias alias) {
    return Node.Group.of(new Node.Sign("("), query, new Node.Sign(")"), Scoping.aliased(alias));
  }

  /** One's own relations under the client's names; of each what tells nothing of its rows. */
  private static Node.Group relations(Scope scope) {
    Optional<Tenant> names = scope.kept(Separation.NAMES);
    Optional<Tenant> native_ = scope.kept(Separation.NATIVE);
    Optional<String> rows =
        scope.kept(Separation.FILTER).flatMap(Tenant::rows).map(Tenant.Rows::collection);
    String prefix = names.flatMap(Tenant::prefix).orElse("");
    String schema = native_.map(Tenant::name).orElse("public");
    Node.Group own =
        names.isPresent() && !prefix.isEmpty()
            ? called("pg_catalog.starts_with ( relname ::", "pg_catalog.text ,", prefix, ")")
            : native_.isPresent()
                ? Node.Group.of(new Node.Word("true"))
                : rows.isPresent()
                    ? called("relname =", "", rows.get(), "")
                    : Node.Group.of(new Node.Word("false"));
    return Node.Group.of(
        new Node.Word("select oid , pg_catalog.substr ( relname :: pg_catalog.text ,"),
        new Node.Literal(String.valueOf(prefix.codePointCount(0, prefix.length()) + 1)),
        new Node.Word(
            ") :: pg_catalog.name as relname , relnamespace , relkind , relpersistence ,"
                + " relispartition , relhasindex , relnatts from pg_catalog.pg_class where"
                + " relnamespace = ( select n.oid from pg_catalog.pg_namespace n where n.nspname"
                + " ="),
        new Node.Text(schema),
        new Node.Word(") and"),
        own);
  }

  private static Node.Group called(String before, String more, String text, String after) {
    return Node.Group.of(new Node.Word(before + more), new Node.Text(text), new Node.Word(after));
  }

  // --- Functions that become others ---

  /** Whether a function is let through as another alone. */
  static boolean rewrites(String function) {
    return REWRITTEN.contains(function);
  }

  /**
   * @param argument in its parentheses, scoped
   * @throws RefusedException when it is not of the form that can be
   */
  static Node rewritten(Node.Function function, Node.Group argument) throws RefusedException {
    return switch (function.name()) {
      case "to_regtype" -> type(argument);
      // Of what is not shown it is not asked.
      case "pg_table_is_visible" ->
          Node.Group.of(
              new Node.Sign("("), argument, new Node.Word("is not null"), new Node.Sign(")"));
      default -> lock(argument);
    };
  }

  /**
   * A lock on a number, until the transaction's end: each role has numbers of its own, so that no
   * tenant meets another's.
   */
  private static Node lock(Node.Group argument) throws RefusedException {
    int values = 0;
    for (Node node : flat(argument)) {
      boolean value = node instanceof Node.Literal || node instanceof Node.Parameter;
      boolean around =
          node instanceof Node.Type
              || (node instanceof Node.Sign s && Set.of("(", ")", "-", "::").contains(s.text()));
      values += value ? 1 : 0;
      if (!value && !around) {
        throw new RefusedException(
            Refusal.Kind.UNSUPPORTED, "a lock is taken on one number, which stands there");
      }
    }
    if (values != 1) {
      throw new RefusedException(Refusal.Kind.UNSUPPORTED, "a lock is taken on one number");
    }
    return Node.Group.of(
        new Node.Word(
            "pg_catalog.pg_advisory_xact_lock ( pg_catalog.quote_ident ( current_user ) ::"
                + " pg_catalog.regrole :: pg_catalog.oid :: pg_catalog.int4 , pg_catalog.hashint8"
                + " ("),
        argument,
        new Node.Word(":: pg_catalog.int8 ) )"));
  }

  private static List<Node> flat(Node.Group group) {
    List<Node> out = new ArrayList<>();
    for (Node node : group.nodes()) {
      if (node instanceof Node.Group g) {
        out.addAll(flat(g));
      } else {
        out.add(node);
      }
    }
    return out;
  }

  /** {@code to_regtype}, of what is shown. */
  private static Node type(Node.Group argument) {
    return Node.Group.of(
        new Node.Sign("("),
        new Node.Word("select oid from"),
        types(Optional.empty()),
        new Node.Word("where oid = pg_catalog.to_regtype"),
        argument,
        new Node.Sign(")"));
  }

  /**
   * A column's number as the name of a type, of what is shown. The column is read where no name of
   * the catalogue's is seen.
   */
  static Node nameOfType(Node.Group column) {
    Node.Alias shown = new Node.Alias(SHOWN_TYPE, List.of());
    return Node.Group.of(
        new Node.Sign("("),
        new Node.Word("select"),
        new Node.Name(SHOWN_TYPE),
        new Node.Word(". oid :: pg_catalog.regtype from ( select"),
        column,
        new Node.Word(":: pg_catalog.oid as number ) as"),
        new Node.Name(NUMBER),
        new Node.Word("join"),
        types(Optional.of(shown)),
        new Node.Word("on"),
        new Node.Name(SHOWN_TYPE),
        new Node.Word(". oid ="),
        new Node.Name(NUMBER),
        new Node.Word(". number )"));
  }
}
