package io.ringfence.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bad documents and exactly what is said of them: {@code bad/*.txt}, each case a document and,
 * below {@code >>>}, its problems. A case adds to {@code base.yaml} as a second file that begins
 * with {@code ringfence: v1}, unless it stands alone. {@code -Dgolden.update} writes the problems
 * anew.
 */
class BadDocumentsTest {
  private static final String TITLE = "=== ";
  private static final String PROBLEMS = ">>>\n";

  private record Case(String title, String document, String problems) {
    String text() {
      return TITLE + title + "\n" + document + PROBLEMS + problems;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bad/yaml.txt", "bad/structure.txt", "bad/meaning.txt"})
  void everyProblemIsSaidWhereItStands(String file) {
    String golden = Texts.resource(file);
    List<Case> cases = cases(golden);
    String now =
        cases.stream()
            .map(c -> new Case(c.title(), c.document(), problems(c)).text())
            .collect(Collectors.joining());
    if (Texts.UPDATE) {
      Texts.write(file, now);
    } else {
      assertEquals(golden, now);
    }
    assertFalse(now.contains("hunter2\n>>>"), "the cases end where they should");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bad/yaml.txt", "bad/structure.txt", "bad/meaning.txt"})
  void noSecretIsPrinted(String file) {
    for (Case bad : cases(Texts.resource(file))) {
      assertFalse(problems(bad).contains("hunter"), bad.title());
      assertFalse(problems(bad).contains("MIIEv"), bad.title());
    }
  }

  private static List<Case> cases(String text) {
    List<Case> out = new ArrayList<>();
    for (String block : ("\n" + text).split("\n" + TITLE, -1)) {
      if (!block.isBlank()) {
        int end = block.indexOf('\n');
        int split = block.indexOf(PROBLEMS.strip());
        String problems = block.substring(split + PROBLEMS.strip().length()).strip();
        out.add(
            new Case(
                block.substring(0, end),
                block.substring(end + 1, split),
                problems.isEmpty() ? "" : problems + "\n"));
      }
    }
    return out;
  }

  private static String problems(Case bad) {
    List<SourceFile> files = new ArrayList<>();
    if (bad.title().endsWith("(alone)")) {
      files.add(new SourceFile("case.yaml", bad.document()));
    } else {
      files.add(new SourceFile("base.yaml", Texts.resource("base.yaml")));
      files.add(new SourceFile("case.yaml", "ringfence: v1\n" + bad.document()));
    }
    return new BlueprintLoader(new TestingConditions())
        .load(files).problems().stream().map(p -> p.text() + "\n").collect(Collectors.joining());
  }
}
