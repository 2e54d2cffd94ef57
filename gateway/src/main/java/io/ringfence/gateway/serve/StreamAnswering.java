package io.ringfence.gateway.serve;

import io.ringfence.gateway.engine.Dialogue;
import io.ringfence.gateway.engine.StreamingProtocol;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.StreamedExchange;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.session.LiveStreams;
import io.ringfence.gateway.trace.Trace;
import io.ringfence.gateway.trace.TracedExchange;
import io.ringfence.gateway.wire.Asker;
import io.ringfence.gateway.wire.GrpcUpstream;
import io.ringfence.gateway.wire.Reception;
import io.ringfence.gateway.wire.StreamAnswerer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Carries one service's streaming calls.
 *
 * <p>INVARIANT (one generation for a call): the reception of its beginning scopes, decides and
 * checks it to its end; what runs is decided again by the one in force, which may end it.
 *
 * @param reception that of this moment
 * @param streams what runs, to be decided again
 * @param tracing which calls are traced
 */
record StreamAnswering(
    StreamingProtocol protocol,
    GrpcUpstream database,
    Supplier<? extends Reception> reception,
    LiveStreams streams,
    Tracing tracing)
    implements StreamAnswerer {
  @Override
  public Optional<Dialogue.Form> form(String service, String method) {
    return protocol.form(service, method);
  }

  @Override
  public CompletionStage<Begun> begin(
      Asker asker, String service, String method, int depthMax, Consumer<Refusal> end) {
    Reception now = reception.get();
    Optional<Trace> trace = tracing.begin(asker.traceparent());
    try {
      Caller caller =
          trace.isPresent()
              ? TracedExchange.authenticated(trace.get(), () -> now.caller(asker))
              : now.caller(asker);
      Dialogue dialogue = protocol.begin(service, method, caller.scope(), depthMax);
      return CompletableFuture.completedStage(begun(now, asker, caller, dialogue, trace, end));
    } catch (RefusedException e) {
      trace.ifPresent(t -> TracedExchange.unknown(t, e.refusal()));
      return now.unknown(asker, e.refusal())
          .handle((v, failure) -> failure == null ? e.refusal() : Refusal.UNRECORDED)
          .thenCompose(r -> CompletableFuture.failedStage(new RefusedException(r)));
    }
  }

  private Begun begun(
      Reception now,
      Asker asker,
      Caller caller,
      Dialogue dialogue,
      Optional<Trace> trace,
      Consumer<Refusal> end) {
    StreamedExchange exchange =
        new StreamedExchange(
            caller,
            dialogue,
            now.gatekeeper(),
            trace.map(t -> TracedExchange.trail(now.trail(), t)).orElse(now.trail()),
            now.admission(),
            new ExchangeVigil(streams, reception, asker),
            end,
            now.explains());
    if (trace.isEmpty()) {
      return new Begun(exchange, "");
    }
    TracedExchange.Call call = TracedExchange.call(trace.get());
    exchange.atTheEnd(call.end());
    return new Begun(exchange, call.traceparent());
  }

  @Override
  public GrpcAnswer refuse(Refusal refusal) {
    return protocol.refuse(refusal);
  }
}
