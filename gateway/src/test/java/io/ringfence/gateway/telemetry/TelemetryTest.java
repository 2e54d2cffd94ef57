package io.ringfence.gateway.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.trace.v1.Status;
import io.ringfence.gateway.audit.AuditLog;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.audit.AuditSettings;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.signal.GatewayMetrics;
import io.ringfence.gateway.testing.TestingCollector;
import io.ringfence.gateway.trace.Span;
import io.ringfence.model.Gateway;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes to a collector, read by the protocol's official messages. */
class TelemetryTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final Duration SOON = Duration.ofMillis(10);
  private static final OtlpMessages MESSAGES =
      new OtlpMessages(Map.of("service.name", "ringfence-gateway"));

  private final GatewayMetrics metrics = new GatewayMetrics();

  /** Keeps what it takes. */
  private static final class Kept implements Collector {
    final List<LogRecord> records = new ArrayList<>();
    volatile Outcome outcome = Outcome.TAKEN;
    volatile int asked;

    @Override
    public synchronized Outcome send(String path, byte[] request) throws IOException {
      asked++;
      if (outcome == Outcome.TAKEN) {
        records.addAll(
            ExportLogsServiceRequest.parseFrom(request)
                .getResourceLogs(0)
                .getScopeLogs(0)
                .getLogRecordsList());
      }
      return outcome;
    }

    synchronized List<String> numbers() {
      return records.stream()
          .map(r -> TestingCollector.text(r.getAttributesList()).get("ringfence.audit.number"))
          .toList();
    }
  }

  private static void eventually(BooleanSupplier holds) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!holds.getAsBoolean() && System.nanoTime() < end) {
      Thread.sleep(5);
    }
    assertTrue(holds.getAsBoolean());
  }

  // --- Messages ---

  @Test
  void spans() throws InvalidProtocolBufferException {
    Span span =
        new Span(
            TRACE,
            "00f067aa0ba902b7",
            "0000000000000001",
            "chroma.collection.query",
            Span.Kind.SERVER,
            1_700_000_000_000_000_001L,
            1_700_000_000_000_000_301L,
            Map.of(
                "ringfence.verdict",
                "deny",
                "db.response.returned_rows",
                3_000_000_000L,
                "x",
                true),
            true);
    var read = ExportTraceServiceRequest.parseFrom(MESSAGES.traces(List.of(span)));
    var resource = read.getResourceSpans(0);
    assertEquals(
        Map.of("service.name", "ringfence-gateway"),
        TestingCollector.text(resource.getResource().getAttributesList()));
    var scoped = resource.getScopeSpans(0);
    assertEquals("io.ringfence.gateway", scoped.getScope().getName());
    var got = scoped.getSpans(0);
    assertEquals(TRACE, java.util.HexFormat.of().formatHex(got.getTraceId().toByteArray()));
    assertEquals(8, got.getSpanId().size());
    assertEquals(1, got.getParentSpanId().byteAt(7));
    assertEquals("chroma.collection.query", got.getName());
    assertEquals(io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_SERVER, got.getKind());
    assertEquals(300, got.getEndTimeUnixNano() - got.getStartTimeUnixNano());
    assertEquals(Status.StatusCode.STATUS_CODE_ERROR, got.getStatus().getCode());
    assertEquals(
        Map.of("ringfence.verdict", "deny", "db.response.returned_rows", "3000000000", "x", "true"),
        TestingCollector.text(got.getAttributesList()));
    assertTrue(
        read.getUnknownFields().asMap().isEmpty() && got.getUnknownFields().asMap().isEmpty());
  }

  @Test
  void logRecordsAndTheBoundOfTheirValues() throws InvalidProtocolBufferException {
    String most = "x".repeat(OtlpMessages.VALUE_CHARACTERS_MAX);
    LogLine line =
        new LogLine(
            Instant.ofEpochSecond(7, 9),
            LogLine.Severity.WARN,
            "ringfence.log",
            "body",
            Map.of("at", most, "past", most + "y", "split", most.substring(1) + "\ud83d\ude00"),
            Optional.of(TRACE));
    LogRecord got =
        ExportLogsServiceRequest.parseFrom(MESSAGES.logs(List.of(line)))
            .getResourceLogs(0)
            .getScopeLogs(0)
            .getLogRecords(0);
    assertEquals(7_000_000_009L, got.getTimeUnixNano());
    assertEquals(SeverityNumber.SEVERITY_NUMBER_WARN, got.getSeverityNumber());
    assertEquals("WARN", got.getSeverityText());
    assertEquals("ringfence.log", got.getEventName());
    assertEquals("body", got.getBody().getStringValue());
    assertEquals(16, got.getTraceId().size());
    Map<String, String> values = TestingCollector.text(got.getAttributesList());
    assertEquals(most, values.get("at"));
    assertEquals(most, values.get("past"));
    assertEquals(most.substring(1), values.get("split"), "no half of a character");
    assertTrue(got.getUnknownFields().asMap().isEmpty());
  }

  // --- A bounded queue ---

  @Test
  void whatThereIsNoRoomForIsDroppedAndCounted() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    Outbox<String> outbox =
        new Outbox<>(
            "logs",
            "/v1/logs",
            2,
            all -> new byte[0],
            (path, request) -> {
              asked.countDown();
              try {
                blocked.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return Collector.Outcome.TAKEN;
            },
            metrics,
            SOON);
    outbox.put("sent");
    asked.await();
    outbox.put("first");
    outbox.put("second");
    long begun = System.nanoTime();
    outbox.put("one past");
    assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(5), "it does not wait");
    assertTrue(metrics.text().contains("telemetry_dropped_total{ringfence_signal=\"logs\"} 1.0"));
    blocked.countDown();
    eventually(
        () -> metrics.text().contains("telemetry_sent_total{ringfence_signal=\"logs\"} 3.0"));
    outbox.close(Duration.ofSeconds(5));
    outbox.put("after the end");
    assertTrue(metrics.text().contains("telemetry_dropped_total{ringfence_signal=\"logs\"} 2.0"));
  }

  @Test
  void batchThatIsNotTakenIsTriedAgainAndThenDropped() throws Exception {
    Kept collector = new Kept();
    collector.outcome = Collector.Outcome.LATER;
    Outbox<LogLine> outbox =
        new Outbox<>("logs", "/v1/logs", 10, MESSAGES::logs, collector, metrics, SOON);
    outbox.put(line());
    eventually(
        () -> metrics.text().contains("telemetry_dropped_total{ringfence_signal=\"logs\"} 1.0"));
    assertEquals(Outbox.TRIES_MAX, collector.asked);
    collector.outcome = Collector.Outcome.NEVER;
    outbox.put(line());
    eventually(
        () -> metrics.text().contains("telemetry_dropped_total{ringfence_signal=\"logs\"} 2.0"));
    assertEquals(Outbox.TRIES_MAX + 1, collector.asked, "what is never taken is not tried again");
    outbox.close(Duration.ofSeconds(5));
  }

  private static LogLine line() {
    return new LogLine(
        Instant.EPOCH, LogLine.Severity.INFO, "ringfence.log", "", Map.of(), Optional.empty());
  }

  // --- The audit log ---

  @TempDir private Path folder;

  private static AuditRecord.Completed record(int number) {
    return new AuditRecord.Completed(
        Instant.EPOCH, "r-" + number, "answered", Extent.UNKNOWN, Duration.ofMillis(1));
  }

  private AuditFollower follower(Collector collector) {
    return new AuditFollower(folder, MESSAGES::logs, collector, metrics, n -> {}, SOON);
  }

  @Test
  void auditRecordsAreSentOnceInTheirOrderAlsoAfterTheCollectorWasAway() throws Exception {
    Kept collector = new Kept();
    try (AuditLog log = AuditLog.open(AuditSettings.of(folder), InstantSource.system())) {
      log.append(record(1)).join();
      AuditFollower first = follower(collector);
      eventually(() -> java.nio.file.Files.exists(folder.resolve(AuditFollower.POSITION)));
      log.append(record(2)).join();
      eventually(() -> collector.numbers().equals(List.of("2")));
      collector.outcome = Collector.Outcome.LATER;
      log.append(record(3)).join();
      int before = collector.asked;
      eventually(() -> collector.asked > before + 1);
      first.close(Duration.ofSeconds(5));
      log.append(record(4)).join();
      collector.outcome = Collector.Outcome.TAKEN;
      AuditFollower second = follower(collector);
      eventually(() -> collector.numbers().equals(List.of("2", "3", "4")));
      second.close(Duration.ofSeconds(5));
      AuditFollower third = follower(collector);
      log.append(record(5)).join();
      eventually(() -> collector.numbers().equals(List.of("2", "3", "4", "5")));
      third.close(Duration.ofSeconds(5));
    }
  }

  @Test
  void onlyWhatIsToBeSentIs() throws Exception {
    Kept collector = new Kept();
    Telemetry telemetry =
        new Telemetry(
            "gate",
            new Gateway.Telemetry(
                "https://collector.example",
                java.util.Set.of(Gateway.Telemetry.Signal.AUDIT),
                1000,
                Optional.empty(),
                Map.of()),
            "process",
            collector,
            metrics,
            InstantSource.system(),
            SOON);
    telemetry.log("a line");
    assertEquals(Optional.empty(), telemetry.tracer().begin(Optional.empty(), "gate", "chroma"));
    telemetry.close();
    assertEquals(0, collector.asked);
  }
}
