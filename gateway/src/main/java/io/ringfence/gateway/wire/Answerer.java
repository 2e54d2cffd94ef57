package io.ringfence.gateway.wire;

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

  /** The answer to what is not even a request. */
  A refuse(Refusal refusal);
}
