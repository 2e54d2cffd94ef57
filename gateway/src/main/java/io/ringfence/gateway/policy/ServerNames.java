package io.ringfence.gateway.policy;

import io.ringfence.gateway.request.CollectionNames;
import java.util.Optional;

/** The names of a caller without a tenant: the server's own. What it may do there is decided. */
record ServerNames() implements CollectionNames {
  @Override
  public String toServer(String name) {
    return name;
  }

  @Override
  public Optional<String> toClient(String serverName) {
    return Optional.of(serverName);
  }
}
