package io.ringfence.gateway.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that was acknowledged is lost, and nothing that is lost or changed goes unseen. */
class AuditLogTest {
  private static final InstantSource CLOCK = InstantSource.fixed(TestingRecords.NOW);

  @TempDir private Path top;

  private Path folder() {
    return top.resolve("log");
  }

  private AuditSettings settings() {
    return AuditSettings.of(folder());
  }

  private AuditVerification verified() throws IOException {
    return AuditVerification.of(folder(), Optional.empty(), Optional.empty());
  }

  private void write(AuditSettings settings, int requests) throws IOException {
    try (AuditLog log = AuditLog.open(settings, CLOCK)) {
      for (int i = 0; i < requests; i++) {
        log.append(TestingRecords.decided("r" + i)).join();
        log.append(TestingRecords.completed("r" + i)).join();
      }
    }
  }

  private void edit(UnaryOperator<List<String>> change) throws IOException {
    Path segment = Segments.of(folder()).getLast();
    List<String> lines = change.apply(new ArrayList<>(Files.readAllLines(segment)));
    Files.writeString(segment, String.join("\n", lines) + "\n");
  }

  private static KeyPair keys() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void manyCallersAreWrittenInOneChain() throws IOException {
    List<Long> numbers = Collections.synchronizedList(new ArrayList<>());
    try (AuditLog log = AuditLog.open(settings().segmentBytesMax(1000), CLOCK)) {
      for (int round = 0; round < 2; round++) {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
          for (int i = 0; i < 100; i++) {
            String request = "r" + (round * 100 + i);
            callers.submit(() -> numbers.add(log.append(TestingRecords.decided(request)).join()));
          }
        }
      }
    }
    assertEquals(200, numbers.stream().distinct().count());
    AuditVerification verified = verified();
    assertEquals(List.of(), verified.problems());
    assertEquals(200, verified.records());
    assertEquals(200, verified.unfinished().size());
    assertTrue(verified.segments() > 1);
  }

  @Test
  void aRecordIsOneLineOfItsTypedFields() throws IOException {
    write(settings(), 1);
    String line = Files.readAllLines(Segments.of(folder()).getFirst()).getFirst();
    assertTrue(
        line.startsWith(
            "{\"n\":1,\"kind\":\"decision\",\"time\":\"2026-01-01T12:00:00Z\",\"generation\":\"g1\","
                + "\"gateway\":\"gate\",\"request\":\"r0\","
                + "\"principal\":\"spiffe://example.org/api\",\"tenant\":\"acme\","
                + "\"client\":\"10.0.0.1\",\"engine\":\"chroma\","
                + "\"operation\":\"chroma.records.query\",\"touches\":[{\"action\":\"query\",\"collection\":\"docs"
                + " \\\"quoted\\\"\\n"
                + "\"}],\"verdict\":\"permit\","
                + "\"rule\":\"search\",\"at\":\"a.yaml:3:1\",\"hash\":\""),
        line);
  }

  @Test
  void anEditIsFound() throws IOException {
    write(settings(), 3);
    edit(
        lines -> {
          lines.set(2, lines.get(2).replace("acme", "evil"));
          return lines;
        });
    assertTrue(verified().problems().getFirst().contains(".jsonl:3: edited"));
  }

  @Test
  void anotherOrderIsFound() throws IOException {
    write(settings(), 3);
    edit(
        lines -> {
          Collections.swap(lines, 1, 2);
          return lines;
        });
    assertTrue(verified().problems().getFirst().contains(".jsonl:2: reordered or removed"));
  }

  @Test
  void aRemovedSegmentIsFound() throws IOException {
    write(settings().segmentBytesMax(1000), 10);
    Files.delete(Segments.of(folder()).get(1));
    assertTrue(verified().problems().getFirst().contains("does not begin with record"));
  }

  @Test
  void aCutEndIsFoundByACheckpointOnly() throws IOException {
    KeyPair keys = keys();
    Path copy = top.resolve("copy");
    write(settings().checkpoints(4, keys.getPrivate(), copy), 3);
    assertEquals(List.of(), verified().problems());
    edit(lines -> lines.subList(0, 5));
    assertTrue(verified().problems().getFirst().startsWith("truncated: "));

    Files.delete(folder().resolve(Segments.CHECKPOINTS));
    assertEquals(List.of(), verified().problems());
    Optional<Checkpoint> kept = Checkpoint.parse(Files.readAllLines(copy).getLast());
    assertEquals(6, kept.orElseThrow().count());
    assertTrue(
        AuditVerification.of(folder(), kept, Optional.of(keys.getPublic()))
            .problems()
            .getFirst()
            .startsWith("truncated: "));
  }

  @Test
  void aLogWrittenAnewUnderAnotherKeyIsFound() throws IOException {
    KeyPair old = keys();
    write(settings().checkpoints(2, old.getPrivate(), top.resolve("copy")), 2);
    assertEquals(
        List.of(),
        AuditVerification.of(folder(), Optional.empty(), Optional.of(old.getPublic())).problems());
    try (var files = Files.list(folder())) {
      files.forEach(f -> assertTrue(f.toFile().delete()));
    }
    write(settings().checkpoints(2, keys().getPrivate(), top.resolve("other")), 3);
    assertTrue(
        AuditVerification.of(folder(), Optional.empty(), Optional.of(old.getPublic()))
            .problems()
            .getFirst()
            .contains("not signed by this key"));
    Optional<Checkpoint> kept =
        Checkpoint.parse(Files.readAllLines(top.resolve("copy")).getFirst());
    assertEquals(
        List.of(),
        AuditVerification.of(folder(), kept, Optional.empty()).problems(),
        "the same records have the same hashes");
  }

  @Test
  void aTornLineIsSetAsideAndTold() throws IOException {
    write(settings(), 2);
    Path segment = Segments.of(folder()).getFirst();
    Files.writeString(segment, Files.readString(segment) + "{\"n\":5,\"kind\":\"deci");
    assertTrue(verified().problems().getFirst().endsWith(": a torn line"));
    write(settings(), 1);
    assertEquals(List.of(), verified().problems());
    assertEquals(7, verified().records());
    assertTrue(Files.readString(segment).contains("\"kind\":\"recovery\""));
    assertEquals(
        "{\"n\":5,\"kind\":\"deci",
        Files.readString(folder().resolve(segment.getFileName() + ".torn")));
  }

  @Test
  void aDamagedLogIsNotWrittenOn() throws IOException {
    write(settings(), 2);
    edit(lines -> lines.stream().map(l -> l.replace("acme", "evil")).toList());
    IOException e = assertThrows(AuditException.class, () -> AuditLog.open(settings(), CLOCK));
    assertTrue(e.getMessage().startsWith("the audit log is damaged in `"), e.getMessage());
  }

  @Test
  void oneProcessWritesALog() throws IOException {
    try (AuditLog first = AuditLog.open(settings(), CLOCK)) {
      assertThrows(AuditException.class, () -> AuditLog.open(settings(), CLOCK));
      first.append(TestingRecords.decided("r")).join();
    }
  }

  @Test
  void pastItsQueueRecordsAreRefusedAndNotWaitedFor() throws IOException {
    TestingDisk disk = new TestingDisk();
    try (AuditLog log = AuditLog.open(settings().queueMax(2), CLOCK, disk)) {
      disk.stall = new CountDownLatch(1);
      List<CompletableFuture<Long>> all = new ArrayList<>();
      all.add(log.append(TestingRecords.decided("first")));
      while (all.getLast().isDone() || all.size() < 4) {
        all.add(log.append(TestingRecords.decided("r" + all.size())));
        if (all.getLast().isCompletedExceptionally()) {
          break;
        }
      }
      assertTrue(all.getLast().isCompletedExceptionally());
      disk.stall.countDown();
      all.subList(0, all.size() - 1).forEach(CompletableFuture::join);
    }
    assertEquals(List.of(), verified().problems());
  }

  @Test
  void onAFullDiskDecisionsFailAndOperatorsAreStillRecorded() throws IOException {
    TestingDisk disk = new TestingDisk();
    var now = new java.util.concurrent.atomic.AtomicReference<>(TestingRecords.NOW);
    try (AuditLog log = AuditLog.open(settings(), now::get, disk)) {
      log.append(TestingRecords.decided("before")).join();
      disk.full = true;
      assertFails(log, "r1");
      log.append(TestingRecords.revoked()).join();
      assertFails(log, "r2");
      log.append(TestingRecords.revoked()).join();
      disk.full = false;
      now.set(now.get().plusSeconds(2));
      log.append(TestingRecords.decided("after")).join();
      log.append(TestingRecords.completed("after")).join();
    }
    AuditVerification verified = verified();
    assertEquals(List.of(), verified.problems());
    assertEquals(5, verified.records());
    assertEquals(List.of("before"), verified.unfinished());
  }

  @Test
  void aFailedSyncEndsTheLogForGood() throws IOException {
    TestingDisk disk = new TestingDisk();
    try (AuditLog log = AuditLog.open(settings(), CLOCK, disk)) {
      disk.syncFails = true;
      assertFails(log, "r1");
      disk.syncFails = false;
      assertFails(log, "r2");
    }
  }

  private static void assertFails(AuditLog log, String request) {
    CompletableFuture<Long> done = log.append(TestingRecords.decided(request));
    Exception e = assertThrows(CompletionException.class, done::join);
    assertTrue(e.getCause().getMessage().startsWith("the audit log cannot be written: "));
  }

  @Test
  void nothingAcknowledgedIsLostWhenTheProcessIsKilled() throws Exception {
    long acknowledged = 0;
    for (int round = 0; round < 2; round++) {
      Process writer =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  "-XX:TieredStopAtLevel=1",
                  TestingWriter.class.getName(),
                  folder().toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(writer.getInputStream(), StandardCharsets.US_ASCII))) {
        for (int i = 0; i < 300; i++) {
          acknowledged = Math.max(acknowledged, number(out.readLine()));
        }
        // Through its handle: its output stays readable.
        writer.toHandle().destroyForcibly();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          acknowledged = Math.max(acknowledged, number(line));
        }
      }
      writer.waitFor();
    }
    write(settings(), 1);
    AuditVerification verified = verified();
    assertEquals(List.of(), verified.problems());
    assertTrue(verified.records() >= acknowledged + 2, verified.records() + " " + acknowledged);
    assertFalse(verified.unfinished().isEmpty());
  }

  /** The last line of a killed process may lack its end. */
  private static long number(String line) {
    return line.endsWith(";") ? Long.parseLong(line.substring(0, line.length() - 1)) : 0;
  }
}
