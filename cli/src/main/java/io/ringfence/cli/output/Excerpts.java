package io.ringfence.cli.output;

import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.language.SourceFile;
import io.ringfence.model.SourceLocation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The lines that locations point at, with a mark under the word. */
public final class Excerpts {
  private static final int GUTTER = 5;

  /** Long lines are cut around the place, to the terminal's width or this. */
  private static final int LINE_MAX = 110;

  private final Screen screen;
  private final Map<String, List<String>> lines = new HashMap<>();

  public Excerpts(Screen screen, List<SourceFile> files) {
    this.screen = screen;
    files.forEach(f -> lines.put(f.name(), f.text().lines().toList()));
  }

  /** Prints the line and the mark; nothing when the location is in no file at hand. */
  public void print(SourceLocation at, Style style) {
    line(at).ifPresent(text -> print(at, text, style));
  }

  private Optional<String> line(SourceLocation at) {
    List<String> file = lines.getOrDefault(at.file(), List.of());
    return at.line() >= 1 && at.line() <= file.size()
        ? Optional.of(file.get(at.line() - 1))
        : Optional.empty();
  }

  private void print(SourceLocation at, String text, Style style) {
    int[] points = text.replace('\t', ' ').codePoints().toArray();
    int column = Math.clamp(at.column() - 1L, 0, points.length);
    int room = Math.min(screen.width(), LINE_MAX) - GUTTER - 5;
    int begin = column > room / 2 && points.length > room ? column - room / 2 : 0;
    int end = Math.min(points.length, begin + room);
    String shown =
        (begin > 0 ? "…" : "")
            + new String(points, begin, end - begin)
            + (end < points.length ? "…" : "");
    int mark = Math.clamp(wordLength(points, column), 1, Math.max(1, end - column));
    String number = Integer.toString(at.line());
    String gutter = " ".repeat(Math.max(0, GUTTER - number.length())) + number + " │ ";
    String below = " ".repeat(Math.max(GUTTER, number.length())) + " │ ";
    screen.line(screen.in(Style.DIM, gutter) + shown.stripTrailing());
    screen.line(
        screen.in(Style.DIM, below)
            + " ".repeat(column - begin + (begin > 0 ? 1 : 0))
            + screen.in(style, "^" + "~".repeat(mark - 1)));
  }

  /** Up to the end of the YAML scalar or key that begins there. */
  private static int wordLength(int[] points, int start) {
    if (start >= points.length) {
      return 1;
    }
    boolean quoted = points[start] == '"' || points[start] == '\'';
    int end = start + 1;
    while (end < points.length
        && (quoted ? points[end] != points[start] : !endsWord(points, end))) {
      end++;
    }
    return end - start + (quoted && end < points.length ? 1 : 0);
  }

  private static boolean endsWord(int[] points, int index) {
    boolean colon = points[index] == ':';
    return colon
        ? index + 1 == points.length || points[index + 1] == ' '
        : ",{}[] #".indexOf(points[index]) >= 0;
  }
}
