package io.ringfence.gateway.identity;

import io.ringfence.gateway.policy.Credentials;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.util.Map;
import java.util.Optional;

/** Takes certificates alone, as the operators' address does: a secret beside one is refused. */
public final class CertificateAuthenticator implements Authenticator {
  @Override
  public Identified authenticate(Proofs shown) throws RefusedException {
    if (shown.certificate().isEmpty() || shown.secret().isPresent()) {
      throw new RefusedException(
          Refusal.Kind.UNAUTHENTICATED, "a client certificate is needed, and nothing else taken");
    }
    ClientCertificate certificate = ClientCertificate.of(shown.certificate().get());
    String id = certificate.id().toString();
    return new Identified(
        Credentials.of(id),
        id,
        new Marks(Optional.of(certificate.serial()), Optional.empty(), Optional.empty()),
        Map.of(),
        certificate.until());
  }
}
