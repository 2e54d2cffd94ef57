package io.ringfence.gateway.request;

import java.util.Map;
import java.util.Optional;

/**
 * What a permitted caller sees of the data.
 *
 * @param tenant whose data alone it sees; absent for a principal of {@code tenants: all}
 * @param rows by the server's name of a shared collection, the rows of it that are the tenant's
 */
public record Scope(Optional<String> tenant, CollectionNames names, Map<String, Rows> rows) {
  public Scope {
    rows = Map.copyOf(rows);
  }

  /** The rows of a shared collection whose key has exactly this one value. */
  public record Rows(String key, String value) {}

  /** The mandatory filter on a collection; empty when all of it is the caller's. */
  public Optional<Rows> rowsOf(String collection) {
    return Optional.ofNullable(rows.get(collection));
  }
}
