package io.ringfence.lab.pki;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * With what a client of the lab asks through a gateway.
 *
 * @param tls shows its certificate, and trusts the lab's authority
 * @param token that it bears, if any
 */
public record Login(SSLContext tls, Optional<String> token) {
  /** Of who holds a certificate. */
  public static Login of(LabAuthority authority, LabAuthority.Holder holder, Optional<String> token)
      throws GeneralSecurityException {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry("authority", authority.certificate());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
      own.load(null, null);
      own.setKeyEntry(
          "own",
          holder.key(),
          new char[0],
          new java.security.cert.Certificate[] {holder.certificate()});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, new char[0]);
      SSLContext tls = SSLContext.getInstance("TLSv1.3");
      tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return new Login(tls, token);
    } catch (java.io.IOException e) {
      throw new GeneralSecurityException(e);
    }
  }
}
