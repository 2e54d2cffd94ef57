package io.ringfence.gateway.wire;

import io.ringfence.gateway.engine.Dialogue;
import io.ringfence.gateway.exchange.StreamedExchange;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.Refusal;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** What carries the streaming calls over gRPC that a listener takes. */
public interface StreamAnswerer {
  /** How a method streams; empty where it is unary, or none. */
  Optional<Dialogue.Form> form(String service, String method);

  /**
   * Begins a call; fails where its caller is nobody known, once that is recorded. Called on the
   * connection's thread, and must not block it.
   *
   * @param end is told, by any thread, why the call is permitted no longer
   */
  CompletionStage<Begun> begin(
      Asker asker, String service, String method, int depthMax, Consumer<Refusal> end);

  /** The database that calls are made to. */
  GrpcUpstream database();

  /** The end of a call that is refused. */
  GrpcAnswer refuse(Refusal refusal);

  /**
   * A call that has begun.
   *
   * @param traceparent for the database; empty where no trace is told
   */
  record Begun(StreamedExchange exchange, String traceparent) {}
}
