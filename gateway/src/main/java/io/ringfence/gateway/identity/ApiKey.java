package io.ringfence.gateway.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * An API key, by what it is recognised by: the key itself is kept by its holder alone.
 *
 * @param id public, also the part of the key that finds it
 * @param sha256 of the whole key, in lower-case hexadecimal digits: a key is random enough that its
 *     hash needs no salt and no slowness
 * @param principal the SPIFFE ID that it stands for
 * @param tenant that it makes a member of
 * @param note the operator's words
 */
public record ApiKey(
    String id,
    String sha256,
    Optional<String> principal,
    Optional<String> tenant,
    Instant expires,
    Optional<Instant> revoked,
    Optional<String> note) {

  public boolean expired(Instant now) {
    return !now.isBefore(expires);
  }
}
