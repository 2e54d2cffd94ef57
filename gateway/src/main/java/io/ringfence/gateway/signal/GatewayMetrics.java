package io.ringfence.gateway.signal;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import io.ringfence.gateway.policy.Generation;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/**
 * What a gateway counts, for Prometheus. Names and labels follow OpenTelemetry's conventions as
 * Prometheus writes them ({@code db.operation.name} is {@code db_operation_name}).
 *
 * <p>INVARIANT (no label is a client's): labels are engines, operations of their closed lists,
 * verdicts, kinds of refusal and rules of the blueprint. Operations past {@link #OPERATIONS_MAX}
 * and rules past {@link #RULES_MAX} are counted together.
 */
public final class GatewayMetrics {
  /** More than all engines' lists have. */
  static final int OPERATIONS_MAX = 1024;

  static final int RULES_MAX = 256;

  /** What OpenTelemetry calls what is not told apart. */
  static final String OTHER = "_OTHER";

  private static final String ENGINE = "db_system_name";
  private static final String OPERATION = "db_operation_name";
  private static final String VERDICT = "ringfence_verdict";
  private static final String SIGNAL = "ringfence_signal";
  private static final String ERROR = "error_type";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Map<String, Boolean> operations = new ConcurrentHashMap<>();
  private final Map<String, Boolean> rules = new ConcurrentHashMap<>();

  private final Counter requests =
      Counter.builder()
          .name("ringfence_gateway_requests")
          .help("Requests; with an error type where they were not answered from the database.")
          .labelNames(ENGINE, OPERATION, VERDICT, ERROR)
          .register(registry);
  private final Histogram durations =
      Histogram.builder()
          .name("ringfence_gateway_request_duration")
          .unit(Unit.SECONDS)
          .help("From the decision to the answer, of permitted requests.")
          .labelNames(ENGINE, OPERATION)
          .classicOnly()
          .classicUpperBounds(
              0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
          .register(registry);
  private final Counter bytes =
      Counter.builder()
          .name("ringfence_gateway_answer_bytes")
          .help("Bytes of answers, without framing.")
          .labelNames(ENGINE)
          .register(registry);
  private final Counter strangers =
      Counter.builder()
          .name("ringfence_gateway_unauthenticated")
          .help("Requests and connections that showed no good proof of identity.")
          .labelNames(ENGINE)
          .register(registry);
  private final Counter unrecorded =
      Counter.builder()
          .name("ringfence_gateway_audit_failures")
          .help("Decisions that could not be recorded, and so were not answered.")
          .register(registry);
  private final Counter observed =
      Counter.builder()
          .name("ringfence_gateway_observed_denials")
          .help("Denials that were only observed: the request went on.")
          .labelNames("ringfence_rule")
          .register(registry);
  private final Gauge generation =
      Gauge.builder()
          .name("ringfence_gateway_generation")
          .help("The generation of the policy that is served, counted from the process's start.")
          .register(registry);
  private final Info content =
      Info.builder()
          .name("ringfence_gateway_policy")
          .help("The content that is served.")
          .labelNames("hash")
          .register(registry);
  private final Counter reloads =
      Counter.builder()
          .name("ringfence_gateway_reloads")
          .help("Changes of the blueprint that were taken, or refused.")
          .labelNames("ringfence_outcome")
          .register(registry);
  private final Gauge stale =
      Gauge.builder()
          .name("ringfence_gateway_policy_stale")
          .help(
              "1 while the blueprint that stands in the files is refused, and an older one served.")
          .register(registry);

  private final Counter sent =
      Counter.builder()
          .name("ringfence_gateway_telemetry_sent")
          .help("Spans and log records that the collector took.")
          .labelNames(SIGNAL)
          .register(registry);
  private final Counter dropped =
      Counter.builder()
          .name("ringfence_gateway_telemetry_dropped")
          .help("Spans and log records that no room was kept for, or that the collector refused.")
          .labelNames(SIGNAL)
          .register(registry);

  // --- Requests ---

  /** A request that no rule permits, or that is none. */
  void denied(String engine, Optional<String> operation, Optional<Refusal> refusal) {
    count(engine, operation, "deny", refusal);
  }

  /** A permitted request ended. */
  void completed(
      String engine,
      Optional<String> operation,
      Optional<Refusal> refusal,
      Extent extent,
      double seconds) {
    count(engine, operation, "permit", refusal);
    durations.labelValues(engine, operation(operation)).observe(seconds);
    extent.bytes().ifPresent(n -> bytes.labelValues(engine).inc(n));
  }

  private void count(
      String engine, Optional<String> operation, String verdict, Optional<Refusal> refusal) {
    requests
        .labelValues(
            engine, operation(operation), verdict, refusal.map(GatewayMetrics::error).orElse(""))
        .inc();
  }

  void notRecorded() {
    unrecorded.inc();
  }

  /** Somebody showed no good proof of who they are. */
  public void unauthenticated(String engine) {
    strangers.labelValues(engine).inc();
  }

  private String operation(Optional<String> name) {
    return name.map(n -> known(operations, n, OPERATIONS_MAX)).orElse(OTHER);
  }

  private static String known(Map<String, Boolean> all, String name, int most) {
    if (all.containsKey(name)) {
      return name;
    }
    synchronized (all) {
      if (all.size() >= most) {
        return OTHER;
      }
      all.put(name, true);
    }
    return name;
  }

  private static String error(Refusal refusal) {
    return refusal.kind().name().toLowerCase(Locale.ROOT);
  }

  // --- Observation ---

  /** What a rule denies was let pass. */
  public void observed(String rule) {
    observed.labelValues(known(rules, rule, RULES_MAX)).inc();
  }

  // --- Telemetry ---

  /** The collector took so many of a signal's records. */
  public void sent(String signal, int count) {
    sent.labelValues(signal).inc(count);
  }

  public void dropped(String signal, int count) {
    dropped.labelValues(signal).inc(count);
  }

  // --- The policy ---

  /** Another generation is served. */
  public void serves(Generation served) {
    generation.set(served.number());
    content.setLabelValues(served.hash());
    reloads.labelValues("taken").inc();
    stale.set(0);
  }

  /** The blueprint in the files is refused; what was served before is served on. */
  public void refusedReload() {
    reloads.labelValues("refused").inc();
    stale.set(1);
  }

  // --- What others count ---

  /** Shows a number that somebody else keeps; once a name. */
  public void gauge(String name, String help, IntSupplier value) {
    GaugeWithCallback.builder()
        .name("ringfence_gateway_" + name)
        .help(help)
        .callback(call -> call.call(value.getAsInt()))
        .register(registry);
  }

  /** All of it in Prometheus' text format 0.0.4. */
  public String text() {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      PrometheusTextFormatWriter.builder().build().write(out, registry.scrape());
      return out.toString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // into memory
    }
  }
}
