package io.ringfence.gateway.identity;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What a client shows of who it is. Only the certificate's chain is verified already: by TLS.
 *
 * @param certificate its own; its chain leads to the bundle of a trust domain
 * @param secret a JWT or an API key, from whichever header or password its engine's clients use
 */
public record Proofs(Optional<X509Certificate> certificate, Optional<String> secret) {
  /** Keeps the secret out of logs. */
  @Override
  public String toString() {
    return "Proofs[certificate="
        + certificate.map(c -> c.getSubjectX500Principal().getName()).orElse("none")
        + ", secret="
        + (secret.isPresent() ? "shown" : "none")
        + "]";
  }
}
