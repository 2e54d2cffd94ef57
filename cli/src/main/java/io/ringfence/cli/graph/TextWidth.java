package io.ringfence.cli.graph;

/**
 * How wide a text is drawn, without asking for fonts: a layout is the same on every machine.
 *
 * <p>Widths are those of Helvetica and its metric twins (Arial, Liberation Sans), by class of
 * letter and rounded up, so that the other fonts of our stack fit too.
 */
final class TextWidth {
  private static final String NARROW = "fijlrtI.,:;'|!()[]/\\ ";
  private static final String WIDE = "mwMW@%";

  private TextWidth() {}

  /** The width in pixels at a font size in pixels. */
  static double of(String text, double size) {
    return text.codePoints().mapToDouble(TextWidth::em).sum() * size;
  }

  private static double em(int letter) {
    if (NARROW.indexOf(letter) >= 0) {
      return 0.34;
    } else if (WIDE.indexOf(letter) >= 0) {
      return 0.9;
    } else if (letter >= 0x2e80) {
      return 1.05;
    }
    return Character.isUpperCase(letter) ? 0.72 : 0.58;
  }

  /** The text, cut with an ellipsis where it would be wider. */
  static String fitted(String text, double size, double width) {
    if (of(text, size) <= width) {
      return text;
    }
    int[] letters = text.codePoints().toArray();
    int kept = letters.length;
    while (kept > 1 && of(new String(letters, 0, kept) + "…", size) > width) {
      kept--;
    }
    return new String(letters, 0, kept).stripTrailing() + "…";
  }
}
