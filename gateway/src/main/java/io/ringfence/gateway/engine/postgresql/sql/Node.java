package io.ringfence.gateway.engine.postgresql.sql;

import java.util.List;
import java.util.Optional;

/**
 * A part of a statement's tree. Expressions keep the order of their tokens, since what binds how is
 * the same for whoever reads them again; what names something, and what a tenant's scope changes,
 * is a node of its own.
 */
public sealed interface Node {
  /** A keyword. */
  record Word(String text) implements Node {}

  /** An operator or punctuation. */
  record Sign(String text) implements Node {}

  /** The name of a column, an alias, a constraint: of nothing that has rights of its own. */
  record Name(String text) implements Node {}

  /** A string. */
  record Text(String value) implements Node {}

  /** A number or a bit string, as it is written. */
  record Literal(String text) implements Node {}

  /** {@code $1}. */
  record Parameter(int number) implements Node {}

  /** Parts, one after the other. */
  record Group(List<Node> nodes) implements Node {
    public static final Group EMPTY = new Group(List.of());

    public Group {
      nodes = List.copyOf(nodes);
    }

    public static Group of(Node... nodes) {
      return new Group(List.of(nodes));
    }

    public boolean isEmpty() {
      return nodes.isEmpty();
    }
  }

  /** A table's name with its schema, if it says one. */
  record TableName(Optional<String> schema, String name) {
    public static TableName of(String name) {
      return new TableName(Optional.empty(), name);
    }
  }

  /** A table that is read; a common table's name is a {@link Common} instead. */
  record Table(TableName name, boolean only, Optional<Alias> alias) implements Node {}

  /** A common table of a WITH around it. */
  record Common(String name, Optional<Alias> alias) implements Node {}

  /** What a table is called in a statement, and its columns. */
  record Alias(String name, List<String> columns) {
    public Alias {
      columns = List.copyOf(columns);
    }
  }

  /** A table or an index as such: what is made, indexed, dropped. */
  record Object(TableName name, Kind kind) implements Node {
    /** What of it. */
    public enum Kind {
      CREATED_TABLE,
      ALTERED_TABLE,
      RENAMED_TABLE,
      TRUNCATED_TABLE,
      DROPPED_TABLE,
      INDEXED_TABLE,
      CREATED_INDEX,
      DROPPED_INDEX,
      REFERENCED_TABLE
    }
  }

  /** The name of a function that is called. */
  record Function(Optional<String> schema, String name) implements Node {}

  /**
   * A type.
   *
   * @param words how it is written where it is a word of the grammar: {@code double precision};
   *     empty for a plain name
   */
  record Type(
      Optional<String> schema, String name, List<String> words, List<Integer> modifiers, int arrays)
      implements Node {
    public Type {
      words = List.copyOf(words);
      modifiers = List.copyOf(modifiers);
    }
  }

  /** What a LIMIT or a row lock says of the query it stands in; it prints nothing. */
  sealed interface Remark extends Node {
    /** At most so many rows, as a literal. */
    record Limit(int rows) implements Remark {}

    /** At most as many rows as a parameter says. */
    record LimitBy(int parameter) implements Remark {}

    /** At most as many rows as something says that only the database knows. */
    record LimitOpen() implements Remark {}

    /** It locks the rows it reads. */
    record Locks() implements Remark {}
  }

  /** A prepared statement's name. */
  record Prepared(String name) implements Node {}

  /** A cursor's name. */
  record Cursor(String name) implements Node {}

  /**
   * A setting's name with what it is set to.
   *
   * @param values strings, numbers, or the word {@code default}; empty where it is read or reset
   */
  record Setting(String name, List<Node> values) implements Node {
    public Setting {
      values = List.copyOf(values);
    }
  }

  /**
   * INSERT.
   *
   * @param alias of the table, for ON CONFLICT and RETURNING
   * @param columns empty for all
   * @param conflict ON CONFLICT up to the last assignment of its DO UPDATE
   * @param overwritten the columns that DO UPDATE sets
   * @param condition of DO UPDATE
   */
  record Insert(
      Group with,
      TableName table,
      Optional<String> alias,
      List<String> columns,
      Source source,
      Group conflict,
      List<String> overwritten,
      Group condition,
      Group returning)
      implements Node {
    public Insert {
      columns = List.copyOf(columns);
      overwritten = List.copyOf(overwritten);
    }

    /** Where the rows come from. */
    public sealed interface Source {
      record Rows(List<List<Group>> rows) implements Source {
        public Rows {
          rows = List.copyOf(rows);
        }
      }

      record Query(Group query) implements Source {}

      record Defaults() implements Source {}
    }
  }

  /**
   * UPDATE.
   *
   * @param columns all that are set
   */
  record Update(
      Group with,
      TableName table,
      boolean only,
      Optional<String> alias,
      List<String> columns,
      Group assignments,
      Group from,
      Group where,
      Group returning)
      implements Node {
    public Update {
      columns = List.copyOf(columns);
    }
  }

  /** DELETE. */
  record Delete(
      Group with,
      TableName table,
      boolean only,
      Optional<String> alias,
      Group using,
      Group where,
      Group returning)
      implements Node {}

  /**
   * MERGE.
   *
   * @param rest from ON to the last WHEN
   * @param inserts whether it may insert rows
   */
  record Merge(
      Group with,
      TableName table,
      boolean only,
      Optional<String> alias,
      Group using,
      Group rest,
      boolean inserts,
      boolean updates,
      boolean deletes,
      Group returning)
      implements Node {}

  /**
   * COPY of a table.
   *
   * @param in FROM STDIN, else TO STDOUT
   * @param columns empty for all
   */
  record Copy(TableName table, List<String> columns, boolean in, Group options) implements Node {
    public Copy {
      columns = List.copyOf(columns);
    }
  }
}
