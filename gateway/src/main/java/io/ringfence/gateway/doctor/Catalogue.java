package io.ringfence.gateway.doctor;

import java.util.List;
import java.util.Set;

/**
 * What PostgreSQL's catalogue says of the roles that callers log in with, and of what they reach.
 */
public record Catalogue(
    String version,
    List<Role> roles,
    List<Relation> relations,
    List<Function> functions,
    List<Key> keys) {
  public Catalogue {
    roles = List.copyOf(roles);
    relations = List.copyOf(relations);
    functions = List.copyOf(functions);
    keys = List.copyOf(keys);
  }

  /**
   * A role that a tenant logs in with.
   *
   * @param powers what it has that none should: {@code SUPERUSER}, {@code BYPASSRLS} and the like
   * @param memberOf other roles, whose rights it has as well
   */
  public record Role(String name, Set<String> powers, Set<String> memberOf) {
    public Role {
      powers = Set.copyOf(powers);
      memberOf = Set.copyOf(memberOf);
    }
  }

  /** What a relation is. */
  public enum Kind {
    TABLE,
    VIEW,
    MATERIALIZED_VIEW,
    FOREIGN_TABLE
  }

  /**
   * Something that rows are read from or written to.
   *
   * @param name with its schema
   * @param readers the roles, of those above, that may read or write it
   * @param excess rights on it that no tenant should have, each as {@code ROLE PRIVILEGE}
   * @param guarded whether row security is enabled and forced
   * @param policyFor the roles that some policy applies to
   * @param invoker whether a view has the rights of whoever asks
   */
  public record Relation(
      String name,
      Kind kind,
      String owner,
      Set<String> readers,
      Set<String> excess,
      boolean guarded,
      Set<String> policyFor,
      boolean invoker) {
    public Relation {
      readers = Set.copyOf(readers);
      excess = Set.copyOf(excess);
      policyFor = Set.copyOf(policyFor);
    }
  }

  /** A function that runs with its owner's rights. */
  public record Function(String name, String owner, Set<String> callers) {
    public Function {
      callers = Set.copyOf(callers);
    }
  }

  /**
   * A primary, unique or foreign key.
   *
   * @param columns of the table that has it
   */
  public record Key(String name, String table, Set<String> columns) {
    public Key {
      columns = Set.copyOf(columns);
    }
  }
}
