package io.ringfence.gateway.wire.postgresql;

import io.ringfence.gateway.engine.postgresql.Reading;
import io.ringfence.gateway.engine.postgresql.SqlError;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The database's answer to one message that it was sent, and what becomes of it. */
final class Expected {
  /** Which message. */
  enum Kind {
    PARSE,
    BIND,
    DESCRIBE,
    CLOSE,
    EXECUTE,
    SYNC,
    QUERY
  }

  private static final Refusal FAILED =
      new Refusal(Refusal.Kind.UNAVAILABLE, "the database refused it");

  final Kind kind;

  /** Whether the client did not send the message, and sees no answer. */
  final boolean ours;

  /** What the client gets instead of the error that the database was made to give. */
  final Optional<SqlError> refusal;

  final List<Reading> readings;
  private final List<Judge.Permitted> entries;
  private int answered;
  private long rows;
  private long bytes;

  private Expected(
      Kind kind,
      boolean ours,
      Optional<SqlError> refusal,
      List<Reading> readings,
      List<Judge.Permitted> entries) {
    this.kind = kind;
    this.ours = ours;
    this.refusal = refusal;
    this.readings = readings;
    this.entries = entries;
  }

  static Expected of(Kind kind, List<Reading> readings) {
    return new Expected(kind, false, Optional.empty(), readings, List.of());
  }

  static Expected of(Kind kind, List<Reading> readings, List<Judge.Permitted> entries) {
    return new Expected(kind, false, Optional.empty(), readings, entries);
  }

  /** A message of the gateway's own. */
  static Expected ours(Kind kind) {
    return new Expected(kind, true, Optional.empty(), List.of(), List.of());
  }

  /** A message that fails, instead of one that is refused. */
  static Expected refused(Kind kind, SqlError refusal) {
    return new Expected(kind, false, Optional.of(refusal), List.of(), List.of());
  }

  void rows(int count, int length) {
    rows += count;
    bytes += length;
  }

  /** One of its statements is answered. */
  void answered() {
    if (answered < entries.size()) {
      entries.get(answered++).entry().completed(Optional.empty(), extent());
    }
    rows = 0;
    bytes = 0;
  }

  /** None of its other statements will be. */
  void failed() {
    while (answered < entries.size()) {
      entries.get(answered++).entry().completed(Optional.of(FAILED), extent());
    }
  }

  private Extent extent() {
    return new Extent(OptionalLong.of(bytes), OptionalLong.of(rows));
  }

  /** The client's names of what its statements name, by the server's. */
  Map<String, String> names() {
    Map<String, String> out = new HashMap<>();
    readings.forEach(r -> out.putAll(r.names()));
    return out;
  }
}
