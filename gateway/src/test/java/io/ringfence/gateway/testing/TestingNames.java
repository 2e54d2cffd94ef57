package io.ringfence.gateway.testing;

import io.ringfence.gateway.request.CollectionNames;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.util.List;
import java.util.Optional;

/** Names by a prefix; a name that bears a foreign one is refused. */
public record TestingNames(String prefix, List<String> foreign) implements CollectionNames {
  public static final TestingNames PLAIN = new TestingNames("", List.of());

  @Override
  public String toServer(String name) throws RefusedException {
    boolean taken = foreign.stream().anyMatch(name::startsWith);
    if (taken || (!prefix.isEmpty() && name.startsWith(prefix))) {
      throw new RefusedException(Refusal.Kind.NOT_FOUND, "no such collection");
    }
    return prefix + name;
  }

  @Override
  public Optional<String> toClient(String serverName) {
    return serverName.startsWith(prefix)
        ? Optional.of(serverName.substring(prefix.length()))
        : Optional.empty();
  }
}
