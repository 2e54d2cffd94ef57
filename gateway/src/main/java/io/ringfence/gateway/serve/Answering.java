package io.ringfence.gateway.serve;

import io.ringfence.gateway.engine.Protocol;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Database;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.exchange.Departure;
import io.ringfence.gateway.exchange.Exchange;
import io.ringfence.gateway.exchange.Gatekeeper;
import io.ringfence.gateway.exchange.Vigil;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.session.LiveStreams;
import io.ringfence.gateway.trace.Trace;
import io.ringfence.gateway.trace.TracedExchange;
import io.ringfence.gateway.wire.Answerer;
import io.ringfence.gateway.wire.Asker;
import io.ringfence.gateway.wire.Reception;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Answers one service's requests.
 *
 * <p>INVARIANT (one generation for a request): it takes the reception once, and what decides,
 * scopes and checks a request is of that one to its end.
 *
 * @param reception that of this moment
 * @param streams what runs, to be decided again
 * @param tracing which requests are traced
 */
record Answering<C, A>(
    Protocol<C, A> protocol,
    Database<C, A> database,
    Supplier<? extends Reception> reception,
    LiveStreams streams,
    Tracing tracing)
    implements Answerer<C, A> {
  @Override
  public CompletionStage<A> answer(Asker asker, C request) {
    return answer(asker, request, Departure.AT_ONCE);
  }

  @Override
  public CompletionStage<A> answer(Asker asker, C request, Departure departure) {
    Optional<Trace> trace = tracing.begin(asker.traceparent());
    return trace.isPresent()
        ? traced(trace.get(), asker, request, departure)
        : untraced(asker, request, departure);
  }

  /** The same road, each part of which tells the trace. */
  private CompletionStage<A> traced(Trace trace, Asker asker, C request, Departure departure) {
    Reception now = reception.get();
    try {
      Caller caller = TracedExchange.authenticated(trace, () -> now.caller(asker));
      return new Exchange<>(
              TracedExchange.protocol(protocol, trace),
              TracedExchange.gatekeeper(gatekeeper(now, departure), trace),
              TracedExchange.database(database, trace),
              TracedExchange.trail(now.trail(), trace),
              now.admission(),
              new ExchangeVigil(streams, reception, asker),
              departure)
          .answer(caller, request);
    } catch (RefusedException e) {
      TracedExchange.unknown(trace, e.refusal());
      return unknown(now, asker, e.refusal());
    }
  }

  private CompletionStage<A> untraced(Asker asker, C request, Departure departure) {
    Reception now = reception.get();
    try {
      Caller caller = now.caller(asker);
      Vigil vigil = new ExchangeVigil(streams, reception, asker);
      return new Exchange<>(
              protocol,
              gatekeeper(now, departure),
              database,
              now.trail(),
              now.admission(),
              vigil,
              departure)
          .answer(caller, request);
    } catch (RefusedException e) {
      return unknown(now, asker, e.refusal());
    }
  }

  private static Gatekeeper gatekeeper(Reception now, Departure departure) {
    return now.explains() ? explaining(now.gatekeeper(), departure) : now.gatekeeper();
  }

  private static Gatekeeper explaining(Gatekeeper gatekeeper, Departure departure) {
    departure.explain(Decision.DENIED); // as it stays where nothing comes to be decided
    return (caller, operation) -> {
      Decision decision = gatekeeper.decide(caller, operation);
      departure.explain(decision);
      return decision;
    };
  }

  private CompletionStage<A> unknown(Reception now, Asker asker, Refusal refusal) {
    return now.unknown(asker, refusal)
        .handle((done, failure) -> refuse(failure == null ? refusal : Refusal.UNRECORDED));
  }

  @Override
  public A refuse(Refusal refusal) {
    return protocol.refuse(refusal);
  }
}
