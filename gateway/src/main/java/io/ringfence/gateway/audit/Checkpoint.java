package io.ringfence.gateway.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A signed statement that the log had so many records, with this hash, at this time. Kept outside
 * the log's folder, it shows later that nothing before it was changed or cut off.
 */
public record Checkpoint(long count, String hash, Instant time, String signature) {
  private static final Pattern LINE =
      Pattern.compile(
          "\\{\"n\":(\\d{1,18}),\"hash\":\"([0-9a-f]{64})\",\"time\":\"([0-9TZ:.+-]{1,40})\","
              + "\"signature\":\"([0-9a-f]{128})\"\\}");

  static Checkpoint sign(Chain chain, Instant time, PrivateKey key)
      throws GeneralSecurityException {
    Signature ed = Signature.getInstance("Ed25519");
    ed.initSign(key);
    ed.update(signed(chain.count(), chain.hex(), time));
    String signature = HexFormat.of().formatHex(ed.sign());
    return new Checkpoint(chain.count(), chain.hex(), time, signature);
  }

  /** Whether this key signed it. */
  public boolean isSignedBy(PublicKey key) {
    try {
      Signature ed = Signature.getInstance("Ed25519");
      ed.initVerify(key);
      ed.update(signed(count, hash, time));
      return ed.verify(HexFormat.of().parseHex(signature));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Empty when the text is no checkpoint. */
  public static Optional<Checkpoint> parse(String line) {
    Matcher m = LINE.matcher(line.strip());
    try {
      return m.matches()
          ? Optional.of(
              new Checkpoint(
                  Long.parseLong(m.group(1)), m.group(2), Instant.parse(m.group(3)), m.group(4)))
          : Optional.empty();
    } catch (java.time.format.DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** One line of JSON, without its end. */
  public String line() {
    return "{\"n\":%d,\"hash\":\"%s\",\"time\":\"%s\",\"signature\":\"%s\"}"
        .formatted(count, hash, time, signature);
  }

  private static byte[] signed(long count, String hash, Instant time) {
    return ("ringfence audit checkpoint\n" + count + "\n" + hash + "\n" + time)
        .getBytes(StandardCharsets.UTF_8);
  }
}
