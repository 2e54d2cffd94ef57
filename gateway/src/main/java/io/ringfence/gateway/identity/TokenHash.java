package io.ringfence.gateway.identity;

import java.nio.ByteBuffer;

/** A whole token's SHA-256: what it is remembered by, so that memory holds no tokens. */
record TokenHash(long first, long second, long third, long fourth) {
  static TokenHash of(String token) {
    ByteBuffer hash = ByteBuffer.wrap(TokenVerifier.sha256(token));
    return new TokenHash(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  /** The hash is even already. */
  @Override
  public int hashCode() {
    return (int) first;
  }
}
