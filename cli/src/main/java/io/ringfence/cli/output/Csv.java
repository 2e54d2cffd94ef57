package io.ringfence.cli.output;

import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values (RFC 4180, with line feeds). */
public final class Csv {
  private Csv() {}

  /** One line, with its end. */
  public static String line(List<String> cells) {
    return cells.stream().map(Csv::cell).collect(Collectors.joining(",", "", "\n"));
  }

  private static String cell(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
