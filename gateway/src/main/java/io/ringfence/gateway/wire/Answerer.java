package io.ringfence.gateway.wire;

import io.ringfence.gateway.exchange.Departure;
import io.ringfence.gateway.request.Refusal;
import java.util.concurrent.CompletionStage;

/**
 * What answers the requests that a listener takes.
 *
 * @param <C> a request
 * @param <A> its answer
 */
public interface Answerer<C, A> {
  /** The answer; never fails. Called on the connection's thread, and must not block it. */
  CompletionStage<A> answer(Asker asker, C request);

  /**
   * The same, where it is told when the answer has left.
   *
   * @param departure whoever calls tells it, once
   */
  default CompletionStage<A> answer(Asker asker, C request, Departure departure) {
    return answer(asker, request);
  }

  /** The answer to what is not even a request. */
  A refuse(Refusal refusal);
}
