package io.ringfence.gateway.identity;

import io.ringfence.gateway.request.RefusedException;

/** Verifies proofs of identity. It answers at once: keys are fetched ahead. */
@FunctionalInterface
public interface Authenticator {
  /**
   * @throws RefusedException when a proof that is demanded is absent, or one that is shown is not
   *     good
   */
  Identified authenticate(Proofs shown) throws RefusedException;
}
