package io.ringfence.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TableTest {
  private static Table table() {
    Table table = new Table("rule", "packets", "why").right(1);
    table.row("search", "7", "a reader asks for what its tenant owns");
    table.row("front", "1200", "");
    return table;
  }

  private static String printed(Table table, boolean terminal, int width) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    table.print(new Screen(stream, terminal, false, () -> width), "  ");
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void columnsAreAsWideAsTheirWords() {
    assertEquals(
        """
          rule    packets  why
          search        7  a reader asks for what its tenant owns
          front      1200
        """,
        printed(table(), false, 0));
  }

  @Test
  void widestColumnIsWrappedWhereTheTerminalIsNarrow() {
    assertEquals(
        """
          rule    packets  why
          search        7  a reader asks for
                           what its tenant owns
          front      1200
        """,
        printed(table(), true, 40));
  }

  @Test
  void coloursTakeNoColumns() {
    assertEquals(3, TextWrap.columns(Style.RED.around("abc")));
    assertEquals("\033[31mabc\033[0m  ", TextWrap.padded(Style.RED.around("abc"), 5));
  }

  @Test
  void everyLineFits() {
    for (int width = 40; width < 90; width++) {
      int columns = width;
      printed(table(), true, width)
          .lines()
          .forEach(line -> assertTrue(TextWrap.columns(line) <= columns, line));
    }
  }
}
