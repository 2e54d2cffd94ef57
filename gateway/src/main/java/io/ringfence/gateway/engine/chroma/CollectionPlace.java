package io.ringfence.gateway.engine.chroma;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.model.Separation;
import io.ringfence.model.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A tenant and a database of the server's, where a collection may be.
 *
 * <p>A tenant of the blueprint that is kept apart natively has the server's tenant of its name;
 * every other caller's data lies where clients look by default.
 */
record CollectionPlace(String tenant, String database) {
  static final String DEFAULT_TENANT = "default_tenant";
  static final String DEFAULT_DATABASE = "default_database";

  /**
   * Where the server keeps what a caller calls so.
   *
   * @throws RefusedException when there is no such tenant or database for this caller
   */
  static CollectionPlace of(String tenant, String database, Scope scope) throws RefusedException {
    String own = ofTenant(tenant, scope);
    boolean known = scope.tenant().isEmpty() || isNative(scope) || isDefault(database);
    if (!known) {
      throw missing("Database [" + database + "] not found. Are you sure it exists?");
    }
    return new CollectionPlace(own, database);
  }

  /**
   * The server's tenant of what a caller calls so.
   *
   * @throws RefusedException when there is no such tenant for this caller
   */
  static String ofTenant(String tenant, Scope scope) throws RefusedException {
    Optional<Tenant> own = scope.kept(Separation.NATIVE);
    boolean known =
        scope.tenant().isEmpty()
            || tenant.equals(DEFAULT_TENANT)
            || own.filter(t -> t.name().equals(tenant)).isPresent();
    if (!known) {
      throw missing("Tenant [" + tenant + "] not found");
    }
    return own.map(Tenant::name).orElse(tenant);
  }

  private static boolean isNative(Scope scope) {
    return scope.kept(Separation.NATIVE).isPresent();
  }

  private static boolean isDefault(String database) {
    return database.equals(DEFAULT_DATABASE);
  }

  private static RefusedException missing(String text) {
    return new RefusedException(Refusal.Kind.NOT_FOUND, text);
  }

  /** A path of the server's, below this place. */
  List<String> path(String... rest) {
    List<String> out = new ArrayList<>(ChromaOperation.ROOT);
    out.addAll(List.of("tenants", tenant, "databases", database));
    out.addAll(List.of(rest));
    return List.copyOf(out);
  }
}
