package io.ringfence.gateway.telemetry;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Something that happened, for a collector of logs.
 *
 * @param event what kind of thing, by a name of ours
 * @param attributes text, whole numbers and truths, under names of ours
 * @param trace that it belongs to, as hexadecimal digits
 */
record LogLine(
    Instant time,
    Severity severity,
    String event,
    String body,
    Map<String, Object> attributes,
    Optional<String> trace) {
  /** As OpenTelemetry numbers it. */
  enum Severity {
    INFO(9),
    WARN(13);

    private final int number;

    Severity(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }
}
