package io.ringfence.cli;

import io.ringfence.agent.Agent;
import io.ringfence.agent.GenerationStore;
import io.ringfence.agent.Watchdog;
import io.ringfence.agent.kernel.NetworkNamespace;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which network's kernel rules are meant, and where its generations are kept. */
final class AgentOptions {
  @Mixin private StateFolderOption state;

  @Option(
      names = "--netns",
      paramLabel = "NAME",
      description = "A network namespace made by `ip netns add`, instead of the current one.")
  private Optional<String> namespace = Optional.empty();

  GenerationStore store(Shell shell) {
    return state.store(shell);
  }

  /** Work with the agent, inside the namespace. */
  @FunctionalInterface
  interface Work<T> {
    T with(Agent agent, NetworkNamespace namespace);
  }

  /** Runs work with an agent, once it is sure that it may. */
  <T> T run(Shell shell, Work<T> work) {
    Privileges.require();
    try (NetworkNamespace entered = enter()) {
      Agent agent =
          new Agent(store(shell), entered, new Watchdog.Processes(namespace), shell.clock());
      return work.with(agent, entered);
    }
  }

  private NetworkNamespace enter() {
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

  /** The options that lead another command to the same generations. */
  String repeated() {
    return state.repeated() + namespace.map(n -> " --netns " + n).orElse("");
  }
}
