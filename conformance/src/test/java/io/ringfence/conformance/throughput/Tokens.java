package io.ringfence.conformance.throughput;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** An issuer of tokens, signed with RS256 by a key of 2048 bits; each token is different. */
final class Tokens {
  static final String ISSUER = "https://login.acme.example";
  static final String AUDIENCE = "vectordb";
  private static final String KEY_ID = "bench";
  private static final Duration VALID = Duration.ofHours(2);
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private final KeyPair keys;
  private long made;

  Tokens() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  synchronized String next() {
    String header = "{\"alg\":\"RS256\",\"kid\":\"" + KEY_ID + "\",\"typ\":\"JWT\"}";
    Instant now = Instant.now();
    String payload =
        "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"rag-api\",\"org_id\":\"acme\",\"jti\":\"%d\",\"iat\":%d,\"exp\":%d}"
            .formatted(
                ISSUER, AUDIENCE, made++, now.getEpochSecond(), now.plus(VALID).getEpochSecond());
    String signed = base64(header.getBytes(UTF_8)) + "." + base64(payload.getBytes(UTF_8));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(signed.getBytes(UTF_8));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The key as HAProxy reads it. */
  String publicPem() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(keys.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  /** The key as a JSON Web Key Set (RFC 7517). */
  String keySet() {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    return "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"}]}"
        .formatted(
            KEY_ID,
            unsigned(key.getModulus().toByteArray()),
            unsigned(key.getPublicExponent().toByteArray()));
  }

  private static String unsigned(byte[] value) {
    return base64(value[0] == 0 ? java.util.Arrays.copyOfRange(value, 1, value.length) : value);
  }

  private static String base64(byte[] bytes) {
    return URL.encodeToString(bytes);
  }
}
