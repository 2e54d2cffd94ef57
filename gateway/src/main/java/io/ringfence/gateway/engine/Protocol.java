package io.ringfence.gateway.engine;

import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Understanding;

/**
 * One engine's requests over one protocol. It does no I/O: what it needs of the database it asks
 * for by steps. One of it serves all threads.
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
  Understanding<C, A> understand(C request, Scope scope) throws RefusedException;

  /** A refusal in the engine's own format. */
  A refuse(Refusal refusal);

  /** How many bytes of an answer the client gets, without framing; for the record of it. */
  default Extent extent(A answer) {
    return Extent.UNKNOWN;
  }
}
