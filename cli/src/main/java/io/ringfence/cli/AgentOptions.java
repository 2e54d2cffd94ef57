package io.ringfence.cli;

import io.ringfence.agent.Agent;
import io.ringfence.agent.GenerationStore;
import io.ringfence.agent.Watchdog;
import io.ringfence.agent.kernel.NetworkNamespace;
import picocli.CommandLine.Mixin;

/** Which network's kernel rules are meant, and where its generations are kept. */
final class AgentOptions {
  @Mixin private StateFolderOption state;
  @Mixin private NamespaceOption namespace;

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
    try (NetworkNamespace entered = namespace.enter()) {
      Agent agent =
          new Agent(store(shell), entered, new Watchdog.Processes(namespace.name()), shell.clock());
      return work.with(agent, entered);
    }
  }

  /** True when another network than the current one is meant. */
  boolean isElsewhere() {
    return namespace.name().isPresent();
  }

  /** The options that lead another command to the same generations. */
  String repeated() {
    return state.repeated() + namespace.name().map(n -> " --netns " + n).orElse("");
  }
}
