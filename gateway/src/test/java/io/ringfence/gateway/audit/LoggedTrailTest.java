package io.ringfence.gateway.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.exchange.AuditTrail;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.policy.Generation;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Touch;
import io.ringfence.gateway.testing.TestingNames;
import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.Principal;
import io.ringfence.model.SourceLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A decision and its end are two records of one request. */
class LoggedTrailTest {
  private static final Caller CALLER =
      new Caller(
          Principal.ANONYMOUS,
          Address.parse("10.0.0.1"),
          new Scope(Optional.empty(), TestingNames.PLAIN),
          Map.of());
  private static final Operation OPERATION =
      Operation.of("chroma.records.query", Touch.of(Action.QUERY, "docs"));
  private static final Decision PERMITTED =
      Decision.permit("search", new SourceLocation("a.yaml", 3, 1));

  @TempDir private Path folder;

  private final AtomicReference<Instant> now = new AtomicReference<>(TestingRecords.NOW);
  private final InstantSource clock = now::get;
  private final TestingDisk disk = new TestingDisk();
  private final RequestIds ids = new RequestIds("p");

  private AuditLog open() throws IOException {
    return AuditLog.open(AuditSettings.of(folder), clock, disk);
  }

  private LoggedTrail trail(AuditLog log) {
    return new LoggedTrail(
        log,
        new LoggedTrail.Place("gate", "chroma", new Generation(1, "g1")),
        ids,
        clock,
        () -> Runnable::run);
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(Segments.of(folder).getFirst()).stream()
        .map(l -> l.replaceFirst(",\"hash\":.*", ""))
        .toList();
  }

  private AuditVerification verified() throws IOException {
    return AuditVerification.of(folder, Optional.empty(), Optional.empty());
  }

  private static CompletableFuture<AuditTrail.Entry> permitted(LoggedTrail trail) {
    return trail
        .decided(CALLER, Optional.of(OPERATION), PERMITTED, Optional.empty())
        .toCompletableFuture();
  }

  @Test
  void permittedRequestAndItsEnd() throws IOException {
    try (AuditLog log = open()) {
      AuditTrail.Entry entry = permitted(trail(log)).join();
      now.set(now.get().plusMillis(5));
      entry.completed(Optional.empty(), Extent.ofBytes(7));
    }
    assertEquals(
        List.of(
            "{\"n\":1,\"kind\":\"decision\",\"time\":\"2026-01-01T12:00:00Z\",\"generation\":\"g1\","
                + "\"gateway\":\"gate\",\"request\":\"p-1\",\"principal\":\"nobody\","
                + "\"client\":\"10.0.0.1\",\"engine\":\"chroma\","
                + "\"operation\":\"chroma.records.query\","
                + "\"touches\":[{\"action\":\"query\",\"collection\":\"docs\"}],"
                + "\"verdict\":\"permit\",\"rule\":\"search\",\"at\":\"a.yaml:3:1\"",
            "{\"n\":2,\"kind\":\"completion\",\"time\":\"2026-01-01T12:00:00.005Z\","
                + "\"request\":\"p-1\",\"status\":\"answered\",\"bytes\":7,\"latencyMicros\":5000"),
        lines());
    assertEquals(List.of(), verified().unfinished());
  }

  @Test
  void refusedRequestNamesItsKind() throws IOException {
    Refusal refusal = new Refusal(Refusal.Kind.TOO_MANY, "too many");
    try (AuditLog log = open()) {
      trail(log)
          .decided(CALLER, Optional.empty(), Decision.DENIED, Optional.of(refusal))
          .toCompletableFuture()
          .join()
          .completed(Optional.of(refusal), Extent.UNKNOWN);
      trail(log).unauthenticated(CALLER.source(), refusal).toCompletableFuture().join();
    }
    List<String> lines = lines();
    assertTrue(lines.get(0).endsWith("\"verdict\":\"deny\",\"reason\":\"too_many\""), lines.get(0));
    assertTrue(lines.get(1).contains("\"status\":\"too_many\",\"latencyMicros\":0"), lines.get(1));
    assertTrue(lines.get(2).contains("\"principal\":\"nobody\""), lines.get(2));
  }

  @Test
  void absentEndIsReported() throws IOException {
    try (AuditLog log = open()) {
      permitted(trail(log)).join();
    }
    assertEquals(List.of("p-1"), verified().unfinished());
  }

  @Test
  void thereIsNoEntryBeforeItsRecordIsDurable() throws IOException {
    try (AuditLog log = open()) {
      disk.stall = new CountDownLatch(1);
      CompletableFuture<AuditTrail.Entry> entry = permitted(trail(log));
      assertFalse(entry.isDone());
      disk.stall.countDown();
      entry.join();
      disk.syncFails = true;
      CompletableFuture<AuditTrail.Entry> failed = permitted(trail(log));
      assertThrows(CompletionException.class, failed::join);
    }
  }
}
