package io.ringfence.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under headings, as wide as their words or as narrow as the terminal. */
public final class Table {
  private static final String GAP = "  ";
  private static final int COLUMN_MIN = 8;

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<Integer> numbers = new ArrayList<>();

  public Table(String... headings) {
    this.headings = List.of(headings);
  }

  /** Sets the columns, from 0, whose cells stand at the right. */
  public Table right(Integer... columns) {
    numbers.addAll(Arrays.asList(columns));
    return this;
  }

  public void row(String... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException("a row has one cell under each heading");
    }
    rows.add(List.of(cells));
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Prints it, every line after an indent. */
  public void print(Screen screen, String indent) {
    int[] widths = widths(screen.width(), indent.length());
    List<String> titles = headings.stream().map(h -> screen.in(Style.DIM, h)).toList();
    if (headings.stream().anyMatch(h -> !h.isEmpty())) {
      printRow(screen, indent, titles, widths);
    }
    rows.forEach(r -> printRow(screen, indent, r, widths));
  }

  private int[] widths(int available, int indent) {
    int[] widths = new int[headings.size()];
    for (int c = 0; c < widths.length; c++) {
      widths[c] = TextWrap.columns(headings.get(c));
      for (List<String> row : rows) {
        for (String line : row.get(c).split("\n", -1)) {
          widths[c] = Math.max(widths[c], TextWrap.columns(line));
        }
      }
    }
    if (available != Screen.UNBOUNDED) {
      int room = available - indent - GAP.length() * (widths.length - 1);
      narrow(widths, room, longestWords());
      int[] least = new int[widths.length];
      Arrays.fill(least, COLUMN_MIN);
      narrow(widths, room, least);
    }
    return widths;
  }

  private int[] longestWords() {
    int[] out = new int[headings.size()];
    for (int c = 0; c < out.length; c++) {
      out[c] = TextWrap.columns(headings.get(c));
      for (List<String> row : rows) {
        for (String word : row.get(c).split("[ \n]", -1)) {
          out[c] = Math.max(out[c], TextWrap.columns(word));
        }
      }
    }
    return out;
  }

  /** Takes from the widest column that can give until all fit or none can. */
  private static void narrow(int[] widths, int available, int[] least) {
    while (Arrays.stream(widths).sum() > available) {
      int widest = -1;
      for (int c = 0; c < widths.length; c++) {
        boolean gives = widths[c] > least[c];
        widest = gives && (widest < 0 || widths[c] > widths[widest]) ? c : widest;
      }
      if (widest < 0) {
        return;
      }
      widths[widest]--;
    }
  }

  private void printRow(Screen screen, String indent, List<String> cells, int[] widths) {
    List<List<String>> wrapped = new ArrayList<>();
    int height = 0;
    for (int c = 0; c < widths.length; c++) {
      wrapped.add(TextWrap.wrap(cells.get(c), widths[c]));
      height = Math.max(height, wrapped.getLast().size());
    }
    for (int line = 0; line < height; line++) {
      StringBuilder out = new StringBuilder(indent);
      for (int c = 0; c < widths.length; c++) {
        String cell = line < wrapped.get(c).size() ? wrapped.get(c).get(line) : "";
        out.append(c == 0 ? "" : GAP).append(placed(cell, c, widths[c]));
      }
      screen.line(out.toString().stripTrailing());
    }
  }

  private String placed(String cell, int column, int width) {
    return numbers.contains(column)
        ? " ".repeat(Math.max(0, width - TextWrap.columns(cell))) + cell
        : TextWrap.padded(cell, width);
  }
}
