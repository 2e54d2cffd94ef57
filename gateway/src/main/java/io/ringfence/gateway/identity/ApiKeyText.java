package io.ringfence.gateway.identity;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How an API key is written: {@code rfk_ID_SECRET}, which is no JWT and easily found in leaks. */
public final class ApiKeyText {
  static final String PREFIX = "rfk_";

  private static final int ID_CHARACTERS = 10;
  private static final int SECRET_BYTES = 32;
  private static final String ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final Pattern TEXT =
      Pattern.compile(PREFIX + "([a-z2-7]{" + ID_CHARACTERS + "})_[A-Za-z0-9_-]{43}");
  static final Pattern ID = Pattern.compile("[a-z2-7]{" + ID_CHARACTERS + "}");

  private ApiKeyText() {}

  /** A new key. */
  public static String random(SecureRandom random) {
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < ID_CHARACTERS; i++) {
      id.append(ID_ALPHABET.charAt(random.nextInt(ID_ALPHABET.length())));
    }
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return PREFIX + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  /** The id in a text that is written as a key is. */
  public static Optional<String> id(String text) {
    Matcher key = TEXT.matcher(text);
    return key.matches() ? Optional.of(key.group(1)) : Optional.empty();
  }

  /** What the key is recognised by. */
  public static String sha256(String key) {
    return HexFormat.of().formatHex(TokenVerifier.sha256(key));
  }
}
