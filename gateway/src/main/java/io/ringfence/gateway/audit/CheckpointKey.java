package io.ringfence.gateway.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the key that signs checkpoints. */
public final class CheckpointKey {
  private static final Pattern PEM =
      Pattern.compile(
          "\\s*-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]{1,4096})-----END PRIVATE"
              + " KEY-----\\s*");

  private CheckpointKey() {}

  /**
   * An Ed25519 key, as {@code openssl genpkey -algorithm ed25519} writes it: PKCS #8 in PEM.
   *
   * @throws AuditException when it is none; nothing of it is said
   */
  public static PrivateKey parse(byte[] pem) throws IOException {
    Matcher m = PEM.matcher(new String(pem, StandardCharsets.US_ASCII));
    if (!m.matches()) {
      throw none(null);
    }
    try {
      byte[] der = Base64.getDecoder().decode(m.group(1).replaceAll("\\s", ""));
      return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw none(e);
    }
  }

  private static AuditException none(Exception cause) {
    String text =
        "the audit log's `key` is no Ed25519 private key in PEM; make one with `openssl genpkey"
            + " -algorithm ed25519`";
    return cause == null ? new AuditException(text) : new AuditException(text, cause);
  }
}
