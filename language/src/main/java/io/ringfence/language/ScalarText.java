package io.ringfence.language;

import io.ringfence.language.YamlNode.Kind;
import io.ringfence.language.YamlNode.Scalar;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How a scalar is written canonically: unquoted where every YAML reader, of version 1.1 too, takes
 * it for the same text, else in quotes.
 */
final class ScalarText {
  /** What YAML 1.1 takes for a flag. */
  private static final Set<String> FLAGS_1_1 = Set.of("y", "n", "yes", "no", "on", "off");

  private ScalarText() {}

  /** On one line. */
  static String of(Scalar scalar) {
    if (scalar.plain() && scalar.kind() != Kind.TEXT) {
      return scalar.text().isEmpty() ? "null" : scalar.text();
    }
    return text(scalar.text());
  }

  /** A key: always text. */
  static String key(Scalar key) {
    return text(key.text());
  }

  private static String text(String text) {
    if (safe(text)) {
      return text;
    }
    boolean single = (text.contains("\"") || text.contains("\\")) && printable(text);
    return single ? "'" + text.replace("'", "''") + "'" : doubleQuoted(text);
  }

  private static boolean printable(String text) {
    return text.chars().noneMatch(c -> c < 0x20);
  }

  private static boolean safe(String text) {
    if (text.isEmpty() || CoreSchema.kind(text) != Kind.TEXT || !starts(text.codePointAt(0))) {
      return false;
    }
    boolean reserved = FLAGS_1_1.contains(text.toLowerCase(Locale.ROOT)) || numeric(text);
    return !reserved
        && !text.endsWith(" ")
        && withoutScheme(text).codePoints().allMatch(ScalarText::within);
  }

  /** A URL's colon is the only one that needs no quotes. */
  private static String withoutScheme(String text) {
    int colon = text.indexOf("://");
    return colon < 0 ? text : text.substring(0, colon) + text.substring(colon + 3);
  }

  private static boolean starts(int c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '/' || c == '.';
  }

  private static boolean within(int c) {
    return Character.isLetterOrDigit(c) || "_-./@+~ ".indexOf(c) >= 0;
  }

  /** What YAML 1.1 may take for a number or a date: digits without two dots. */
  private static boolean numeric(String text) {
    return text.matches("[0-9.][0-9_.eE+-]*") && text.chars().filter(c -> c == '.').count() < 2;
  }

  private static String doubleQuoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        case '\r' -> out.append("\\r");
        default ->
            out.append(c < 0x20 || c == 0x85 || c == 0xa0 ? String.format("\\x%02x", (int) c) : c);
      }
    }
    return out.append('"').toString();
  }

  /** The header of the block that a text of several lines is written as, if it can be. */
  static Optional<String> blockHeader(Scalar scalar) {
    String text = scalar.text();
    boolean block =
        !scalar.plain()
            && text.strip().contains("\n")
            && !text.startsWith(" ")
            && !text.startsWith("\n")
            && text.chars().noneMatch(c -> c < 0x20 && c != '\n')
            && text.lines().noneMatch(l -> l.endsWith(" "));
    if (!block) {
      return Optional.empty();
    }
    if (!text.endsWith("\n")) {
      return Optional.of("|-");
    }
    return text.endsWith("\n\n") ? Optional.empty() : Optional.of("|");
  }
}
