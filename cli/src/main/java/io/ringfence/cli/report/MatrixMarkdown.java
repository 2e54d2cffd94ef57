package io.ringfence.cli.report;

import java.util.List;
import java.util.stream.Collectors;

/** The segmentation matrix as a table in GitHub's Markdown. */
final class MatrixMarkdown {
  private MatrixMarkdown() {}

  static String write(SegmentationMatrix matrix) {
    StringBuilder out = new StringBuilder();
    List<String> zones = matrix.zones().stream().map(SegmentationMatrix.Zone::name).toList();
    out.append("| from \\ to |");
    zones.forEach(z -> out.append(" ").append(plain(z)).append(" |"));
    out.append("\n|---|").append("---|".repeat(zones.size())).append('\n');
    for (int i = 0; i < zones.size(); i++) {
      out.append("| **").append(plain(zones.get(i))).append("** |");
      matrix.rows().get(i).forEach(c -> out.append(" ").append(cell(c)).append(" |"));
      out.append('\n');
    }
    out.append("\nRows open connections, columns accept them; a dash is denied. ");
    return out.append("`*` under a condition only, `→` one leg of a way through a gateway.\n")
        .toString();
  }

  private static String cell(SegmentationMatrix.Cell cell) {
    if (cell.entries().isEmpty()) {
      return cell.outside() ? "" : "–";
    }
    return cell.entries().stream().map(MatrixMarkdown::entry).collect(Collectors.joining("<br>"));
  }

  private static String entry(SegmentationMatrix.Entry entry) {
    String rules =
        entry.grants().stream().map(g -> plain(g.text())).collect(Collectors.joining(", "));
    return plain(entry.ports()) + " " + rules + (entry.legs() ? " →" : "");
  }

  /** A text that means itself: Markdown takes a backslash before any punctuation. */
  private static String plain(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            letter -> {
              if (letter < ' ') {
                out.append(' ');
              } else if ("\\`*_[]<>|~#!&".indexOf(letter) >= 0) {
                out.append('\\').appendCodePoint(letter);
              } else {
                out.appendCodePoint(letter);
              }
            });
    return out.toString();
  }
}
