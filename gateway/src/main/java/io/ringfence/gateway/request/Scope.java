package io.ringfence.gateway.request;

import io.ringfence.model.Separation;
import io.ringfence.model.Tenant;
import java.util.Optional;

/**
 * What a caller may see of the data, by its verified identity alone.
 *
 * @param tenant whose data alone it sees; absent for a principal that is a member of none
 */
public record Scope(Optional<Tenant> tenant, CollectionNames names) {
  /** The rows of a shared collection whose key has exactly this one value. */
  public record Rows(String key, String value) {}

  /** The mandatory filter on a collection, by its server's name; empty when there is none. */
  public Optional<Rows> rowsOf(String collection) {
    return kept(Separation.FILTER)
        .flatMap(
            t ->
                t.rows()
                    .filter(r -> r.collection().equals(collection))
                    .map(r -> new Rows(r.key(), t.name())));
  }

  /** The tenant, if it is kept apart in this way. */
  public Optional<Tenant> kept(Separation separation) {
    return tenant.filter(t -> t.separation() == separation);
  }
}
