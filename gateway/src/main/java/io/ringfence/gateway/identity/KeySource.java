package io.ringfence.gateway.identity;

import io.ringfence.gateway.request.RefusedException;

/** Where an issuer's keys are at hand. It answers at once. */
interface KeySource {
  /**
   * @throws RefusedException while none are known, or none that were heard of lately enough
   */
  KeySet keys() throws RefusedException;

  /** A token named a key that is not among them: they may have changed. */
  void missed();
}
