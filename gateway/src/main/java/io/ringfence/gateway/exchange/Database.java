package io.ringfence.gateway.exchange;

import java.util.concurrent.CompletionStage;

/**
 * The database behind the gateway.
 *
 * @param <C> a question
 * @param <A> its answer
 */
@FunctionalInterface
public interface Database<C, A> {
  /** Fails when it does not answer in time, or not at all. */
  CompletionStage<A> ask(C question);

  /**
   * The same, as a part of a trace that the database is told of, where its protocol can.
   *
   * @param traceparent the gateway's own, never a client's
   */
  default CompletionStage<A> ask(C question, String traceparent) {
    return ask(question);
  }
}
