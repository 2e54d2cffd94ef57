package io.ringfence.gateway.testing;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** A certification authority of the tests' own, made anew each time; its certificates are real. */
public final class TestingAuthority {
  private static final Duration VALID = Duration.ofHours(1);

  private final X509Bundle root;

  public TestingAuthority(String name) {
    root = build(base("CN=" + name).setIsCertificateAuthority(true), null);
  }

  /** A server's certificate, for a DNS name and loopback. */
  public X509Bundle server(String dnsName) {
    return build(
        base("CN=" + dnsName)
            .addSanDnsName(dnsName)
            .addSanDnsName("localhost")
            .addSanIpAddress("127.0.0.1")
            .addExtendedKeyUsageServerAuth(),
        root);
  }

  /** A server's certificate, for an address. */
  public X509Bundle serverAt(String address) {
    return build(
        base("CN=" + address).addSanIpAddress(address).addExtendedKeyUsageServerAuth(), root);
  }

  /** A workload's certificate, whose one URI is its SPIFFE ID. */
  public X509Bundle workload(String spiffeId) {
    return workload(spiffeId, Instant.now().plus(VALID));
  }

  public X509Bundle workload(String spiffeId, Instant notAfter) {
    try {
      return build(
          base("CN=workload")
              .notAfter(notAfter)
              .addSanUriName(spiffeId)
              .addExtendedKeyUsageClientAuth(),
          root);
    } catch (java.net.URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static CertificateBuilder base(String subject) {
    return new CertificateBuilder()
        .ecp256()
        .subject(subject)
        .notBefore(Instant.now().minus(VALID))
        .notAfter(Instant.now().plus(VALID));
  }

  private static X509Bundle build(CertificateBuilder builder, X509Bundle issuer) {
    try {
      return issuer == null ? builder.buildSelfSigned() : builder.buildIssuedBy(issuer);
    } catch (Exception e) {
      throw new IllegalStateException("no certificate can be made", e);
    }
  }

  /** The root's certificate in PEM: a trust bundle. */
  public String pem() {
    return root.getCertificatePEM();
  }

  /** Writes {@code NAME.pem} (the path without the root) and {@code NAME.key}. */
  public static void write(X509Bundle bundle, Path folder, String name) throws IOException {
    Files.writeString(folder.resolve(name + ".pem"), bundle.getCertificatePathPEM());
    Files.writeString(folder.resolve(name + ".key"), bundle.getPrivateKeyPEM());
  }

  /** Writes the root's certificate. */
  public void writeTrust(Path file) throws IOException {
    Files.writeString(file, pem());
  }
}
