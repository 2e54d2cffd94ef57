package io.ringfence.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Text in columns, styles not counted. */
public final class TextWrap {
  private TextWrap() {}

  /** How many columns a line takes. */
  public static int columns(String text) {
    String plain = Style.plain(text);
    return plain.codePointCount(0, plain.length());
  }

  /** Lines of at most so many columns, broken at spaces where there are any; at least one line. */
  public static List<String> wrap(String text, int columns) {
    List<String> out = new ArrayList<>();
    for (String paragraph : text.split("\n", -1)) {
      wrapParagraph(paragraph, Math.max(1, columns), out);
    }
    return out;
  }

  private static void wrapParagraph(String text, int columns, List<String> out) {
    if (columns(text) <= columns) {
      out.add(text);
      return;
    }
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && columns(line.toString()) + 1 + columns(word) > columns) {
        out.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
      breakLong(line, columns, out);
    }
    out.add(line.toString());
  }

  /** A word longer than a line is cut; styled text is not, since a cut could part a style. */
  private static void breakLong(StringBuilder line, int columns, List<String> out) {
    while (columns(line.toString()) > columns && line.indexOf("\033") < 0) {
      int cut = line.offsetByCodePoints(0, columns);
      out.add(line.substring(0, cut));
      line.delete(0, cut);
    }
  }

  /** The text followed by spaces up to a width. */
  public static String padded(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - columns(text)));
  }
}
