package io.ringfence.gateway.signal;

import io.ringfence.gateway.exchange.AuditTrail;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** Counts what goes into an audit trail. */
public final class MeteredTrail implements AuditTrail {
  private static final Refusal GONE = new Refusal(Refusal.Kind.UNAVAILABLE, "the client is gone");

  private final AuditTrail trail;
  private final String engine;
  private final GatewayMetrics metrics;
  private final LongSupplier nanos;

  /**
   * @param nanos a clock that only goes forward: {@code System::nanoTime}
   */
  public MeteredTrail(AuditTrail trail, String engine, GatewayMetrics metrics, LongSupplier nanos) {
    this.trail = trail;
    this.engine = engine;
    this.metrics = metrics;
    this.nanos = nanos;
  }

  @Override
  public CompletionStage<Entry> decided(
      Caller caller, Optional<Operation> operation, Decision decision, Optional<Refusal> refusal) {
    long begun = nanos.getAsLong();
    Optional<String> name = operation.map(Operation::name);
    return trail
        .decided(caller, operation, decision, refusal)
        .whenComplete((entry, failure) -> count(name, decision, refusal, failure))
        .thenApply(entry -> decision.permitted() ? new Timed(entry, name, begun) : entry);
  }

  @Override
  public AuditTrail traced(String trace) {
    return new MeteredTrail(trail.traced(trace), engine, metrics, nanos);
  }

  private void count(
      Optional<String> operation, Decision decision, Optional<Refusal> refusal, Throwable failure) {
    if (failure != null) {
      metrics.notRecorded();
    }
    if (!decision.permitted()) {
      metrics.denied(engine, operation, refusal);
    }
  }

  /** A permitted request whose end is to come. */
  private final class Timed implements Entry {
    private final Entry entry;
    private final Optional<String> operation;
    private final long begun;

    Timed(Entry entry, Optional<String> operation, long begun) {
      this.entry = entry;
      this.operation = operation;
      this.begun = begun;
    }

    @Override
    public void completed(Optional<Refusal> refusal, Extent extent) {
      double seconds = (nanos.getAsLong() - begun) / 1e9;
      metrics.completed(engine, operation, refusal, extent, seconds);
      entry.completed(refusal, extent);
    }

    @Override
    public void cutOff(Extent extent) {
      double seconds = (nanos.getAsLong() - begun) / 1e9;
      metrics.completed(engine, operation, Optional.of(GONE), extent, seconds);
      entry.cutOff(extent);
    }
  }
}
