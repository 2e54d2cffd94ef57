package io.ringfence.lab.pki;

import io.ringfence.model.Address;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Signs the certificates of one lab (RFC 5280, P-256), each good for a day. */
public final class LabAuthority {
  private static final Duration VALID = Duration.ofDays(1);
  private static final Duration EARLIER = Duration.ofMinutes(5);
  private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String ALTERNATIVE_NAMES = "2.5.29.17";
  private static final byte[] SERVER_AND_CLIENT =
      Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"), Der.oid("1.3.6.1.5.5.7.3.2"));

  /** digitalSignature; keyCertSign and cRLSign: as BIT STRINGs. */
  private static final byte[] SIGNS = {0x03, 0x02, 0x07, (byte) 0x80};

  private static final byte[] CERTIFIES = {0x03, 0x02, 0x01, 0x06};

  private final SecureRandom random = new SecureRandom();
  private final KeyPair keys;
  private final byte[] name;
  private final X509Certificate certificate;

  /** A certificate and its key. */
  public record Holder(X509Certificate certificate, PrivateKey key) {
    public String certificatePem() {
      return pem("CERTIFICATE", encoded(certificate));
    }

    public String keyPem() {
      return pem("PRIVATE KEY", key.getEncoded());
    }
  }

  public LabAuthority(String name) throws GeneralSecurityException {
    this.keys = newKeys();
    this.name = name(name);
    byte[] isAuthority = extension(BASIC_CONSTRAINTS, Der.sequence(Der.yes()));
    this.certificate = sign(this.name, keys, List.of(isAuthority, extension(KEY_USAGE, CERTIFIES)));
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** Its certificate: a trust bundle. */
  public String pem() {
    return pem("CERTIFICATE", encoded(certificate));
  }

  /** A workload's, with its SPIFFE ID as the one URI. */
  public Holder workload(String spiffeId) throws GeneralSecurityException {
    return holder("workload", List.of(uri(spiffeId)));
  }

  /** A server's, known by its addresses. */
  public Holder server(String commonName, List<Address> addresses) throws GeneralSecurityException {
    List<byte[]> names = new ArrayList<>();
    addresses.forEach(a -> names.add(Der.tagged(0x87, a.bytes())));
    return holder(commonName, names);
  }

  private static byte[] uri(String text) {
    return Der.tagged(0x86, text.getBytes(StandardCharsets.US_ASCII));
  }

  private Holder holder(String commonName, List<byte[]> names) throws GeneralSecurityException {
    KeyPair own = newKeys();
    byte[] alternative = Der.sequence(names.toArray(byte[][]::new));
    return new Holder(
        sign(
            name(commonName),
            own,
            List.of(
                extension(KEY_USAGE, SIGNS),
                extension(EXTENDED_KEY_USAGE, SERVER_AND_CLIENT),
                extension(ALTERNATIVE_NAMES, alternative))),
        own.getPrivate());
  }

  private static byte[] name(String common) {
    return Der.sequence(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.text(common))));
  }

  private static byte[] extension(String oid, byte[] value) {
    boolean critical = oid.equals(BASIC_CONSTRAINTS) || oid.equals(KEY_USAGE);
    return critical
        ? Der.sequence(Der.oid(oid), Der.yes(), Der.octets(value))
        : Der.sequence(Der.oid(oid), Der.octets(value));
  }

  private X509Certificate sign(byte[] subject, KeyPair own, List<byte[]> extensions)
      throws GeneralSecurityException {
    Instant now = Instant.now();
    byte[] validity = Der.sequence(Der.time(now.minus(EARLIER)), Der.time(now.plus(VALID)));
    byte[] version = Der.tagged(0xa0, Der.integer(BigInteger.TWO));
    byte[] signed =
        Der.sequence(
            version,
            Der.integer(new BigInteger(120, random).setBit(119)),
            ECDSA_SHA256,
            name,
            validity,
            subject,
            own.getPublic().getEncoded(),
            Der.tagged(0xa3, Der.sequence(extensions.toArray(byte[][]::new))));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(signed);
    byte[] whole = Der.sequence(signed, ECDSA_SHA256, Der.bits(signature.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(whole));
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String what, byte[] bytes) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n";
  }
}
