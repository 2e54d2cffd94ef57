package io.ringfence.gateway.request;

import java.util.Optional;

/**
 * The names that a caller has for collections, and the server's. What the two are is told by how
 * the caller's tenant is kept apart.
 */
public interface CollectionNames {
  /**
   * The server's name of what the caller names.
   *
   * @throws RefusedException when the caller can have no such name: one that bears a tenant's
   *     prefix
   */
  String toServer(String name) throws RefusedException;

  /** The caller's name of a server's collection; empty when it is not the caller's to see. */
  Optional<String> toClient(String serverName);
}
