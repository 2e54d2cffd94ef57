package io.ringfence.cli;

import io.ringfence.agent.Agent;
import io.ringfence.agent.AgentException;
import io.ringfence.agent.Generation;
import io.ringfence.agent.GenerationStore;
import io.ringfence.agent.Keeper;
import io.ringfence.agent.kernel.NetworkNamespace;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code agent}: keeps a generation in force. */
@Command(
    name = "agent",
    description = {
      "Keep the generation in force: repair drift, and fill the sets of names from what the"
          + " resolvers answer. Runs until it is ended.",
    },
    exitCodeList = {
      "0:loaded (with --load)",
      "1:it could not be done",
      "64:the command line is wrong"
    },
    footer = {"  sudo ringfence agent", "  sudo ringfence agent --load   # at boot"})
final class AgentCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private AgentOptions options;

  @Option(names = "--load", description = "Load the confirmed generation, and end.")
  private boolean load;

  AgentCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    return options.run(shell, (agent, namespace) -> load ? load(agent) : keep(agent, namespace));
  }

  private int load(Agent agent) {
    OptionalInt loaded = agent.loadConfirmed();
    log(
        loaded.isPresent()
            ? "generation " + loaded.getAsInt() + " is in force"
            : "none is in force");
    return ExitCode.OK;
  }

  private int keep(Agent agent, NetworkNamespace namespace) {
    GenerationStore store = options.store(shell);
    while (true) {
      OptionalInt generation = store.state().loaded();
      if (generation.isEmpty()) {
        pause();
        continue;
      }
      Generation kept = store.generation(generation.getAsInt());
      log("keeping generation " + kept.number() + " on " + kept.placement());
      try (Keeper keeper =
          Keeper.open(
              agent,
              namespace,
              StatusCommand.desired(kept.placement(), kept.sources()),
              this::log)) {
        while (store.state().loaded().equals(generation)) {
          look(keeper);
          pause();
        }
      }
    }
  }

  /** A kernel that cannot be asked now may be asked later: an agent does not give up. */
  private void look(Keeper keeper) {
    try {
      keeper.look();
    } catch (AgentException e) {
      log(e.getMessage());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(Keeper.LOOK_EVERY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    }
  }

  private void log(String text) {
    shell.err().line(shell.clock().instant() + " " + text);
    shell.err().stream().flush();
  }
}
