package io.ringfence.gateway.wire;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts a certificate by its SPIFFE ID: it must chain to the bundle of the trust domain that the
 * ID is in, and to no other.
 *
 * @see <a href="https://spiffe.io/docs/latest/spiffe-specs/x509-svid/">X.509-SVID</a>
 */
final class SpiffeTrust extends X509ExtendedTrustManager {
  private static final String SCHEME = "spiffe://";
  private static final int URI_NAME = 6;
  private static final int KEY_CERT_SIGN = 5;

  private final Map<String, X509TrustManager> byDomain;

  SpiffeTrust(Map<String, X509TrustManager> byDomain) {
    this.byDomain = new TreeMap<>(byDomain);
  }

  /** The SPIFFE ID of a leaf: its one URI name; empty when it is no SVID. */
  static Optional<String> spiffeId(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      List<String> uris =
          names == null
              ? List.of()
              : names.stream()
                  .filter(n -> n.get(0).equals(URI_NAME))
                  .map(n -> n.get(1).toString())
                  .toList();
      return uris.size() == 1 && uris.getFirst().startsWith(SCHEME)
          ? Optional.of(uris.getFirst())
          : Optional.empty();
    } catch (CertificateParsingException e) {
      return Optional.empty();
    }
  }

  static String domain(String spiffeId) {
    String rest = spiffeId.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    return slash < 0 ? rest : rest.substring(0, slash);
  }

  private X509TrustManager bundle(X509Certificate[] chain) throws CertificateException {
    if (chain == null || chain.length == 0) {
      throw new CertificateException("no certificate is shown");
    }
    X509Certificate leaf = chain[0];
    String id =
        spiffeId(leaf)
            .orElseThrow(() -> new CertificateException("the certificate has no SPIFFE ID"));
    boolean[] usage = leaf.getKeyUsage();
    if (leaf.getBasicConstraints() >= 0 || (usage != null && usage[KEY_CERT_SIGN])) {
      throw new CertificateException("a certificate that may sign others is nobody's identity");
    }
    X509TrustManager bundle = byDomain.get(domain(id));
    if (bundle == null) {
      throw new CertificateException("no bundle for trust domain `" + domain(id) + "`");
    }
    return bundle;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    bundle(chain).checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    bundle(chain).checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return byDomain.values().stream()
        .flatMap(t -> Arrays.stream(t.getAcceptedIssuers()))
        .distinct()
        .toArray(X509Certificate[]::new);
  }
}
