package io.ringfence.gateway.identity;

import io.ringfence.gateway.request.RefusedException;

/** An issuer's keys in a file. */
record FileKeys(WatchedFile<KeySet> file) implements KeySource {
  @Override
  public KeySet keys() throws RefusedException {
    return file.value()
        .orElseThrow(
            () -> Unauthenticated.unavailable("the token's issuer cannot be verified now"));
  }

  /** A changed file is seen soon enough by itself. */
  @Override
  public void missed() {}
}
