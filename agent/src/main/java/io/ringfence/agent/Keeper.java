package io.ringfence.agent;

import io.ringfence.agent.kernel.LoggedPacket;
import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.agent.kernel.NflogListener;
import io.ringfence.targets.nftables.NftablesRenderer;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Keeps a generation in force: fills the sets of names from the answers that pass by, and loads
 * again what somebody took away or changed.
 */
public final class Keeper implements AutoCloseable {
  public static final Duration LOOK_EVERY = Duration.ofSeconds(2);
  private static final int ANSWER_BYTES_MAX = 1500;

  private final Agent agent;
  private final Consumer<String> log;
  private final NflogListener answers;

  private Keeper(Agent agent, Consumer<String> log, NflogListener answers) {
    this.agent = agent;
    this.log = log;
    this.answers = answers;
  }

  /** Begins to fill the sets; {@link #look} is to be called every {@link #LOOK_EVERY}. */
  public static Keeper open(
      Agent agent, NetworkNamespace namespace, DesiredState desired, Consumer<String> log) {
    FqdnFeed feed = new FqdnFeed(desired);
    KernelTable table = new KernelTable(namespace);
    NflogListener answers =
        Inside.call(
            namespace,
            "the resolvers' answers cannot be read",
            () ->
                NflogListener.open(
                    NftablesRenderer.ANSWER_GROUP,
                    ANSWER_BYTES_MAX,
                    packet -> fill(table, feed, packet, log)));
    return new Keeper(agent, log, answers);
  }

  private static void fill(
      KernelTable table, FqdnFeed feed, LoggedPacket packet, Consumer<String> log) {
    try {
      table.add(feed.entries(packet));
    } catch (AgentException e) {
      log.accept(e.getMessage());
    }
  }

  /** One look at the kernel; drift is repaired and told. */
  public void look() {
    agent.repair().forEach(drift -> log.accept("repaired: " + drift));
  }

  @Override
  public void close() {
    answers.close();
  }
}
