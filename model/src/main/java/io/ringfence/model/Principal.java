package io.ringfence.model;

import java.util.Optional;

/**
 * Who asks, as verified: a SPIFFE ID, and the tenant that a token's claim makes it a member of.
 *
 * @param identity its SPIFFE ID
 * @param claimedTenant the tenant that its token's claim names
 */
public record Principal(Optional<String> identity, Optional<String> claimedTenant) {
  public static final Principal ANONYMOUS = new Principal(Optional.empty(), Optional.empty());

  public static Principal of(String spiffeId) {
    return new Principal(Optional.of(spiffeId), Optional.empty());
  }

  /** The words for it in a message. */
  public String text() {
    return identity.orElse("nobody") + claimedTenant.map(t -> " of tenant " + t).orElse("");
  }
}
