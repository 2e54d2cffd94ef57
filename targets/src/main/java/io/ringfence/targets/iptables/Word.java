package io.ringfence.targets.iptables;

import java.util.ArrayList;
import java.util.List;

/**
 * A word of a line, without its quotes.
 *
 * @param column where it begins, from 1
 */
record Word(String text, int column, boolean quoted) {
  /** The words of a line: between blanks, or in double quotes, where a backslash escapes. */
  static List<Word> of(String line) {
    List<Word> out = new ArrayList<>();
    int at = 0;
    while (at < line.length()) {
      char c = line.charAt(at);
      if (c == ' ' || c == '\t') {
        at++;
      } else if (c == '"') {
        at = quoted(line, at, out);
      } else {
        int end = at;
        while (end < line.length() && line.charAt(end) != ' ' && line.charAt(end) != '\t') {
          end++;
        }
        out.add(new Word(line.substring(at, end), at + 1, false));
        at = end;
      }
    }
    return out;
  }

  private static int quoted(String line, int begin, List<Word> out) {
    StringBuilder text = new StringBuilder();
    for (int at = begin + 1; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == '"') {
        out.add(new Word(text.toString(), begin + 1, true));
        return at + 1;
      }
      if (c == '\\' && at + 1 < line.length()) {
        at++;
      }
      text.append(line.charAt(at));
    }
    throw new SaveException(begin + 1, "the quote is not closed; end it with `\"`");
  }

  /** True of a bare word that is exactly this. */
  boolean is(String bare) {
    return !quoted && text.equals(bare);
  }
}
