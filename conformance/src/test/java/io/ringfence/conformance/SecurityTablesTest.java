package io.ringfence.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/SECURITY.md names a test for each attack and fault: that each of them is there. */
class SecurityTablesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern NAMED = Pattern.compile("`([^`]+)`");
  private static final Pattern CLASS = Pattern.compile("([A-Z]\\w*Test)(?:\\.(\\w+))?");
  private static final Pattern METHOD = Pattern.compile("(\\.\\.\\.)?([A-Za-z]\\w*)(\\.\\.\\.)?");
  private static final Pattern DEFAULT =
      Pattern.compile("Tests without a class are in `(\\w+Test)`");

  /** The text of each class of tests, by its name. */
  private static Map<String, String> tests() throws IOException {
    Map<String, String> out = new TreeMap<>();
    try (Stream<Path> rooms = Files.list(ROOT)) {
      for (Path room :
          rooms.map(r -> r.resolve("src/test/java")).filter(Files::isDirectory).toList()) {
        try (Stream<Path> files = Files.walk(room)) {
          for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
            String name = file.getFileName().toString().replace(".java", "");
            out.merge(name, Files.readString(file), String::concat);
          }
        }
      }
    }
    return out;
  }

  /** What a document names as tests and is none; where it stands. */
  static List<String> absent(String document, Map<String, String> tests) {
    List<String> out = new ArrayList<>();
    String byDefault = "";
    int line = 0;
    for (String text : document.split("\n", -1)) {
      line++;
      if (text.startsWith("## ")) {
        byDefault = "";
      }
      Matcher declared = DEFAULT.matcher(text);
      if (declared.find()) {
        byDefault = declared.group(1);
      }
      String[] cells = text.split("(?<!\\\\)\\|", -1);
      if (cells.length != 5 || cells[3].isBlank() || cells[3].strip().matches("-+|test")) {
        continue;
      }
      if (!cells[3].contains("`") && !cells[3].contains("the same")) {
        out.add(line + ": no test");
      }
      String last = byDefault;
      Matcher named = NAMED.matcher(cells[3]);
      while (named.find()) {
        String name = named.group(1);
        Matcher ofClass = CLASS.matcher(name);
        if (ofClass.matches()) {
          last = ofClass.group(1);
          if (!tests.containsKey(last)
              || (ofClass.group(2) != null && !has(tests.get(last), "", ofClass.group(2), ""))) {
            out.add(line + ": " + name);
          }
        } else if (!aFile(name) && !aMethod(name, tests.get(last))) {
          out.add(line + ": " + name);
        }
      }
    }
    return out;
  }

  private static boolean aFile(String name) {
    return name.contains("/") && Files.exists(ROOT.resolve(name));
  }

  private static boolean aMethod(String name, String in) {
    Matcher method = METHOD.matcher(name);
    return in != null
        && method.matches()
        && has(
            in,
            method.group(1) == null ? "" : "\\w*",
            method.group(2),
            method.group(3) == null ? "" : "\\w*");
  }

  private static boolean has(String text, String before, String name, String after) {
    return Pattern.compile("void " + before + name + after + "\\(").matcher(text).find();
  }

  @Test
  void everyTestThatIsNamedIsThere() throws IOException {
    String document = Files.readString(ROOT.resolve("docs/SECURITY.md"));
    assertEquals(List.of(), absent(document, tests()));
    assertTrue(NAMED.matcher(document).results().count() > 100, "the tables are read");
  }

  @Test
  void whatIsNotThereIsTold() {
    Map<String, String> tests = Map.of("ATest", "void itHolds() {}", "BTest", "void others() {}");
    String document =
        """
        | attack | what | test |
        |---|---|---|
        | a | b | `ATest.itHolds`, `BTest` (`oth...`, `...ers`) |
        | a | b | `ATest.itHoldsNot` |
        | a | b | `CTest` |
        | a | b | `BTest` (`itHolds`) |
        | a | b | nobody looked |
        Tests without a class are in `ATest`.
        | a | b | `itHolds`, `others` |
        """;
    assertEquals(
        List.of("4: ATest.itHoldsNot", "5: CTest", "6: itHolds", "7: no test", "9: others"),
        absent(document, tests));
  }
}
