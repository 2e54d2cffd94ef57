package io.ringfence.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.language.SourceFile;
import io.ringfence.model.SourceLocation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExcerptsTest {
  private static String shown(String text, int line, int column, int width) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Screen screen = new Screen(stream, width > 0, false, () -> width);
    new Excerpts(screen, List.of(new SourceFile("a.yaml", text)))
        .print(new SourceLocation("a.yaml", line, column), Style.RED);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 3, '  web: { segment: app }', '  ^~~'",
    "1, 10, '  web: { segment: app }', '         ^~~~~~~'",
    "1, 19, '  web: { segment: app }', '                  ^~~'",
    "1, 8, '  web: { segment: app }', '       ^'",
    "1, 4, 'a: \"b c, d\" # e', '   ^~~~~~~~'",
    "1, 4, 'a: fd00::1', '   ^~~~~~~'",
    "1, 9, 'a:', '  ^'",
  })
  void wordIsMarked(int line, int column, String text, String mark) {
    assertEquals("    1 │ " + text + "\n      │ " + mark + "\n", shown(text, line, column, 0));
  }

  @Test
  void tabsTakeOneColumn() {
    assertTrue(shown("\tweb: x", 1, 2, 0).contains("│  web: x\n      │  ^~~\n"));
  }

  @Test
  void longLinesAreCutAroundThePlace() {
    String text = "x".repeat(300) + " here " + "y".repeat(300);
    for (int width : List.of(0, 60, 80, 200)) {
      List<String> lines = shown(text, 1, 302, width).lines().toList();
      int mark = lines.get(1).indexOf('^');
      assertEquals("here", lines.get(0).substring(mark, mark + 4), () -> "width " + width);
      assertTrue(width == 0 || lines.get(0).length() <= width, lines.get(0));
    }
  }

  @Test
  void placesThatNoFileHasShowNothing() {
    assertEquals("", shown("a: b", 2, 1, 0));
    assertEquals("", shown("a: b", 0, 0, 0));
  }
}
