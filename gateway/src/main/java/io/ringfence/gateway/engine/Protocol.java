package io.ringfence.gateway.engine;

import io.ringfence.gateway.request.CollectionNames;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Step;

/**
 * One engine's requests over one protocol. Pure: it takes values and returns values, and one of it
 * serves all threads.
 *
 * @param <C> a request, and a question to the database
 * @param <A> an answer, the database's or the client's
 */
public interface Protocol<C, A> {
  /**
   * Understands a request wholly.
   *
   * @throws RefusedException when any part of it is unknown: an operation, a field, an encoding
   */
  Classified<C, A> classify(C request, CollectionNames names) throws RefusedException;

  /** A refusal in the engine's own format. */
  A refuse(Refusal refusal);

  /** A request that is understood and waits for its decision. */
  interface Classified<C, A> {
    Operation operation();

    /**
     * The first step of answering it, once every touch of its operation is permitted. What is
     * forwarded is encoded anew from what was parsed.
     *
     * @throws RefusedException when it cannot be scoped
     */
    Step<C, A> start(Scope scope) throws RefusedException;
  }
}
