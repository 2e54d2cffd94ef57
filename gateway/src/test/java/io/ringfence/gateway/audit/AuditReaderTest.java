package io.ringfence.gateway.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Touch;
import io.ringfence.model.Action;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written is read, once and in order, also while it is written. */
class AuditReaderTest {
  private static final InstantSource CLOCK = InstantSource.fixed(TestingRecords.NOW);

  @TempDir private Path folder;

  private static List<AuditRecord> all() {
    return List.of(
        TestingRecords.decided("r1"),
        new AuditRecord.Decided(
            TestingRecords.NOW,
            "g",
            "gate",
            "r2",
            "nobody",
            Optional.empty(),
            "::1",
            "qdrant",
            Optional.empty(),
            List.of(Touch.ofServer(Action.METRICS)),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.of("malformed")),
        TestingRecords.completed("r1"),
        new AuditRecord.Completed(
            TestingRecords.NOW, "r2", "denied", Extent.UNKNOWN, Duration.ofNanos(2000)),
        TestingRecords.revoked(),
        new AuditRecord.Recovered(TestingRecords.NOW, "audit-1.jsonl", 7));
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Chain chain = Chain.START;
    for (AuditRecord record : all()) {
      Chain.Link link = chain.append(RecordFields.of(record));
      chain = link.chain();
      assertEquals(
          Optional.of(new AuditEntry(chain.count(), record)), RecordParser.parse(link.line()));
    }
  }

  @Test
  void whatIsNoRecordIsNotRead() {
    for (String line :
        List.of(
            "",
            "{}",
            "[]",
            "no",
            "{\"n\":1,\"kind\":\"other\"}",
            "{\"n\":1,\"kind\":\"recovery\",\"time\":\"now\"}",
            "{\"n\":1,\"kind\":\"operator\",\"time\":\"2026-01-01T12:00:00Z\",\"operator\":\"a\","
                + "\"action\":\"sleep\"}")) {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      assertEquals(Optional.empty(), RecordParser.parse(bytes), line);
    }
  }

  @Test
  void readsOnOverRotationsAndTornEnds() throws IOException {
    AuditSettings settings = AuditSettings.of(folder).segmentBytesMax(700);
    List<Long> read = new ArrayList<>();
    try (AuditLog log = AuditLog.open(settings, CLOCK)) {
      log.append(TestingRecords.decided("r0")).join();
      AuditReader reader = AuditReader.of(folder);
      reader.read(e -> read.add(e.number()));
      assertEquals(List.of(1L), read);
      for (int i = 1; i < 10; i++) {
        log.append(TestingRecords.decided("r" + i)).join();
      }
      reader.read(e -> read.add(e.number()));
      assertEquals(10, read.size());
      Path last = Segments.of(folder).getLast();
      Files.writeString(last, "{\"n\":11,", StandardOpenOption.APPEND);
      reader.read(e -> read.add(e.number()));
      assertEquals(10, read.size(), "a line without its end is left for later");
    }
    assertEquals(10, read.getLast());
  }

  @Test
  void fromTheEndMeansTheLastTwoFiles() throws IOException {
    try (AuditLog log = AuditLog.open(AuditSettings.of(folder).segmentBytesMax(1), CLOCK)) {
      for (int i = 0; i < 5; i++) {
        log.append(TestingRecords.decided("r" + i)).join();
      }
    }
    List<Long> read = new ArrayList<>();
    AuditReader.ofEnd(folder).read(e -> read.add(e.number()));
    assertEquals(List.of(4L, 5L), read);
  }
}
