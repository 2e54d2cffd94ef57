package io.ringfence.gateway.engine.postgresql;

import io.ringfence.gateway.engine.postgresql.sql.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  private Catalogue() {}

  static boolean has(Node.TableName table) {
    return SHOWN.containsKey(table.name()) && table.schema().orElse(SCHEMA).equals(SCHEMA);
  }

  /** Whether it is of the catalogue, also where it is not let through. */
  static boolean isPartOf(Node.TableName table) {
    return table.name().startsWith("pg_") && table.schema().orElse(SCHEMA).equals(SCHEMA);
  }

  /** What stands in FROM instead of it. */
  static Node shown(Node.Table table) {
    Node.Alias alias = table.alias().orElse(new Node.Alias(table.name().name(), List.of()));
    return Node.Group.of(
        new Node.Sign("("),
        new Node.Word(SHOWN.get(table.name().name())),
        new Node.Sign(")"),
        Scoping.aliased(alias));
  }

  /** {@code to_regtype}, of what is shown. */
  static Node type(Node.Group argument) {
    return Node.Group.of(
        new Node.Sign("("),
        new Node.Word("select oid from"),
        shown(new Node.Table(Node.TableName.of("pg_type"), false, Optional.empty())),
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
        shown(new Node.Table(Node.TableName.of("pg_type"), false, Optional.of(shown))),
        new Node.Word("on"),
        new Node.Name(SHOWN_TYPE),
        new Node.Word(". oid ="),
        new Node.Name(NUMBER),
        new Node.Word(". number )"));
  }
}
