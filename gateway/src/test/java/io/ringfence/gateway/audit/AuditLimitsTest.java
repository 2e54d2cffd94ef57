package io.ringfence.gateway.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringfence.gateway.request.Touch;
import io.ringfence.model.Action;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log's limits, at each and one past it; a disk that is full in truth. */
class AuditLimitsTest {
  private static final InstantSource CLOCK = InstantSource.fixed(TestingRecords.NOW);

  @TempDir private Path top;

  private final TestingDisk disk = new TestingDisk();

  private Path folder() {
    return top.resolve("log");
  }

  private AuditSettings settings() {
    return AuditSettings.of(folder());
  }

  private AuditVerification verified() throws IOException {
    return AuditVerification.of(folder(), Optional.empty(), Optional.empty());
  }

  private static String failure(CompletableFuture<Long> done) {
    return assertThrows(CompletionException.class, done::join).getCause().getMessage();
  }

  @Test
  void queueTakesSoManyAndNotOneMore() throws Exception {
    try (AuditLog log = AuditLog.open(settings().queueMax(3), CLOCK, disk)) {
      disk.stalled = new CountDownLatch(1);
      disk.stall = new CountDownLatch(1);
      List<CompletableFuture<Long>> taken = new ArrayList<>();
      taken.add(log.append(TestingRecords.decided("with the writer")));
      assertTrue(disk.stalled.await(10, TimeUnit.SECONDS));
      for (int i = 0; i < 3; i++) {
        taken.add(log.append(TestingRecords.decided("r" + i)));
        assertFalse(taken.getLast().isDone());
      }
      assertEquals(
          "the audit log cannot keep up: its queue is full",
          failure(log.append(TestingRecords.decided("past"))));
      disk.stall.countDown();
      for (int i = 0; i < 4; i++) {
        assertEquals(i + 1, taken.get(i).join());
      }
    }
  }

  @Test
  void lineIsSoLongAndNotOneByteLonger() throws IOException {
    int most = Chain.LINE_BYTES_MAX / 2;
    int fields = RecordFields.of(touching("")).length;
    try (AuditLog log = AuditLog.open(settings(), CLOCK)) {
      log.append(touching("x".repeat(most - fields))).join();
      assertEquals(
          "the audit record is too long",
          failure(log.append(touching("x".repeat(most - fields + 1)))));
    }
    assertEquals(List.of(), verified().problems());
    assertEquals(1, verified().records());
  }

  private static AuditRecord touching(String collection) {
    AuditRecord.Decided d = TestingRecords.decided("r");
    return new AuditRecord.Decided(
        d.time(),
        d.generation(),
        d.gateway(),
        d.request(),
        d.principal(),
        d.tenant(),
        d.client(),
        d.engine(),
        d.operation(),
        List.of(Touch.of(Action.QUERY, collection)),
        d.permitted(),
        d.rule(),
        d.ruleAt(),
        d.reason());
  }

  @Test
  void reserveHoldsSoManyBytesAndNotOneMore() throws IOException {
    int line = Chain.START.append(RecordFields.of(TestingRecords.revoked())).line().length;
    for (int spare : List.of(0, -1)) {
      Path folder = top.resolve("spare" + spare);
      disk.full = false;
      AuditSettings settings = AuditSettings.of(folder).reserveBytes(2 * line + spare);
      try (AuditLog log = AuditLog.open(settings, CLOCK, disk)) {
        disk.full = true;
        log.append(TestingRecords.revoked()).join();
        CompletableFuture<Long> second = log.append(TestingRecords.revoked());
        if (spare == 0) {
          second.join();
          second = log.append(TestingRecords.revoked());
        }
        assertTrue(
            failure(second).endsWith("the disk is full, and so is the reserved file"),
            failure(second));
      }
      AuditVerification verified = AuditVerification.of(folder, Optional.empty(), Optional.empty());
      assertEquals(List.of(), verified.problems());
      assertEquals(spare == 0 ? 2 : 1, verified.records());
    }
  }

