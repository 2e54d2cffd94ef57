package io.ringfence.gateway.telemetry;

import io.ringfence.gateway.audit.AuditEntry;
import io.ringfence.gateway.audit.AuditReader;
import io.ringfence.gateway.signal.GatewayMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Sends what is in the audit log, in its order, from behind: the log is the queue, so that a
 * collector that is away costs no record and holds up nobody. How far it is stands beside the log;
 * a record may be sent twice after a crash, and has its number. Checkpoints go too.
 */
final class AuditFollower {
  static final String POSITION = "otlp.position";
  private static final String CHECKPOINTS = "checkpoints.jsonl";
  private static final Duration RETRY_MAX = Duration.ofSeconds(30);

  private final Path folder;
  private final Function<List<LogLine>, byte[]> encoded;
  private final Collector collector;
  private final GatewayMetrics metrics;
  private final Consumer<String> notes;
  private final Duration every;
  private final Thread thread;
  private final List<LogLine> batch = new ArrayList<>();
  private long sent;
  private long last;
  private long checkpointBytes;
  private volatile boolean closing;

  /** Somebody closes while something is to be sent. */
  private static final class Closed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  AuditFollower(
      Path folder,
      Function<List<LogLine>, byte[]> encoded,
      Collector collector,
      GatewayMetrics metrics,
      Consumer<String> notes,
      Duration every) {
    this.folder = folder;
    this.encoded = encoded;
    this.collector = collector;
    this.metrics = metrics;
    this.notes = notes;
    this.every = every;
    this.thread = Thread.ofPlatform().daemon().name("telemetry-audit").start(this::run);
  }

  private void run() {
    try {
      AuditReader reader = begin();
      while (!closing) {
        round(reader);
        pause(every);
      }
      round(reader);
    } catch (IOException e) {
      notes.accept("the audit log is no longer sent: " + e.getMessage());
    } catch (Closed e) {
      // What is not sent yet is where the next start goes on.
    }
  }

  /** At the first start from the end that the log has then, or else from where the last one was. */
  private AuditReader begin() throws IOException {
    checkpointBytes = Files.exists(checkpoints()) ? Files.size(checkpoints()) : 0;
    Path position = folder.resolve(POSITION);
    if (Files.exists(position)) {
      sent = number(position);
      return AuditReader.from(folder, sent + 1);
    }
    AuditReader reader = AuditReader.ofEnd(folder);
    reader.read(entry -> sent = entry.number());
    keepPosition();
    return reader;
  }

  private static long number(Path position) throws IOException {
    try {
      return Long.parseLong(Files.readString(position).strip());
    } catch (NumberFormatException e) {
      throw new IOException("`" + position + "` holds no number; remove it to go on from now", e);
    }
  }

  private Path checkpoints() {
    return folder.resolve(CHECKPOINTS);
  }

  private void round(AuditReader reader) throws IOException {
    reader.read(this::take);
    newCheckpoints();
    deliver();
  }

  private void take(AuditEntry entry) {
    if (entry.number() <= sent) {
      return;
    }
    batch.add(AuditLines.of(entry));
    last = entry.number();
    if (batch.size() >= Outbox.BATCH_MAX) {
      deliver();
    }
  }

  private void newCheckpoints() throws IOException {
    if (!Files.exists(checkpoints()) || Files.size(checkpoints()) <= checkpointBytes) {
      return;
    }
    byte[] all = Files.readAllBytes(checkpoints());
    String fresh =
        new String(
            all, (int) checkpointBytes, all.length - (int) checkpointBytes, StandardCharsets.UTF_8);
    int whole = fresh.lastIndexOf('\n') + 1;
    fresh.substring(0, whole).lines().forEach(line -> batch.add(checkpoint(line)));
    checkpointBytes += fresh.substring(0, whole).getBytes(StandardCharsets.UTF_8).length;
  }

  private static LogLine checkpoint(String line) {
    return new LogLine(
        Instant.now(),
        LogLine.Severity.INFO,
        "ringfence.audit.checkpoint",
        line,
        Map.of(),
        Optional.empty());
  }

  /** Returns once the collector has it, or has said that it never takes it. */
  private void deliver() {
    if (batch.isEmpty()) {
      return;
    }
    byte[] request = encoded.apply(batch);
    Duration wait = every;
    Collector.Outcome outcome = collector.attempt(Telemetry.LOGS_PATH, request);
    while (outcome == Collector.Outcome.LATER) {
      if (closing) {
        throw new Closed();
      }
      pause(wait);
      wait = wait.multipliedBy(2).compareTo(RETRY_MAX) > 0 ? RETRY_MAX : wait.multipliedBy(2);
      outcome = collector.attempt(Telemetry.LOGS_PATH, request);
    }
    count(outcome);
    batch.clear();
    sent = Math.max(sent, last);
    keepPosition();
  }

  private void count(Collector.Outcome outcome) {
    if (outcome == Collector.Outcome.TAKEN) {
      metrics.sent(Telemetry.AUDIT, batch.size());
    } else {
      metrics.dropped(Telemetry.AUDIT, batch.size());
    }
  }

  /** A position that cannot be kept, as on a full disk, costs records that are sent twice. */
  private void keepPosition() {
    try {
      Path next = folder.resolve(POSITION + ".next");
      Files.writeString(next, sent + "\n");
      Files.move(
          next,
          folder.resolve(POSITION),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      notes.accept("how far the audit log was sent cannot be kept: " + e.getMessage());
    }
  }

  private void pause(Duration time) {
    try {
      if (!closing) {
        Thread.sleep(time);
      }
    } catch (InterruptedException e) {
      // It closes.
    }
  }

  void close(Duration within) {
    closing = true;
    thread.interrupt();
    try {
      thread.join(within);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
