package io.ringfence.gateway.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Makes what TLS needs from the text of PEM files. */
public final class TlsFiles {
  private TlsFiles() {}

  /** The certificates of a trust bundle: one at least. */
  static List<X509Certificate> certificates(byte[] pem)
      throws GeneralSecurityException, IOException {
    List<X509Certificate> out =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem))
            .stream()
            .map(X509Certificate.class::cast)
            .toList();
    if (out.isEmpty()) {
      throw new IOException("the trust bundle holds no certificate");
    }
    return out;
  }

  /** Trusts what chains to one of the certificates. */
  public static X509TrustManager bundle(byte[] pem) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (X509Certificate certificate : certificates(pem)) {
      store.setCertificateEntry("ca-" + number++, certificate);
    }
    return manager(store);
  }

  /** Trusts what the machine does. */
  static X509TrustManager machine() throws GeneralSecurityException {
    return manager(null);
  }

  private static X509TrustManager manager(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }
}
