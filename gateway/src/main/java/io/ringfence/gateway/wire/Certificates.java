package io.ringfence.gateway.wire;

import java.security.cert.X509Certificate;
import java.util.Optional;

/** What clients' certificates say. */
public final class Certificates {
  private Certificates() {}

  /** The SPIFFE ID of a leaf: its one URI name; empty when it is no SVID. */
  public static Optional<String> spiffeId(X509Certificate certificate) {
    return SpiffeTrust.spiffeId(certificate);
  }
}
