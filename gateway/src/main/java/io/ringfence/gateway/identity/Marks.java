package io.ringfence.gateway.identity;

import java.util.Optional;

/**
 * What tells proofs of identity apart, one from the next of the same caller.
 *
 * @param certificate its serial number, in lower-case hexadecimal digits
 * @param token its {@code jti}, or the SHA-256 of the token where it has none
 * @param key the public id of an API key
 */
public record Marks(Optional<String> certificate, Optional<String> token, Optional<String> key) {
  public static final Marks NONE = new Marks(Optional.empty(), Optional.empty(), Optional.empty());
}
