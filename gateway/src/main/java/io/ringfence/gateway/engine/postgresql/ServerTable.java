package io.ringfence.gateway.engine.postgresql;

import io.ringfence.gateway.engine.postgresql.sql.Node;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.model.Separation;
import io.ringfence.model.Tenant;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * A table as the server has it.
 *
 * @param collection its name as a collection: without its schema where that is {@code public}
 */
record ServerTable(String schema, String name, String collection) {
  private static final String PUBLIC = "public";
  private static final int NAME_BYTES_MAX = 63;

  /**
   * The table that a caller calls so.
   *
   * @throws RefusedException when the caller can have no such table
   */
  static ServerTable of(Node.TableName called, Scope scope, Set<PostgresqlGuard> guards)
      throws RefusedException {
    if (called.name().startsWith("pg_") || reserved(called.schema())) {
      throw new RefusedException(
          Refusal.Kind.DENIED, "`" + called.name() + "` of the catalogue is not let through");
    }
    Optional<Tenant> native_ = scope.kept(Separation.NATIVE);
    return native_.isPresent()
        ? ofNative(called, native_.get(), guards)
        : ofPublic(called, scope, guards);
  }

  private static boolean reserved(Optional<String> schema) {
    return schema.filter(s -> s.startsWith("pg_") || s.equals("information_schema")).isPresent();
  }

  private static ServerTable ofPublic(
      Node.TableName called, Scope scope, Set<PostgresqlGuard> guards) throws RefusedException {
    String schema = called.schema().orElse(PUBLIC);
    if (schema.equals(PUBLIC)) {
      String name =
          guards.contains(PostgresqlGuard.NAMES) ? toServer(called, scope) : called.name();
      requireFits(name);
      return new ServerTable(PUBLIC, name, name);
    }
    if (scope.tenant().isPresent() && guards.contains(PostgresqlGuard.SCHEMAS)) {
      throw missing(called);
    }
    return new ServerTable(schema, called.name(), schema + "." + called.name());
  }

  private static String toServer(Node.TableName called, Scope scope) throws RefusedException {
    try {
      return scope.names().toServer(called.name());
    } catch (RefusedException e) {
      // INVARIANT (foreign equals missing): in the words of the database for what is not there.
      throw e.refusal().kind() == Refusal.Kind.NOT_FOUND ? missing(called) : e;
    }
  }

  /** Without a schema it is the tenant's own, but where the blueprint gives it a shared one. */
  private static ServerTable ofNative(
      Node.TableName called, Tenant tenant, Set<PostgresqlGuard> guards) throws RefusedException {
    String shared = called.name();
    String own = tenant.name() + "." + called.name();
    String schema = called.schema().orElseGet(() -> tenant.owns(shared) ? PUBLIC : tenant.name());
    if (schema.equals(PUBLIC)) {
      return new ServerTable(PUBLIC, shared, shared);
    }
    if (!schema.equals(tenant.name()) && guards.contains(PostgresqlGuard.SCHEMAS)) {
      throw missing(called);
    }
    return new ServerTable(schema, called.name(), own);
  }

  private static RefusedException missing(Node.TableName called) {
    return new RefusedException(
        Refusal.Kind.NOT_FOUND, "relation \"" + called.name() + "\" does not exist");
  }

  /** INVARIANT (no name is cut short): the prefix and the name are the whole name. */
  private static void requireFits(String name) throws RefusedException {
    if (name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
      throw new RefusedException(
          Refusal.Kind.MALFORMED, "a table's name is too long with its tenant's prefix");
    }
  }

  Node.TableName tableName() {
    return new Node.TableName(Optional.of(schema), name);
  }
}
