package io.ringfence.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of sessions that is written anew says the same as the one that had grown. */
class CountingEntriesTest {
  private static final long SEED = 20261125;
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private static SessionStore.Entry entry(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> new SessionStore.Entry.Turned("g" + random.nextInt(3));
      case 1 -> new SessionStore.Entry.Revoked(revocation(random));
      case 2 -> new SessionStore.Entry.Reinstated(revocation(random));
      default -> new SessionStore.Entry.OfSession(session(random), "g" + random.nextInt(3));
    };
  }

  private static Revocation revocation(Random random) {
    return new Revocation.OfKey("key" + random.nextInt(3));
  }

  private static Session session(Random random) {
    Session.State state =
        switch (random.nextInt(3)) {
          case 0 -> new Session.State.Live(Optional.empty());
          case 1 -> new Session.State.Live(Optional.of("lead"));
          default -> new Session.State.Revoked();
        };
    Instant until = NOW.plus(Duration.ofMinutes(random.nextInt(5) - 2));
    return new Session(
        "s" + random.nextInt(1000),
        "caller" + random.nextInt(4),
        "rule" + random.nextInt(2),
        NOW.minus(Duration.ofHours(1)),
        until,
        state);
  }

  private static String known(List<SessionStore.Entry> entries) {
    SessionStore store =
        new SessionStore() {
          @Override
          public List<Entry> entries() {
            return entries;
          }

          @Override
          public void keep(Entry entry) {}
        };
    try (Sessions sessions = new Sessions(store, SessionTrail.NONE, () -> NOW)) {
      return sessions.list() + " " + Set.copyOf(sessions.revoked());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void whatStillCountsSaysTheSameAsTheWholeHistory() {
    int shorter = 0;
    for (int h = 0; h < 500; h++) {
      Random random = new Random(SEED + h);
      List<SessionStore.Entry> history = new ArrayList<>();
      for (int i = random.nextInt(30); i > 0; i--) {
        history.add(entry(random));
      }
      List<SessionStore.Entry> counting = CountingEntries.of(history, NOW);
      assertEquals(sorted(known(history)), sorted(known(counting)), "seed " + (SEED + h));
      assertEquals(counting, CountingEntries.of(counting, NOW));
      shorter += counting.size() < history.size() ? 1 : 0;
    }
    assertTrue(shorter > 300, shorter + " of 500");
  }

  /** The order of a set is nobody's business. */
  private static String sorted(String known) {
    char[] all = known.toCharArray();
    java.util.Arrays.sort(all);
    return new String(all);
  }

  @TempDir private Path folder;

  private long size(int revocations) throws IOException {
    Path path = folder.resolve("sessions.jsonl");
    Files.deleteIfExists(path);
    java.io.ByteArrayOutputStream lines = new java.io.ByteArrayOutputStream();
    Revocation what = new Revocation.OfKey("k".repeat(200));
    for (int i = 0; i < revocations; i++) {
      lines.writeBytes(SessionLines.write(new SessionStore.Entry.Revoked(what)));
      lines.writeBytes(SessionLines.write(new SessionStore.Entry.Reinstated(what)));
    }
    lines.writeBytes(
        SessionLines.write(new SessionStore.Entry.Revoked(new Revocation.OfKey("stays"))));
    Files.write(path, lines.toByteArray());
    try (SessionFile file = SessionFile.open(path, NOW)) {
      assertEquals(
          new SessionStore.Entry.Revoked(new Revocation.OfKey("stays")), file.entries().getLast());
      file.keep(new SessionStore.Entry.Revoked(new Revocation.OfKey("more")));
    }
    try (SessionFile file = SessionFile.open(path)) {
      assertEquals(
          new SessionStore.Entry.Revoked(new Revocation.OfKey("more")), file.entries().getLast());
    }
    return Files.size(path);
  }

  /** A start is not refused for want of room to write the file anew. */
  @Test
  void largeFileServesOnWhereItCannotBeWrittenAnew() throws IOException {
    Path path = folder.resolve("sessions.jsonl");
    Files.createDirectories(folder.resolve("sessions.jsonl.next/in the way"));
    java.io.ByteArrayOutputStream lines = new java.io.ByteArrayOutputStream();
    Revocation what = new Revocation.OfKey("k".repeat(200));
    for (int i = 0; i < 6000; i++) {
      lines.writeBytes(SessionLines.write(new SessionStore.Entry.Revoked(what)));
    }
    Files.write(path, lines.toByteArray());
    assertTrue(Files.size(path) > SessionFile.COMPACT_BYTES);
    try (SessionFile file = SessionFile.open(path, NOW)) {
      assertEquals(6000, file.entries().size());
    }
  }

  @Test
  void largeFileIsWrittenAnewAndASmallOneStays() throws IOException {
    int pair =
        SessionLines.write(new SessionStore.Entry.Revoked(new Revocation.OfKey("k".repeat(200))))
                .length
            + SessionLines.write(
                    new SessionStore.Entry.Reinstated(new Revocation.OfKey("k".repeat(200))))
                .length;
    int most = (SessionFile.COMPACT_BYTES - 100) / pair;
    assertTrue(size(most) > SessionFile.COMPACT_BYTES / 2);
    assertTrue(size(most + 1) < 3 * SessionFile.RESERVE_BYTES);
    assertTrue(Files.notExists(folder.resolve("sessions.jsonl.next")));
  }
}
