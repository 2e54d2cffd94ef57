package io.ringfence.gateway.admin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An operator's end of mTLS, from PEM files. */
public final class OperatorTls {
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

  private OperatorTls() {}

  /**
   * @param certificate the operator's, with what leads to its authority
   * @param key of the certificate, PKCS #8
   * @param trust who signs the gateway's certificate
   * @throws IOException when one of them is not that
   */
  public static SSLContext context(byte[] certificate, byte[] key, byte[] trust)
      throws IOException {
    try {
      KeyStore own = empty();
      own.setKeyEntry("own", key(key), new char[0], certificates(certificate));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, new char[0]);
      KeyStore trusted = empty();
      int number = 0;
      for (Certificate authority : certificates(trust)) {
        trusted.setCertificateEntry("ca-" + number++, authority);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext out = SSLContext.getInstance("TLSv1.3");
      out.init(keys.getKeyManagers(), managers.getTrustManagers(), null);
      return out;
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificate, key or authorities: " + e.getMessage(), e);
    }
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore out = KeyStore.getInstance(KeyStore.getDefaultType());
    out.load(null, null);
    return out;
  }

  private static Certificate[] certificates(byte[] pem) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem))
        .toArray(Certificate[]::new);
  }

  private static PrivateKey key(byte[] pem) throws IOException {
    String body =
        new String(pem, StandardCharsets.US_ASCII).replaceAll("-----[A-Z ]+-----|\\s", "");
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm)
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        continue; // of another algorithm, or none
      }
    }
    throw new IOException("the key is no private key in PEM (PKCS #8)");
  }
}
