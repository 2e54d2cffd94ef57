package io.ringfence.gateway.identity;

import io.ringfence.gateway.request.RefusedException;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * The authorities of clients, each for its own trust domain.
 *
 * <p>INVARIANT (no domain speaks for another): a certificate's chain leads to the bundle of the
 * trust domain in its SPIFFE ID, so that an authority of one domain makes nobody of another.
 */
public final class SpiffeTrust extends X509ExtendedTrustManager {
  private final Map<String, X509TrustManager> byDomain = new TreeMap<>();

  /**
   * @param bundles by trust domain
   */
  public SpiffeTrust(Map<String, List<X509Certificate>> bundles) throws GeneralSecurityException {
    for (var bundle : bundles.entrySet()) {
      byDomain.put(bundle.getKey(), trust(bundle.getValue()));
    }
  }

  private static X509TrustManager trust(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry("authority-" + i, authorities.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return Arrays.stream(factory.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .map(X509TrustManager.class::cast)
          .findFirst()
          .orElseThrow(() -> new GeneralSecurityException("PKIX has no trust manager for X.509"));
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    if (chain == null || chain.length == 0) {
      throw new CertificateException("no certificate is shown");
    }
    String domain = domain(chain[0]);
    X509TrustManager trust = byDomain.get(domain);
    if (trust == null) {
      throw new CertificateException("trust domain `" + domain + "` is not trusted here");
    }
    trust.checkClientTrusted(chain, authType);
  }

  private static String domain(X509Certificate leaf) throws CertificateException {
    try {
      return ClientCertificate.of(leaf).id().trustDomain();
    } catch (RefusedException e) {
      throw new CertificateException(e.refusal().text());
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("these authorities are for clients");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return byDomain.values().stream()
        .flatMap(t -> Stream.of(t.getAcceptedIssuers()))
        .toArray(X509Certificate[]::new);
  }

  /** Only for {@code SSLContext.init} and such. */
  public TrustManager[] alone() {
    return new TrustManager[] {this};
  }
}
