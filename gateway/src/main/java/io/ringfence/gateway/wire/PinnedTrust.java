package io.ringfence.gateway.wire;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts a database's certificate that chains to the bundle and bears the one name that is pinned.
 *
 * @param name a DNS name, an address or a SPIFFE ID, as a subject alternative name
 */
final class PinnedTrust extends X509ExtendedTrustManager {
  private final X509TrustManager bundle;
  private final String name;

  PinnedTrust(X509TrustManager bundle, String name) {
    this.bundle = bundle;
    this.name = name;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    bundle.checkServerTrusted(chain, authType);
    Collection<List<?>> names = chain[0].getSubjectAlternativeNames();
    boolean bears =
        names != null && names.stream().anyMatch(n -> name.equalsIgnoreCase(n.get(1).toString()));
    if (!bears) {
      throw new CertificateException("the database's certificate does not bear `" + name + "`");
    }
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
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("no client is trusted here");
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
  public X509Certificate[] getAcceptedIssuers() {
    return bundle.getAcceptedIssuers();
  }
}
