package io.ringfence.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generations outlive whatever happens to the process that writes them. */
class GenerationStoreTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;
  private GenerationStore store;

  @BeforeEach
  void open() {
    store = new GenerationStore(folder.resolve("state"));
  }

  private static Generation generation(int number) {
    return new Generation(
        number, NOW, "host web", "{\"nftables\": []}", Map.of("a.yaml", "ringfence: v1\n"));
  }

  @Test
  void whatIsSavedIsReadBack() {
    store.save(generation(1));
    store.save(generation(2));
    assertEquals(generation(2), store.generation(2));
    assertEquals(List.of(1, 2), store.numbers());
    assertEquals(3, store.nextNumber());
    GenerationStore.State state =
        GenerationStore.State.NOTHING
            .inForce(OptionalInt.of(1))
            .waitingFor(new GenerationStore.Pending(2, NOW, 77));
    store.setState(state);
    assertEquals(state, store.state());
    assertEquals(OptionalInt.of(2), store.state().loaded());
    assertEquals(List.of(1, 2), state.inForce(OptionalInt.of(2)).history());
  }

  @Test
  void anEmptyStoreHasNothingInForce() {
    assertEquals(GenerationStore.State.NOTHING, store.state());
    assertEquals(1, store.nextNumber());
    AgentException none = assertThrows(AgentException.class, () -> store.generation(7));
    assertTrue(none.getMessage().startsWith("no generation 7 in "), none.getMessage());
  }

  @Test
  void whatWasCutShortCountsForNothing() throws IOException {
    store.save(generation(1));
    store.setState(GenerationStore.State.NOTHING.inForce(OptionalInt.of(1)));
    Files.writeString(store.folder().resolve("state.json.new"), "{\"confirmed\": 2");
    Files.writeString(store.folder().resolve("generations/000002.json.new"), "{\"number\": 2");
    assertEquals(OptionalInt.of(1), store.state().confirmed());
    assertEquals(List.of(1), store.numbers());
  }

  @Test
  void aBrokenStateIsAnErrorAndNoGuess() throws IOException {
    Files.createDirectories(store.folder());
    Files.writeString(store.folder().resolve("state.json"), "{\"confirmed\": ");
    assertThrows(AgentException.class, store::state);
  }

  @Test
  void onlyItsOwnerMayLook() throws IOException {
    store.save(generation(1));
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(store.folder())));
  }

  @Test
  void anApplierThatHangsDoesNotHoldTheWatchdogUp() throws Exception {
    store.locked(() -> Optional.empty());
    Path lock = store.folder().resolve("lock");
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                lock.toString())
            .redirectErrorStream(true)
            .start();
    try {
      assertEquals("held", holder.inputReader().readLine());
      long begun = System.nanoTime();
      String done = store.lockedAtMost(Duration.ofMillis(300), () -> "done");
      assertEquals("done", done);
      assertTrue(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) >= 250, "it waited");
    } finally {
      holder.destroy();
    }
  }
}
