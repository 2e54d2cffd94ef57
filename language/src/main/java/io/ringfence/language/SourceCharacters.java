package io.ringfence.language;

import io.ringfence.model.SourceLocation;

/**
 * Refuses characters that a reader cannot see or that text cannot hold: control characters, what
 * turns the direction of writing, halves of surrogate pairs, and U+FFFD, which stands where bytes
 * were no UTF-8.
 *
 * @see <a href="https://trojansource.codes/">Trojan Source</a>, on the direction of writing
 */
final class SourceCharacters {
  private SourceCharacters() {}

  static void check(SourceFile file, Problems problems) {
    int line = 1;
    int column = 0;
    String text = file.text();
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      column++;
      if (refused(c)) {
        SourceLocation at = new SourceLocation(file.name(), line, column);
        problems.error(at, "character " + String.format("U+%04X", c) + why(c));
      }
      if (c == '\n') {
        line++;
        column = 0;
      }
    }
  }

  /** True when no character is refused. */
  static boolean readable(String text) {
    return text.codePoints().noneMatch(SourceCharacters::refused);
  }

  private static boolean refused(int c) {
    boolean control = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7f && c < 0xa0);
    boolean surrogate = c >= 0xd800 && c <= 0xdfff;
    boolean unseen = c == 0xfeff || c == 0xfffe || c == 0xffff || c == 0x2028 || c == 0x2029;
    return control || surrogate || unseen || c == 0xfffd || direction(c);
  }

  private static boolean direction(int c) {
    return (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x200e
        || c == 0x200f;
  }

  private static String why(int c) {
    if (c == 0xfffd) {
      return " stands where bytes are no UTF-8; save the file as UTF-8";
    }
    return direction(c)
        ? " turns the direction of writing, so that the text is not what it seems; remove it"
        : " has no place in a blueprint; remove it";
  }
}
