package io.ringfence.gateway.identity;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;

/** The refusals of proofs of identity. They tell a caller of its own proofs, and nothing else. */
final class Unauthenticated {
  private Unauthenticated() {}

  static RefusedException because(String why) {
    return new RefusedException(Refusal.Kind.UNAUTHENTICATED, why);
  }

  static RefusedException token(String why) {
    return because("the token is refused: " + why);
  }

  static RefusedException unavailable(String why) {
    return new RefusedException(Refusal.Kind.UNAVAILABLE, why);
  }
}
