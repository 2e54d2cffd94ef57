package io.ringfence.gateway.identity;

import io.ringfence.gateway.request.RefusedException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * What a client's certificate says of who it is: its single URI, and nothing of its other names.
 *
 * @param serial in lower-case hexadecimal digits
 * @param until when it expires
 * @see <a href="https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md">X509-SVID</a>
 */
record ClientCertificate(SpiffeId id, String serial, Instant from, Instant until) {
  /** RFC 5280, GeneralName: uniformResourceIdentifier. */
  private static final int URI = 6;

  private static final int KEY_CERT_SIGN = 5;
  private static final int CRL_SIGN = 6;
  private static final List<String> CLIENT_USAGES =
      List.of("1.3.6.1.5.5.7.3.2", "2.5.29.37.0"); // clientAuth, anyExtendedKeyUsage

  /**
   * @throws RefusedException when it is no leaf certificate with exactly one SPIFFE ID
   */
  static ClientCertificate of(X509Certificate certificate) throws RefusedException {
    try {
      checkUsage(certificate);
      return new ClientCertificate(
          SpiffeId.parse(uri(certificate)),
          certificate.getSerialNumber().toString(16),
          certificate.getNotBefore().toInstant(),
          certificate.getNotAfter().toInstant());
    } catch (CertificateParsingException e) {
      throw Unauthenticated.because("the certificate cannot be read");
    }
  }

  private static void checkUsage(X509Certificate certificate)
      throws RefusedException, CertificateParsingException {
    boolean[] usage = certificate.getKeyUsage();
    boolean signs = usage != null && (usage[KEY_CERT_SIGN] || usage[CRL_SIGN]);
    if (certificate.getBasicConstraints() >= 0 || signs) {
      throw Unauthenticated.because("an authority's certificate identifies no client");
    }
    List<String> extended = certificate.getExtendedKeyUsage();
    if (extended != null && CLIENT_USAGES.stream().noneMatch(extended::contains)) {
      throw Unauthenticated.because("the certificate is not for clients");
    }
  }

  private static String uri(X509Certificate certificate)
      throws RefusedException, CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    List<String> uris =
        names == null
            ? List.of()
            : names.stream()
                .filter(n -> n.get(0).equals(URI))
                .map(n -> n.get(1).toString())
                .toList();
    if (uris.size() != 1) {
      throw Unauthenticated.because(
          "the certificate has " + uris.size() + " URIs, where its SPIFFE ID is to be the only");
    }
    return uris.getFirst();
  }

  /**
   * @throws RefusedException when it does not hold at that moment
   */
  void check(Instant now) throws RefusedException {
    if (now.isBefore(from)) {
      throw Unauthenticated.because("the certificate is not valid yet");
    }
    if (!now.isBefore(until)) {
      throw Unauthenticated.because("the certificate has expired");
    }
  }
}
