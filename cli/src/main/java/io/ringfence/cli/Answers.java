package io.ringfence.cli;

import io.ringfence.cli.terminal.Style;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** Questions to whoever is at the terminal. */
final class Answers {
  private static final int LINE_MAX = 200;

  private Answers() {}

  /** Asks until the end of a line; anything but yes is no. */
  static boolean yes(Shell shell, String question) {
    shell.out().stream().flush();
    shell.err().print(shell.err().in(Style.BOLD, question) + " [y/N] ");
    String answer = line(shell.terminal().in()).strip().toLowerCase(Locale.ROOT);
    return answer.equals("y") || answer.equals("yes");
  }

  private static String line(InputStream in) {
    StringBuilder out = new StringBuilder();
    try {
      for (int c = in.read(); c >= 0 && c != '\n' && out.length() < LINE_MAX; c = in.read()) {
        out.append((char) c);
      }
    } catch (IOException e) {
      return ""; // nobody answers: no
    }
    return out.toString();
  }
}
