package io.ringfence.cli;

import io.ringfence.agent.kernel.NetworkNamespace;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which network's kernel rules are meant. */
final class NamespaceOption {
  @Option(
      names = "--netns",
      paramLabel = "NAME",
      description = "A network namespace made by `ip netns add`, instead of the current one.")
  private Optional<String> namespace = Optional.empty();

  /** Its name; absent for the current one. */
  Optional<String> name() {
    return namespace;
  }

  /** Enters it, once it is sure that it may. */
  NetworkNamespace enter() {
    Privileges.require();
    if (namespace.isEmpty()) {
      return NetworkNamespace.current();
    }
    try {
      return NetworkNamespace.named(namespace.get());
    } catch (IOException | IllegalArgumentException e) {
      throw new Failure(
          "network namespace `" + namespace.get() + "` cannot be entered: " + e.getMessage(), e);
    }
  }
}
