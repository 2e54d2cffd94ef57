package io.ringfence.language;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The user's words in a message, and the nearest of the words that would have been valid. */
final class Said {
  private static final int QUOTED_CHARS_MAX = 80;
  private static final int LISTED_MAX = 20;
  private static final int COMPARED_MAX = 5_000;

  private Said() {}

  /**
   * The words in backticks, on one line, cut when long. A password within a URL is not repeated.
   */
  static String quote(String words) {
    String shown = words.replaceAll("://[^/@]*@", "://...@");
    if (shown.length() > QUOTED_CHARS_MAX) {
      shown = shown.substring(0, QUOTED_CHARS_MAX - 3) + "...";
    }
    StringBuilder out = new StringBuilder("`");
    shown
        .codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                out.append(String.format("\\u%04x", c));
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.append('`').toString();
  }

  /** All in backticks, with commas between them. */
  static String list(Collection<String> words) {
    String listed =
        words.stream().limit(LISTED_MAX).map(Said::quote).collect(Collectors.joining(", "));
    return words.size() <= LISTED_MAX
        ? listed
        : listed + " and " + (words.size() - LISTED_MAX) + " more";
  }

  /** {@code undeclared segment `pci`; did you mean `pcx`? declared are `app`, `pcx`}. */
  static String undeclared(String noun, String word, Collection<String> declared) {
    return "undeclared " + noun + " " + quote(word) + "; " + instead(word, "declared", declared);
  }

  /** {@code did you mean `x`? known are `x`, `y`}, as far as it holds. */
  static String instead(String word, String verb, Collection<String> valid) {
    if (valid.isEmpty()) {
      return "none is " + verb;
    }
    if (valid.size() == 1) {
      return verb + " is " + list(valid);
    }
    String hint = nearest(word, valid).map(n -> "did you mean " + quote(n) + "? ").orElse("");
    return hint + verb + " are " + list(valid);
  }

  /** The valid word that fewest edits lead to, if few do. */
  static Optional<String> nearest(String word, Collection<String> valid) {
    if (valid.size() > COMPARED_MAX || word.length() > LimitsMax.NAME_CHARS_MAX) {
      return Optional.empty();
    }
    String best = null;
    int fewest = Math.max(1, word.length() / 3) + 1;
    for (String candidate : valid) {
      if (Math.abs(candidate.length() - word.length()) < fewest) {
        int edits = edits(word, candidate);
        if (edits < fewest) {
          fewest = edits;
          best = candidate;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  /** Insertions, deletions, substitutions and swaps of neighbours that turn one into the other. */
  private static int edits(String a, String b) {
    List<int[]> rows = new ArrayList<>();
    for (int i = 0; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          row[j] = i + j;
          continue;
        }
        int[] above = rows.get(i - 1);
        boolean same =
            Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
        row[j] = Math.min(Math.min(above[j], row[j - 1]) + 1, above[j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], rows.get(i - 2)[j - 2] + 1);
        }
      }
      rows.add(row);
    }
    return rows.getLast()[b.length()];
  }

  /** {@code a port}, {@code an address}. */
  static String a(String noun) {
    return ("aeiou".indexOf(noun.charAt(0)) >= 0 ? "an " : "a ") + noun;
  }
}
