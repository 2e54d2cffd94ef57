package io.ringfence.gateway.serve;

import io.ringfence.gateway.identity.Authenticator;
import io.ringfence.gateway.identity.Identified;
import io.ringfence.gateway.identity.Marks;
import io.ringfence.gateway.identity.Proofs;
import io.ringfence.gateway.policy.Credentials;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.wire.Certificates;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;

/** Takes certificates alone: a secret beside one, or instead of one, is refused. */
final class CertificateAuthenticator implements Authenticator {
  @Override
  public Identified authenticate(Proofs shown) throws RefusedException {
    X509Certificate certificate =
        shown.certificate().orElseThrow(() -> refused("a client certificate is needed"));
    if (shown.secret().isPresent()) {
      throw refused("tokens and API keys are not taken here");
    }
    String id =
        Certificates.spiffeId(certificate)
            .orElseThrow(() -> refused("the certificate has no SPIFFE ID"));
    Marks marks =
        new Marks(
            Optional.of(certificate.getSerialNumber().toString(16)),
            Optional.empty(),
            Optional.empty());
    return new Identified(
        Credentials.of(id), id, marks, Map.of(), certificate.getNotAfter().toInstant());
  }

  private static RefusedException refused(String text) {
    return new RefusedException(Refusal.Kind.UNAUTHENTICATED, text);
  }
}
