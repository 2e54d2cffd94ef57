package io.ringfence.gateway.telemetry;

import io.ringfence.gateway.signal.GatewayMetrics;
import io.ringfence.gateway.trace.Span;
import io.ringfence.gateway.trace.Tracer;
import io.ringfence.model.Gateway;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What one gateway sends to a collector, as its blueprint has it. */
public final class Telemetry implements AutoCloseable {
  /** Spans, and lines, that wait at most. */
  static final int WAITING_MAX = 8192;

  static final String TRACES_PATH = "/v1/traces";
  static final String LOGS_PATH = "/v1/logs";
  static final String AUDIT = "audit";

  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration LAST_WITHIN = Duration.ofSeconds(3);

  private final Set<Gateway.Telemetry.Signal> send;
  private final int permille;
  private final OtlpMessages messages;
  private final Collector collector;
  private final GatewayMetrics metrics;
  private final InstantSource clock;
  private final Duration every;
  private final Optional<Outbox<Span>> spans;
  private final Optional<Outbox<LogLine>> lines;
  private Optional<AuditFollower> follower = Optional.empty();

  /**
   * @param process what tells this process from others of the gateway
   */
  public Telemetry(
      String gateway,
      Gateway.Telemetry settings,
      String process,
      Collector collector,
      GatewayMetrics metrics,
      InstantSource clock) {
    this(gateway, settings, process, collector, metrics, clock, EVERY);
  }

  Telemetry(
      String gateway,
      Gateway.Telemetry settings,
      String process,
      Collector collector,
      GatewayMetrics metrics,
      InstantSource clock,
      Duration every) {
    this.send = settings.send();
    this.permille = settings.traces();
    this.collector = collector;
    this.metrics = metrics;
    this.clock = clock;
    this.every = every;
    messages =
        new OtlpMessages(
            Map.of(
                "service.name", "ringfence-gateway",
                "service.instance.id", process,
                "ringfence.gateway", gateway));
    spans = outbox(Gateway.Telemetry.Signal.TRACES, "traces", TRACES_PATH, messages::traces);
    lines = outbox(Gateway.Telemetry.Signal.LOGS, "logs", LOGS_PATH, messages::logs);
  }

  private <T> Optional<Outbox<T>> outbox(
      Gateway.Telemetry.Signal signal,
      String name,
      String path,
      java.util.function.Function<List<T>, byte[]> encoded) {
    return send.contains(signal)
        ? Optional.of(new Outbox<>(name, path, WAITING_MAX, encoded, collector, metrics, every))
        : Optional.empty();
  }

  /** Traces requests, if traces are sent. */
  public Tracer tracer() {
    return spans.isEmpty()
        ? Tracer.OFF
        : new Tracer(permille, all -> all.forEach(spans.get()::put), clock, System::nanoTime);
  }

  /** Sends a line of the process's own, if those are sent. */
  public void log(String text) {
    lines.ifPresent(
        out ->
            out.put(
                new LogLine(
                    clock.instant(),
                    LogLine.Severity.INFO,
                    "ringfence.log",
                    text,
                    Map.of(),
                    Optional.empty())));
  }

  /** Sends what the audit log in a folder takes from now on, if that is sent. */
  public void follow(Path folder, Consumer<String> notes) {
    if (send.contains(Gateway.Telemetry.Signal.AUDIT)) {
      follower =
          Optional.of(new AuditFollower(folder, messages::logs, collector, metrics, notes, every));
    }
  }

  /** Sends what waits, if that does not take long. */
  @Override
  public void close() {
    follower.ifPresent(f -> f.close(LAST_WITHIN));
    spans.ifPresent(s -> s.close(LAST_WITHIN));
    lines.ifPresent(l -> l.close(LAST_WITHIN));
  }
}
