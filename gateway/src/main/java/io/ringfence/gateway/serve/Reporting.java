package io.ringfence.gateway.serve;

import io.ringfence.gateway.audit.LoggedTrail;
import io.ringfence.gateway.exchange.AuditTrail;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.signal.GatewayMetrics;
import io.ringfence.gateway.signal.MeteredTrail;
import io.ringfence.gateway.trace.TracedExchange;
import io.ringfence.gateway.trace.Tracer;
import io.ringfence.model.Address;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What is recorded and counted of one service's requests.
 *
 * @param logged absent where the blueprint names no audit log
 */
record Reporting(
    String engine, Optional<LoggedTrail> logged, AuditTrail trail, GatewayMetrics metrics) {
  /** For blueprints whose gateway has no audit log; the operator was told. */
  private static final AuditTrail UNRECORDED =
      (caller, operation, decision, refusal) ->
          CompletableFuture.completedStage((outcome, extent) -> {});

  static Reporting of(String engine, Optional<LoggedTrail> logged, GatewayMetrics metrics) {
    AuditTrail trail = logged.<AuditTrail>map(l -> l).orElse(UNRECORDED);
    return new Reporting(
        engine, logged, new MeteredTrail(trail, engine, metrics, System::nanoTime), metrics);
  }

  /** The same, where each statement of a session is traced by itself. */
  Reporting tracingStatements(Tracer tracer, String gateway) {
    return tracer == Tracer.OFF
        ? this
        : new Reporting(
            engine, logged, TracedExchange.statements(trail, tracer, gateway, engine), metrics);
  }

  /** Somebody showed no good proof of who they are; done when that is durable. */
  CompletionStage<Void> unknown(Address source, Refusal refusal) {
    metrics.unauthenticated(engine);
    return logged.isEmpty()
        ? CompletableFuture.completedStage(null)
        : logged
            .get()
            .unauthenticated(source, refusal)
            .thenAccept(e -> e.completed(Optional.of(refusal), Extent.UNKNOWN));
  }
}
