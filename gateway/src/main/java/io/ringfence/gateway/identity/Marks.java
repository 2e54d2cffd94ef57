package io.ringfence.gateway.identity;

import java.util.Optional;

/**
 * What tells proofs of identity apart, one from the next of the same caller.
 *
 * @param certificate its serial number, in lower-case hexadecimal digits
 * @param token its {@code jti}, or {@code sha256:} and the hash of what is signed, where it has
 *     none: a signature can be changed without its key, what it signs cannot
 * @param key the public id of an API key
 */
public record Marks(Optional<String> certificate, Optional<String> token, Optional<String> key) {
  public static final Marks NONE = new Marks(Optional.empty(), Optional.empty(), Optional.empty());
}
