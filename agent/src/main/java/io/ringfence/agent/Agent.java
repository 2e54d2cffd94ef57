package io.ringfence.agent;

import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.model.Address;
import io.ringfence.model.Flow;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Takes desired states to the kernel of one network namespace.
 *
 * <p>INVARIANT (never locked out): whatever is loaded without being confirmed is taken back by a
 * watchdog that is running before the load begins and does not depend on this process.
 */
public final class Agent {
  /** How long an operator has to confirm, unless told otherwise. */
  public static final Duration CONFIRM_WITHIN = Duration.ofSeconds(60);

  public static final Duration CONFIRM_WITHIN_MAX = Duration.ofHours(24);

  private final GenerationStore store;
  private final NetworkNamespace namespace;
  private final KernelTable table;
  private final Watchdog.Starter watchdogs;
  private final Clock clock;

  public Agent(
      GenerationStore store, NetworkNamespace namespace, Watchdog.Starter watchdogs, Clock clock) {
    this.store = store;
    this.namespace = namespace;
    this.table = new KernelTable(namespace);
    this.watchdogs = watchdogs;
    this.clock = clock;
  }

  /**
   * What an apply did.
   *
   * @param takenOver live connections that were given to the kernel in their true direction
   */
  public record Applied(int generation, Instant confirmBefore, int takenOver) {}

  /**
   * Loads a desired state as the next generation; it reverts by itself unless confirmed in time.
   *
   * @param force load even what would cut the management path or the SSH connection in use
   * @throws AgentException when another generation waits to be confirmed, the operator would be
   *     locked out, or the kernel does not hold exactly what was desired (nothing stays loaded)
   */
  public Applied apply(DesiredState desired, Duration within, boolean force) {
    if (within.isNegative() || within.isZero() || within.compareTo(CONFIRM_WITHIN_MAX) > 0) {
      throw new AgentException("confirmation within " + within + " is not within 1s to 24h");
    }
    refuseLockOut(desired, force);
    return store.locked(() -> load(desired, within));
  }

  private void refuseLockOut(DesiredState desired, boolean force) {
    Optional<Flow> ssh = Lifeline.sshConnection(Path.of("/proc")).filter(this::endsHere);
    List<String> cut = Lifeline.cut(desired, ssh);
    if (!cut.isEmpty() && !force) {
      throw new AgentException(
          String.join("; ", cut) + ". Permit it in the blueprint, or give --force");
    }
  }

  /** A connection to another namespace is not this one's to cut; nor is one over {@code lo}. */
  private boolean endsHere(Flow flow) {
    return Inside.call(
        namespace,
        "the addresses here cannot be read",
        () ->
            NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(a -> !a.isLoopbackAddress())
                .anyMatch(a -> Address.of(a.getAddress()).equals(flow.destination())));
  }

  private Applied load(DesiredState desired, Duration within) {
    GenerationStore.State before = settled(store.state());
    before
        .pending()
        .ifPresent(
            p -> {
              throw new AgentException(
                  "generation "
                      + p.number()
                      + " waits to be confirmed: confirm or roll back first");
            });
    int number = store.nextNumber();
    String artifact = desired.artifact(number);
    Instant now = clock.instant();
    store.save(new Generation(number, now, desired.placement(), artifact, desired.sources()));
    Instant deadline = now.plus(within);
    store.setState(before.waitingFor(new GenerationStore.Pending(number, deadline, 0)));
    try {
      long watchdog = watchdogs.start(store.folder(), number, deadline);
      store.setState(before.waitingFor(new GenerationStore.Pending(number, deadline, watchdog)));
      boolean first = table.listing().isEmpty();
      List<FqdnFeed.Entry> names = first ? new FqdnFeed(desired).ask(namespace) : List.of();
      int takenOver = first ? Takeover.of(namespace, desired).carryOut() : 0;
      Takeover.of(namespace, desired).forgetMark(number);
      table.replace(artifact, names);
      OwnedConnections.mark(namespace, artifact);
      readBack(desired);
      store.saveListing(number, table.listing().orElseThrow());
      return new Applied(number, deadline, takenOver);
    } catch (RuntimeException e) {
      revertAfter(e, before.confirmed());
      throw e;
    }
  }