  @Test
  void plainWriteWaitsForNoSync() throws IOException {
    try (AuditLog log = AuditLog.open(settings().plain(), CLOCK, disk)) {
      disk.syncFails = true;
      log.append(TestingRecords.decided("r")).join();
    }
    assertEquals(1, verified().records());
  }

  /** Nobody acts on a completion, so that it need not be on the disk at once. */
  @Test
  void completionsShareTheNextSync() throws Exception {
    try (AuditLog log = AuditLog.open(settings(), CLOCK, disk)) {
      log.append(TestingRecords.decided("r")).join();
      int before = disk.syncs.get();
      log.append(TestingRecords.completed("r")).join();
      assertEquals(before, disk.syncs.get());
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (disk.syncs.get() == before && System.nanoTime() < end) {
        Thread.sleep(10);
      }
      assertEquals(before + 1, disk.syncs.get(), "when nothing is written");
      log.append(TestingRecords.completed("r")).join();
    }
    assertEquals(3, verified().records());
  }

  /** A sync that fails later is told to whoever comes next: what is on the disk is not known. */
  @Test
  void completionsThatCannotBeSyncedEndTheLog() throws Exception {
    try (AuditLog log = AuditLog.open(settings(), CLOCK, disk)) {
      log.append(TestingRecords.decided("r")).join();
      disk.syncFails = true;
      log.append(TestingRecords.completed("r")).join();
      assertThrows(
          CompletionException.class, () -> log.append(TestingRecords.decided("next")).join());
      disk.syncFails = false;
      assertThrows(
          CompletionException.class, () -> log.append(TestingRecords.decided("last")).join());
    }
  }

  @Test
  void completionsAreSyncedBeforeTheNextSegment() throws Exception {
    try (AuditLog log = AuditLog.open(settings().segmentBytesMax(1), CLOCK, disk)) {
      log.append(TestingRecords.completed("r")).join();
      int before = disk.syncs.get();
      log.append(TestingRecords.completed("s")).join();
      assertEquals(before + 1, disk.syncs.get());
    }
  }

  /** A short segment has its records and nothing else, so that any tool reads it. */
  @Test
  void roomIsMadeInASegmentOfSoManyBytesAndNotOneLess() throws Exception {
    int line = Chain.START.append(RecordFields.of(TestingRecords.revoked())).line().length;
    for (int spare : List.of(0, 1)) {
      Path folder = top.resolve("from" + spare);
      try (AuditLog log = AuditLog.open(AuditSettings.of(folder), CLOCK)) {
        long length = pad(log, folder, LogWriter.ROOM_FROM_BYTES - spare, line);
        log.append(TestingRecords.revoked()).join();
        long size = Files.size(Segments.of(folder).getFirst());
        assertEquals(length + (spare == 0 ? length : line), size);
      }
    }
  }

  /** Writes records until the segment is so long; returns its length. */
  private static long pad(AuditLog log, Path folder, int bytes, int line) throws IOException {
    int fields = RecordFields.of(touching("")).length;
    int frame = line - RecordFields.of(TestingRecords.revoked()).length;
    log.append(touching("x".repeat(bytes / 2 - fields - frame))).join();
    log.append(touching("x".repeat(bytes - bytes / 2 - fields - frame))).join();
    long size = Files.size(Segments.of(folder).getFirst());
    assertEquals(bytes, size);
    return size;
  }

  @Test
  void roomIsReadAsNothingAndGivenBackAtTheEnd() throws Exception {
    Path segment;
    try (AuditLog log = AuditLog.open(settings(), CLOCK)) {
      for (int i = 0; i < 400; i++) {
        log.append(TestingRecords.decided("r" + i)).join();
      }
      segment = Segments.of(folder()).getFirst();
      assertEquals(0, Files.readAllBytes(segment)[(int) Files.size(segment) - 1]);
      assertEquals(List.of(), verified().problems());
      assertEquals(400, verified().records());
      List<AuditEntry> read = new ArrayList<>();
      AuditReader reader = AuditReader.of(folder());
      reader.read(read::add);
      log.append(TestingRecords.decided("later")).join();
      reader.read(read::add);
      assertEquals(401, read.size());
    }
    assertEquals('\n', Files.readAllBytes(segment)[(int) Files.size(segment) - 1]);
  }

