package io.ringfence.gateway.audit;

import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Touch;
import io.ringfence.model.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Records that tests write. */
final class TestingRecords {
  static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private TestingRecords() {}

  static AuditRecord.Decided decided(String request) {
    return new AuditRecord.Decided(
        NOW,
        "g1",
        "gate",
        request,
        "spiffe://example.org/api",
        Optional.of("acme"),
        "10.0.0.1",
        "chroma",
        Optional.of("chroma.records.query"),
        List.of(Touch.of(Action.QUERY, "docs \"quoted\"\n")),
        true,
        Optional.of("search"),
        Optional.of("a.yaml:3:1"),
        Optional.empty());
  }

  static AuditRecord.Completed completed(String request) {
    return new AuditRecord.Completed(
        NOW,
        request,
        AuditRecord.Completed.ANSWERED,
        new Extent(OptionalLong.of(4096), OptionalLong.of(10)),
        Duration.ofMillis(3));
  }

  static AuditRecord.Operated revoked() {
    return new AuditRecord.Operated(
        NOW, "alice", AuditRecord.Operated.Action.REVOKE, Optional.of("session-1"));
  }
}