  /** What went wrong first is what the operator is told. */
  private void revertAfter(RuntimeException failure, OptionalInt generation) {
    try {
      revert(generation);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** A pending generation whose deadline has passed counts as reverted, watchdog or not. */
  private GenerationStore.State settled(GenerationStore.State state) {
    boolean late = state.pending().filter(p -> p.deadline().isBefore(clock.instant())).isPresent();
    if (late) {
      revert(state.confirmed());
      return store.state();
    }
    return state;
  }

  private void readBack(DesiredState desired) {
    List<String> differences =
        desired.differences(
            table.listing().orElseThrow(() -> new AgentException("the table did not load")));
    if (!differences.isEmpty()) {
      throw new AgentException(
          "the kernel does not hold what was desired: " + String.join("; ", differences));
    }
  }

  /**
   * Keeps the pending generation.
   *
   * @throws AgentException when none is pending, or its time is up
   */
  public int confirm() {
    return store.locked(
        () -> {
          GenerationStore.State state = settled(store.state());
          GenerationStore.Pending pending =
              state
                  .pending()
                  .orElseThrow(() -> new AgentException("no generation waits to be confirmed"));
          refuseHalfLoaded(pending.number());
          store.setState(state.inForce(OptionalInt.of(pending.number())));
          watchdogs.stop(pending.watchdog());
          return pending.number();
        });
  }

  /** The listing is kept last: without it the applier was ended before it was sure. */
  private void refuseHalfLoaded(int number) {
    if (store.listing(number).isEmpty()) {
      throw new AgentException(
          "generation " + number + " was not wholly loaded: roll back, and apply again");
    }
  }

  /**
   * Takes back the pending generation, or else goes to an earlier one.
   *
   * @param to the generation to go to; by default the confirmed one while another is pending, else
   *     the one kept before it
   * @return the generation now in force; empty when none is
   */
  public OptionalInt rollback(OptionalInt to) {
    return store.locked(
        () -> {
          GenerationStore.State state = store.state();
          OptionalInt target = to.isPresent() ? to : previous(state);
          state.pending().ifPresent(p -> watchdogs.stop(p.watchdog()));
          revert(target);
          return target;
        });
  }

  private OptionalInt previous(GenerationStore.State state) {
    if (state.pending().isPresent()) {
      return state.confirmed();
    }
    if (state.confirmed().isEmpty()) {
      throw new AgentException("no generation is in force");
    }
    int current = state.confirmed().getAsInt();
    return state.history().stream().filter(n -> n < current).mapToInt(n -> n).max();
  }

  /** Puts an earlier generation in force, or none. */
  void revert(OptionalInt generation) {
    if (generation.isEmpty()) {
      table.delete();
      store.setState(store.state().inForce(generation));
      return;
    }
    String artifact = store.generation(generation.getAsInt()).artifact();
    table.replace(artifact, List.of());
    // It is in force now, whatever becomes of connections that were opened under another.
    store.setState(store.state().inForce(generation));
    OwnedConnections.mark(namespace, artifact);
  }

  /** Loads the confirmed generation, at boot; returns its number, empty when there is none. */
  public OptionalInt loadConfirmed() {
    return store.locked(
        () -> {
          OptionalInt confirmed = store.state().confirmed();
          revert(confirmed);
          return confirmed;
        });
  }

  /** What is in force, and what is not as it should be. */
  public AgentStatus status() {
    return new AgentStatus.Inspection(store, table, clock).carryOut();
  }

  /** Loads again what should be in force, if the kernel has drifted; says what had drifted. */
  public List<String> repair() {
    return store.locked(
        () -> {
          List<String> drift = status().drift();
          OptionalInt loaded = store.state().loaded();
          if (!drift.isEmpty() && loaded.isPresent()) {
            String artifact = store.generation(loaded.getAsInt()).artifact();
            table.replace(artifact, List.of());
            OwnedConnections.mark(namespace, artifact);
          }
          return drift;
        });
  }
}
