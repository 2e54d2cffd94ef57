package io.ringfence.cli.terminal;

import java.io.PrintStream;
import java.util.function.IntSupplier;

/**
 * Where output goes: a terminal, or a file or pipe that has no width and, unless asked, no colour.
 */
public final class Screen {
  /** The width of what has none: nothing is wrapped. */
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  /** Prose is wrapped here even where there is more room or no end of it. */
  public static final int PROSE_WIDTH_MAX = 100;

  private static final int WIDTH_MIN = 40;

  private final PrintStream stream;
  private final boolean terminal;
  private final IntSupplier width;
  private boolean coloured;

  /**
   * @param width asked for only where {@code terminal}, since asking may cost a process
   */
  public Screen(PrintStream stream, boolean terminal, boolean coloured, IntSupplier width) {
    this.stream = stream;
    this.terminal = terminal;
    this.coloured = coloured;
    this.width = width;
  }

  public PrintStream stream() {
    return stream;
  }

  public boolean isTerminal() {
    return terminal;
  }

  public boolean isColoured() {
    return coloured;
  }

  public void colour(boolean choice) {
    coloured = choice;
  }

  /** Columns, or {@link #UNBOUNDED}. */
  public int width() {
    return terminal ? Math.max(WIDTH_MIN, width.getAsInt()) : UNBOUNDED;
  }

  /** The text in a style, where colours are shown. */
  public String in(Style style, String text) {
    return coloured ? style.around(text) : text;
  }

  public void line(String text) {
    stream.println(text);
  }

  public void line() {
    stream.println();
  }

  /** Text that has its line ends. */
  public void print(String text) {
    stream.print(text);
    stream.flush();
  }

  /** Words wrapped to the width, at most {@link #PROSE_WIDTH_MAX}, continued under an indent. */
  public void prose(String first, String rest, String text) {
    wrapped(first, rest, text, Math.min(width(), PROSE_WIDTH_MAX));
  }

  /** A line that stays one where there is no terminal, so that it can be searched for. */
  public void message(String rest, String text) {
    wrapped("", rest, text, width());
  }

  private void wrapped(String first, String rest, String text, int columns) {
    int indent = Math.max(TextWrap.columns(first), TextWrap.columns(rest));
    String begin = first;
    for (String line : TextWrap.wrap(text, columns - indent)) {
      line(begin + line);
      begin = rest;
    }
  }
}
