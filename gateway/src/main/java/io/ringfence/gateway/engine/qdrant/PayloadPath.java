package io.ringfence.gateway.engine.qdrant;

import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.RefusedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in a payload something lies: {@code a.b[0]."c d"[]}. One key has many paths, so that what a
 * path concerns is told by its first key alone.
 *
 * @param firstKey without its quotes
 */
record PayloadPath(String firstKey) {
  private static final String KEY = "(?:[\\p{L}\\p{N}_-]+|\"[^\"]+\")";
  private static final Pattern PATH =
      Pattern.compile("(" + KEY + ")(?:\\[[0-9]{0,9}\\])*(?:\\." + KEY + "(?:\\[[0-9]{0,9}\\])*)*");

  static final int CHARACTERS_MAX = 1024;

  /**
   * @throws RefusedException when another reader could take it for another path
   */
  static PayloadPath parse(String text) throws RefusedException {
    Matcher matcher = PATH.matcher(text);
    if (text.length() > CHARACTERS_MAX || !matcher.matches()) {
      throw JsonFields.malformed("a payload's key is not a path that the gateway knows");
    }
    String first = matcher.group(1);
    return new PayloadPath(first.startsWith("\"") ? first.substring(1, first.length() - 1) : first);
  }
}
