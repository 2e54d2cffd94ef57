package io.ringfence.language;

import io.ringfence.model.NamePattern;

/** What two patterns of collection names have in common. */
final class Globs {
  private Globs() {}

  /** True when some name matches both. */
  static boolean meet(NamePattern a, NamePattern b) {
    return meet(
        a.text(), 0, b.text(), 0, new Boolean[a.text().length() + 1][b.text().length() + 1]);
  }

  private static boolean meet(String a, int i, String b, int j, Boolean[][] known) {
    if (known[i][j] == null) {
      known[i][j] = Boolean.FALSE;
      known[i][j] = decide(a, i, b, j, known);
    }
    return known[i][j];
  }

  private static boolean decide(String a, int i, String b, int j, Boolean[][] known) {
    boolean endA = i == a.length();
    boolean endB = j == b.length();
    if (endA && endB) {
      return true;
    }
    boolean starA = !endA && a.charAt(i) == '*';
    boolean starB = !endB && b.charAt(j) == '*';
    if ((starA && meet(a, i + 1, b, j, known)) || (starB && meet(a, i, b, j + 1, known))) {
      return true;
    }
    if (endA || endB) {
      return false;
    }
    if (starA) {
      return !starB && meet(a, i, b, j + 1, known);
    }
    if (starB) {
      return meet(a, i + 1, b, j, known);
    }
    return a.charAt(i) == b.charAt(j) && meet(a, i + 1, b, j + 1, known);
  }

  /** What every matching name begins with. */
  static String prefix(NamePattern pattern) {
    int star = pattern.text().indexOf('*');
    return star < 0 ? pattern.text() : pattern.text().substring(0, star);
  }
}
