package io.ringfence.targets.nftables.ruleset;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Names that nft takes both as text and as JSON, bounded, and one for one with what they stand for.
 */
public final class Names {
  /** Of chains, sets and maps: the kernel's NFT_NAME_MAXLEN less its end. */
  public static final int BYTES_MAX = 255;

  private static final int HASH_DIGITS = 10;
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*");
  private static final Pattern QUOTED = Pattern.compile("[\\x20-\\x7e&&[^\"\\\\$]]+");

  private final Pattern form;
  private final int bytesMax;
  private final Map<String, String> meaningByName = new HashMap<>();

  private Names(Pattern form, int bytesMax) {
    this.form = form;
    this.bytesMax = bytesMax;
  }

  /** Names of chains, sets or maps. */
  public static Names identifiers() {
    return new Names(IDENTIFIER, BYTES_MAX);
  }

  /** Texts between quotes. */
  public static Names quoted(int bytesMax) {
    return new Names(QUOTED, bytesMax);
  }

  /**
   * The name for a meaning: the meaning itself if it fits, else as much of it as does and a hash.
   * The same meaning has the same name each time, another never the same.
   */
  public String name(String meaning) {
    for (int attempt = 0; ; attempt++) {
      String name = attempt == 0 ? meaning : shortened(meaning, attempt);
      if (fits(name) && meaning.equals(meaningByName.computeIfAbsent(name, n -> meaning))) {
        return name;
      }
    }
  }

  private String shortened(String meaning, int attempt) {
    String safe = meaning.replaceAll("[^A-Za-z0-9_./-]", "_");
    String kept = safe.substring(0, Math.min(safe.length(), bytesMax - HASH_DIGITS - 1));
    return kept + "-" + hash(meaning + "#" + attempt);
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private boolean fits(String name) {
    return name.length() <= bytesMax && form.matcher(name).matches();
  }

  /** Refuses text that nft would cut, or that would end the quotes it stands in. */
  static void require(String text, int bytesMax) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > bytesMax || text.matches("(?s).*[\"\\\\$\\p{Cntrl}].*")) {
      throw new IllegalArgumentException(
          "`" + text + "` cannot stand in an nftables ruleset: 1 to " + bytesMax + " bytes, plain");
    }
  }
}
