package io.ringfence.gateway.wire.postgresql;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The client's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677; channel binding
 * {@code tls-server-end-point}, RFC 5929).
 */
final class Scram {
  static final String PLAIN = "SCRAM-SHA-256";
  static final String PLUS = "SCRAM-SHA-256-PLUS";

  /** What a database may ask of our processor. */
  static final int ITERATIONS_MAX = 100_000;

  private static final int ITERATIONS_MIN = 4_096;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String password;
  private final Optional<byte[]> binding;
  private final String header;
  private final String nonce;
  private String firstBare;
  private byte[] serverSignature;

  /**
   * @param binding the hash of the server's certificate; absent without TLS
   */
  Scram(String password, Optional<byte[]> binding, boolean offeredPlus) {
    this(password, offeredPlus ? binding : Optional.empty(), binding.isPresent(), nonce());
  }

  Scram(String password, Optional<byte[]> binding, boolean couldBind, String nonce) {
    this.password = password;
    this.binding = binding;
    this.nonce = nonce;
    // "y" tells the server that we could have, so that nobody between takes PLUS away unseen.
    this.header = binding.isPresent() ? "p=tls-server-end-point,," : couldBind ? "y,," : "n,,";
  }

  private static String nonce() {
    byte[] random = new byte[18];
    RANDOM.nextBytes(random);
    return Base64.getEncoder().encodeToString(random);
  }

  String mechanism() {
    return binding.isPresent() ? PLUS : PLAIN;
  }

  /** The first message. The user's name is the startup message's. */
  String first() {
    firstBare = "n=,r=" + nonce;
    return header + firstBare;
  }

  /** The answer to the server's first message. */
  String last(String serverFirst) throws ProtocolViolation {
    Map<Character, String> fields = fields(serverFirst);
    String both = fields.getOrDefault('r', "");
    if (!both.startsWith(nonce) || both.length() == nonce.length()) {
      throw new ProtocolViolation("the database's nonce is not ours and its");
    }
    int iterations = iterations(fields.getOrDefault('i', ""));
    byte[] salt = decoded(fields.getOrDefault('s', ""));
    String withoutProof = "c=" + channel() + ",r=" + both;
    String all = firstBare + "," + serverFirst + "," + withoutProof;
    try {
      byte[] salted = salted(iterations, salt);
      byte[] clientKey = hmac(salted, "Client Key");
      byte[] signature = hmac(sha256(clientKey), all);
      byte[] proof = new byte[clientKey.length];
      for (int i = 0; i < proof.length; i++) {
        proof[i] = (byte) (clientKey[i] ^ signature[i]);
      }
      serverSignature = hmac(hmac(salted, "Server Key"), all);
      return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Checks that the server knows the password too. */
  void verify(String serverLast) throws ProtocolViolation {
    byte[] shown = decoded(fields(serverLast).getOrDefault('v', ""));
    if (serverSignature == null || !MessageDigest.isEqual(shown, serverSignature)) {
      throw new ProtocolViolation("the database does not prove that it knows the password");
    }
  }

  private static int iterations(String text) throws ProtocolViolation {
    int count = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    if (count < ITERATIONS_MIN || count > ITERATIONS_MAX) {
      throw new ProtocolViolation(
          "the database asks for %s iterations; %d to %d are done"
              .formatted(text, ITERATIONS_MIN, ITERATIONS_MAX));
    }
    return count;
  }

  private String channel() {
    byte[] head = header.getBytes(StandardCharsets.UTF_8);
    byte[] bound = binding.orElse(new byte[0]);
    byte[] out = new byte[head.length + bound.length];
    System.arraycopy(head, 0, out, 0, head.length);
    System.arraycopy(bound, 0, out, head.length, bound.length);
    return Base64.getEncoder().encodeToString(out);
  }

  private byte[] salted(int iterations, byte[] salt) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    mac.update(salt);
    byte[] block = mac.doFinal(new byte[] {0, 0, 0, 1});
    byte[] out = block.clone();
    for (int i = 1; i < iterations; i++) {
      block = mac.doFinal(block);
      for (int b = 0; b < out.length; b++) {
        out[b] ^= block[b];
      }
    }
    return out;
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  private static byte[] decoded(String base64) throws ProtocolViolation {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new ProtocolViolation("the database's message is not base64");
    }
  }

  private static Map<Character, String> fields(String message) {
    Map<Character, String> out = new TreeMap<>();
    for (String part : message.split(",")) {
      if (part.length() > 1 && part.charAt(1) == '=') {
        out.putIfAbsent(part.charAt(0), part.substring(2));
      }
    }
    return out;
  }

  /** What a certificate binds a channel by. */
  static byte[] endPoint(X509Certificate certificate) throws GeneralSecurityException {
    String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    String hash = signature.startsWith("SHA384") ? "SHA-384" : "SHA-256";
    if (signature.startsWith("SHA512")) {
      hash = "SHA-512";
    }
    return MessageDigest.getInstance(hash).digest(certificate.getEncoded());
  }
}
