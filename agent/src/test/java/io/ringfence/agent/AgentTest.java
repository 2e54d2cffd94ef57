package io.ringfence.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.model.Address;
import io.ringfence.model.Flow;
import io.ringfence.model.Protocol;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generations on a real kernel, in a network namespace of the test's own. */
@Tag("kernel")
class AgentTest {
  private static final String NAME = "rfa-agent";
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final Duration LATER = Duration.ofMinutes(5);

  @TempDir Path folder;
  private NetworkNamespace namespace;
  private GenerationStore store;
  private Agent agent;

  @BeforeEach
  void makeNamespace() throws Exception {
    ip("netns", "delete", NAME);
    assertEquals(0, ip("netns", "add", NAME));
    namespace = NetworkNamespace.named(NAME);
    store = new GenerationStore(folder.resolve("state"));
    agent =
        new Agent(store, namespace, new Watchdog.Processes(Optional.of(NAME)), Clock.systemUTC());
  }

  @AfterEach
  void removeNamespace() throws Exception {
    store
        .state()
        .pending()
        .ifPresent(p -> ProcessHandle.of(p.watchdog()).ifPresent(ProcessHandle::destroy));
    namespace.close();
    ip("netns", "delete", NAME);
  }

  private static int ip(String... arguments) throws Exception {
    var command = new java.util.ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  @Test
  void whatIsNotConfirmedIsTakenBackByTheWatchdogAlone() throws Exception {
    agent.apply(new TestingDesiredState(5432), LATER, false);
    agent.confirm();
    agent.apply(new TestingDesiredState(6333), SOON, false);
    assertEquals(List.of("6333"), ports());
    awaitPorts(List.of("5432"));
    awaitReverted();
    assertEquals(OptionalInt.of(1), store.state().loaded());
    assertEquals(List.of(1, 2), store.numbers(), "generations are kept");
  }

  /** Where rules share a chain, the elements that lead there count for them. */
  @Test
  void whatIsCountedIsSummedByRule() throws Exception {
    String elements =
        """
        80 counter packets 3 bytes 90 comment "rule/web" : accept,
        81 counter packets 4 bytes 10 comment "rule/web" : accept,
        443 counter packets 5 bytes 50 comment "rule/tls" : accept
        """;
    String table =
        """
        table inet ringfence {
          map ports { type inet_service : verdict; counter; elements = { %s }; }
          chain rule/web { counter packets 1 bytes 1 accept; }
          chain shared { counter packets 1 bytes 2 accept comment "rule/tls"; }
          chain denied { counter packets 2 bytes 2 drop; }
        }
        """
            .formatted(elements);
    namespace.call(
        () -> {
          try (LibNftables nft = LibNftables.open(LibNftables.Output.JSON)) {
            return nft.run(table);
          }
        });
    assertEquals(
        Map.of(
            "rule/web", new KernelTable.Count(8, 101),
            "rule/tls", new KernelTable.Count(6, 52),
            "denied", new KernelTable.Count(2, 2)),
        new KernelTable(namespace).counts());
  }

  @Test
  void theFirstGenerationIsTakenBackToNothing() throws Exception {
    agent.apply(new TestingDesiredState(5432), SOON, false);
    awaitPorts(List.of());
    awaitReverted();
    assertEquals(OptionalInt.empty(), store.state().loaded());
  }

  @Test
  void whatIsConfirmedStays() throws Exception {
    agent.apply(new TestingDesiredState(5432), SOON, false);
    long watchdog = store.state().pending().orElseThrow().watchdog();
    assertEquals(1, agent.confirm());
    Thread.sleep(
        SOON.plusSeconds(1)); // past the deadline: the one thing to see is that nothing happens
    assertEquals(List.of("5432"), ports());
    assertFalse(ProcessHandle.of(watchdog).map(ProcessHandle::isAlive).orElse(false));
    assertThrows(AgentException.class, agent::confirm);
  }

  @Test
  void whatWasNotWhollyLoadedCannotBeConfirmed() {
    store.save(new Generation(1, Instant.now(), "host test", "{}", Map.of()));
    store.setState(
        GenerationStore.State.NOTHING.waitingFor(
            new GenerationStore.Pending(1, Instant.now().plus(LATER), 0)));
    AgentException refused = assertThrows(AgentException.class, agent::confirm);
    assertEquals(
        "generation 1 was not wholly loaded: roll back, and apply again", refused.getMessage());
    assertEquals(OptionalInt.empty(), agent.rollback(OptionalInt.empty()));
  }

  @Test
  void oneGenerationAtATimeWaitsToBeConfirmed() {
    agent.apply(new TestingDesiredState(5432), LATER, false);
    AgentException refused =
        assertThrows(
            AgentException.class, () -> agent.apply(new TestingDesiredState(1), LATER, false));
    assertEquals(
        "generation 1 waits to be confirmed: confirm or roll back first", refused.getMessage());
  }

  @Test
  void rollbackGoesToWhatWasConfirmedBefore() throws Exception {
    for (int port : new int[] {5432, 6333}) {
      agent.apply(new TestingDesiredState(port), LATER, false);
      agent.confirm();
    }
    agent.apply(new TestingDesiredState(8000), LATER, false);
    assertEquals(OptionalInt.of(2), agent.rollback(OptionalInt.empty()), "the pending one goes");
    assertEquals(List.of("6333"), ports());
    assertEquals(OptionalInt.of(1), agent.rollback(OptionalInt.empty()), "then back by one");
    assertEquals(List.of("5432"), ports());
    assertEquals(OptionalInt.empty(), agent.rollback(OptionalInt.empty()), "then to nothing");
    assertEquals(List.of(), ports());
    assertEquals(OptionalInt.of(2), agent.rollback(OptionalInt.of(2)), "or to a number");
    assertEquals(List.of("6333"), ports());
    assertThrows(AgentException.class, () -> agent.rollback(OptionalInt.of(99)));
  }

  @Test
  void whatTheKernelHoldsOtherwiseDoesNotStay() throws Exception {
    TestingDesiredState unfaithful = new TestingDesiredState(5432);
    unfaithful.differences.add("excess: 10.0.0.1 -> 10.0.0.2 22/tcp");
    AgentException refused =
        assertThrows(AgentException.class, () -> agent.apply(unfaithful, LATER, false));
    assertTrue(refused.getMessage().contains("excess: 10.0.0.1"), refused.getMessage());
    assertEquals(List.of(), ports());
    assertEquals(OptionalInt.empty(), store.state().loaded());
  }

  @Test
  void theManagementPathIsNotCutWithoutForce() throws Exception {
    TestingDesiredState cutting = new TestingDesiredState(22);
    Flow ssh = new Flow(Address.parse("10.0.0.9"), Address.parse("10.0.0.1"), Protocol.TCP, 22);
    cutting.management.add(ssh);
    cutting.permits = flow -> !flow.equals(ssh);
    AgentException refused =
        assertThrows(AgentException.class, () -> agent.apply(cutting, LATER, false));
    assertTrue(refused.getMessage().contains("10.0.0.9 -> 10.0.0.1 22/tcp"));
    assertEquals(List.of(), ports());
    agent.apply(cutting, LATER, true);
    assertEquals(List.of("22"), ports());
  }

  @Test
  void driftIsSeenAndRepaired() throws Exception {
    agent.apply(new TestingDesiredState(5432), LATER, false);
    agent.confirm();
    assertEquals(List.of(), agent.status().drift());
    nft("insert rule inet ringfence input accept");
    assertEquals(List.of("the table is not as generation 1 left it"), agent.status().drift());
    agent.repair();
    assertEquals(List.of(), agent.status().drift());
    nft("delete table inet ringfence");
    assertEquals(List.of("the table is gone"), agent.repair());
    assertEquals(List.of("5432"), ports());
    nft("add table ip other\nadd chain ip other ahead { type filter hook input priority -10; }");
    assertEquals(List.of("ip other ahead (input, priority -10)"), agent.status().foreign());
  }

  @Test
  void whatIsKnownOfNamesOutlivesAGeneration() throws Exception {
    KernelTable table = new KernelTable(namespace);
    agent.apply(new TestingDesiredState(5432), LATER, false);
    agent.confirm();
    table.add(List.of(new FqdnFeed.Entry("fqdn4", Address.parse("192.0.2.7"), 60)));
    assertEquals(List.of(), agent.status().drift(), "names that fill are no drift");
    agent.apply(new TestingDesiredState(6333), LATER, false);
    FqdnFeed.Entry kept = table.entries().getFirst();
    assertEquals(Address.parse("192.0.2.7"), kept.address());
    assertTrue(kept.ttlSeconds() <= 60 && kept.ttlSeconds() > 50, kept.toString());
  }

  @Test
  void bootLoadsTheConfirmedGenerationOnly() throws Exception {
    agent.apply(new TestingDesiredState(5432), LATER, false);
    agent.confirm();
    agent.apply(new TestingDesiredState(6333), LATER, false);
    nft("flush ruleset");
    assertEquals(OptionalInt.of(1), agent.loadConfirmed());
    assertEquals(List.of("5432"), ports());
  }

  private void nft(String command) throws Exception {
    namespace.call(
        () -> {
          try (LibNftables nft = LibNftables.open()) {
            return nft.run(command);
          }
        });
  }

  private List<String> ports() {
    String listing = new KernelTable(namespace).listing().orElse("");
    return java.util.regex.Pattern.compile("\"right\": ([0-9]+)")
        .matcher(listing)
        .results()
        .map(m -> m.group(1))
        .toList();
  }

  /** The kernel is put back first, then the store says so. */
  private void awaitReverted() throws Exception {
    Instant end = Instant.now().plusSeconds(5);
    while (store.state().pending().isPresent() && Instant.now().isBefore(end)) {
      Thread.sleep(20); // bounded: the watchdog is another process
    }
  }

  private void awaitPorts(List<String> expected) throws Exception {
    Instant end = Instant.now().plusSeconds(15);
    while (!ports().equals(expected) && Instant.now().isBefore(end)) {
      Thread.sleep(50); // bounded: the watchdog is another process
    }
    assertEquals(expected, ports());
  }
}