  @Test
  void whereTheDiskHasNoRoomToSpareRecordsAreTakenAsLongAsTheyFit() throws Exception {
    try (AuditLog log = AuditLog.open(settings(), CLOCK, disk)) {
      disk.bytesMax = LogWriter.ROOM_FROM_BYTES + (8 << 10);
      int taken = 0;
      while (log.append(TestingRecords.decided("r"))
          .handle((n, failure) -> failure == null)
          .join()) {
        taken++;
      }
      long size = Files.size(Segments.of(folder()).getFirst());
      assertTrue(size > disk.bytesMax - 1024 && size <= disk.bytesMax, size + " bytes");
      assertEquals(taken, verified().records());
      assertEquals(List.of(), verified().problems());
    }
  }

  @Test
  void zerosBeforeRecordsAreNoRoom() throws Exception {
    try (AuditLog log = AuditLog.open(settings(), CLOCK)) {
      for (int i = 0; i < 3; i++) {
        log.append(TestingRecords.decided("r" + i)).join();
      }
    }
    Path segment = Segments.of(folder()).getFirst();
    List<String> lines = Files.readAllLines(segment);
    Files.writeString(
        segment,
        lines.get(0) + "\n" + "\0".repeat(lines.get(1).length() + 1) + lines.get(2) + "\n");
    assertTrue(verified().problems().getFirst().endsWith(":2: a torn line"));
  }

  /** The reader's buffer still holds zeros where records have come since. */
  @Test
  void recordsThatComeWhileRoomIsReadAreReadToo() throws Exception {
    Path segment = top.resolve("segment");
    byte[] more = "second\n".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
    Files.writeString(segment, "first\n" + "\0".repeat(more.length));
    List<Integer> numbers = new ArrayList<>();
    Segments.read(
        segment,
        (number, offset, line) -> {
          if (number == 1) {
            try (Disk.Segment writer = Disk.REAL.open(segment)) {
              writer.write(java.nio.ByteBuffer.wrap(more), line.length);
            }
          }
          numbers.add(number);
        });
    assertEquals(20_001, numbers.size());
    assertEquals(20_001, numbers.getLast());
  }

  @Test
  void checkpointsByCountAndByAge() throws Exception {
    Instant start = TestingRecords.NOW;
    AtomicReference<Instant> now = new AtomicReference<>(start);
    AuditSettings settings =
        settings()
            .checkpoints(
                3,
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate(),
                top.resolve("copy"));
    Files.createDirectories(folder());
    CheckpointWriter writer = new CheckpointWriter(settings, now::get);
    writer.resume(Chain.START);
    Chain chain = Chain.START;
    for (int records = 1; records <= 3; records++) {
      assertEquals(0, checkpoints());
      chain = chain.append("\"a\":1".getBytes(StandardCharsets.US_ASCII)).chain();
      writer.signIfDue(chain);
    }
    assertEquals(1, checkpoints(), "after so many records");
    chain = chain.append("\"a\":1".getBytes(StandardCharsets.US_ASCII)).chain();
    now.set(start.plus(settings.checkpointAge()));
    writer.signIfDue(chain);
    assertEquals(1, checkpoints());
    now.set(now.get().plusNanos(1));
    writer.signIfDue(chain);
    assertEquals(2, checkpoints(), "after so long");
    now.set(now.get().plus(Duration.ofDays(1)));
    writer.signIfDue(chain);
    assertEquals(2, checkpoints(), "nothing is new");
  }

  private int checkpoints() throws IOException {
    Path copy = top.resolve("copy");
    return Files.exists(copy) ? Files.readAllLines(copy).size() : 0;
  }

  /** A file system of its own, in a mount namespace of the process that writes. */
  @Test
  void diskThatIsFullInTruth() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"), "mounting a small file system needs root");
    Path mount = Files.createDirectories(top.resolve("small"));
    Process process =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=256k none \"$0\" && exec \"$@\"",
                mount.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:TieredStopAtLevel=1",
                TestingFullDisk.class.getName(),
                mount.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertEquals("full, operated, freed, decided, verified\n", said);
  }
}
