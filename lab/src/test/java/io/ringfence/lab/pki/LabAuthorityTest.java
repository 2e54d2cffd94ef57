package io.ringfence.lab.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Address;
import java.security.KeyStore;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

/** Certificates that the JDK takes for what they are meant to be. */
class LabAuthorityTest {
  private static X509TrustManager trusting(LabAuthority authority) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("root", authority.certificate());
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return (X509TrustManager) Arrays.stream(factory.getTrustManagers()).findFirst().orElseThrow();
  }

  @Test
  void certificateChainsToItsAuthorityAndToNoOther() throws Exception {
    LabAuthority authority = new LabAuthority("lab");
    X509Certificate[] chain = {authority.workload("spiffe://acme.example/web").certificate()};
    trusting(authority).checkClientTrusted(chain, "EC");
    trusting(authority).checkServerTrusted(chain, "UNKNOWN");
    X509TrustManager other = trusting(new LabAuthority("lab"));
    assertThrows(CertificateException.class, () -> other.checkClientTrusted(chain, "EC"));
    assertThrows(
        SignatureException.class,
        () -> chain[0].verify(new LabAuthority("lab").certificate().getPublicKey()));
  }

  @Test
  void certificateBearsItsNames() throws Exception {
    LabAuthority authority = new LabAuthority("lab");
    X509Certificate workload = authority.workload("spiffe://acme.example/web").certificate();
    assertEquals(
        List.of(List.of(6, "spiffe://acme.example/web")),
        List.copyOf(workload.getSubjectAlternativeNames()));
    assertEquals(-1, workload.getBasicConstraints());
    assertTrue(authority.certificate().getBasicConstraints() >= 0);
    List<Address> addresses = List.of(Address.parse("10.0.0.1"), Address.parse("fd00::1"));
    X509Certificate server = authority.server("gateway", addresses).certificate();
    assertEquals(
        List.of(List.of(7, "10.0.0.1"), List.of(7, "fd00:0:0:0:0:0:0:1")),
        List.copyOf(server.getSubjectAlternativeNames()));
  }

  @Test
  void keyIsTheCertificates() throws Exception {
    LabAuthority.Holder holder = new LabAuthority("lab").workload("spiffe://acme.example/web");
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(holder.key());
    signature.update((byte) 1);
    byte[] signed = signature.sign();
    signature.initVerify(holder.certificate());
    signature.update((byte) 1);
    assertTrue(signature.verify(signed));
    assertTrue(Login.of(new LabAuthority("lab"), holder, Optional.empty()).token().isEmpty());
  }
}
