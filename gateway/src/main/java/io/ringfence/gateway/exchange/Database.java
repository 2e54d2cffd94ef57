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
}
