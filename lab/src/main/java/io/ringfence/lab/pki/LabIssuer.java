package io.ringfence.lab.pki;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** Signs the tokens of one lab (JWT, ES256), each good for an hour. */
public final class LabIssuer {
  private static final Duration VALID = Duration.ofHours(1);
  private static final int COORDINATE_BYTES = 32;

  private final String issuer;
  private final KeyPair keys;

  public LabIssuer(String issuer) throws GeneralSecurityException {
    this.issuer = issuer;
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    keys = generator.generateKeyPair();
  }

  /** Its public key, as a JSON Web Key Set (RFC 7517). */
  public String jwks() {
    ECPublicKey key = (ECPublicKey) keys.getPublic();
    return "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"lab\",\"x\":\"%s\",\"y\":\"%s\"}]}"
        .formatted(
            base64(coordinate(key.getW().getAffineX())),
            base64(coordinate(key.getW().getAffineY())));
  }

  private static byte[] coordinate(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] out = new byte[COORDINATE_BYTES];
    int count = Math.min(bytes.length, out.length);
    System.arraycopy(bytes, bytes.length - count, out, out.length - count, count);
    return out;
  }

  /** A token in which one claim says so, for whoever the audience is. */
  public String token(String audience, String subject, String claim, String value)
      throws GeneralSecurityException {
    Instant now = Instant.now();
    String claims =
        "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"%s\",\"iat\":%d,\"exp\":%d,\"%s\":\"%s\"}"
            .formatted(
                issuer,
                audience,
                subject,
                now.getEpochSecond(),
                now.plus(VALID).getEpochSecond(),
                claim,
                value);
    String signed = base64("{\"alg\":\"ES256\",\"kid\":\"lab\"}") + "." + base64(claims);
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(keys.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + base64(signature.sign());
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
