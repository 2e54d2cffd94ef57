package io.ringfence.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Blueprint;
import io.ringfence.model.SourceLocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lines keep their numbers through edits of others. */
class KeptLinesTest {
  private static final String FILE = "a(b).yaml";
  private static final int EDITS = 300;

  private static List<SourceFile> files(String... lines) {
    return List.of(new SourceFile(FILE, String.join("\n", lines)));
  }

  private static List<Integer> numbers(KeptLines kept, List<SourceFile> files) {
    List<Integer> out = new ArrayList<>();
    SourceFile numbered = kept.number(files).getFirst();
    for (int line = 1; line <= numbered.text().split("\n", -1).length; line++) {
      out.add(numbered.lines().at(line));
    }
    return out;
  }

  @Test
  void whatIsEditedIsNumberedAnew() {
    List<SourceFile> first = files("a", "b", "c");
    KeptLines kept = KeptLines.of(first);
    assertEquals(List.of(1, 2, 3), numbers(kept, first));
    List<SourceFile> inserted = files("a", "x", "b", "c");
    kept = kept.after(inserted);
    assertEquals(List.of(1, 4, 2, 3), numbers(kept, inserted));
    List<SourceFile> removed = files("a", "b", "c");
    kept = kept.after(removed);
    assertEquals(List.of(1, 2, 3), numbers(kept, removed));
    List<SourceFile> changed = files("a", "b2", "c");
    kept = kept.after(changed);
    assertEquals(List.of(1, 5, 3), numbers(kept, changed), "4 was had before");
  }

  @Test
  void placesAreToldAsTheyAreNow() {
    KeptLines kept = KeptLines.of(files("a", "b", "c")).after(files("x", "y", "a", "b", "c"));
    assertEquals(new SourceLocation(FILE, 4, 7), kept.now(new SourceLocation(FILE, 2, 7)));
    assertEquals(new SourceLocation(FILE, 1, 1), kept.now(new SourceLocation(FILE, 4, 1)));
    assertEquals(SourceLocation.BUILT_IN, kept.now(SourceLocation.BUILT_IN));
    SourceLocation elsewhere = new SourceLocation("b.yaml", 2, 7);
    assertEquals(elsewhere, kept.now(elsewhere));
    assertEquals(
        "rule `r` at a(b).yaml:4:3, not b.yaml:2:3 nor at 2:3",
        kept.now("rule `r` at a(b).yaml:2:3, not b.yaml:2:3 nor at 2:3"));
  }

  /** Every number is of one line of text only, for ever, and every line that has one is found. */
  @Test
  void numbersAreOfOneLineThroughRandomEdits() {
    Random random = new Random(17);
    List<String> lines = new ArrayList<>(List.of("a", "b", "a", "c"));
    KeptLines kept = KeptLines.of(files(lines.toArray(new String[0])));
    Map<Integer, String> textByNumber = new HashMap<>();
    for (int i = 0; i < EDITS; i++) {
      int at = random.nextInt(lines.size());
      switch (random.nextInt(3)) {
        case 0 -> lines.add(at, "" + (char) ('a' + random.nextInt(4)));
        case 1 -> lines.set(at, "" + (char) ('a' + random.nextInt(4)));
        default -> {
          if (lines.size() > 1) {
            lines.remove(at);
          }
        }
      }
      List<SourceFile> files = files(lines.toArray(new String[0]));
      kept = kept.after(files);
      List<Integer> numbers = numbers(kept, files);
      assertEquals(numbers.size(), numbers.stream().distinct().count());
      for (int line = 0; line < numbers.size(); line++) {
        int number = numbers.get(line);
        String known = textByNumber.putIfAbsent(number, lines.get(line));
        assertEquals(known == null ? lines.get(line) : known, lines.get(line));
        assertEquals(line + 1, kept.now(new SourceLocation(FILE, number, 1)).line());
      }
    }
  }

  @Test
  void whatStandsBelowAnInsertedLineIsEqualToWhatItWas() {
    String text = Texts.resource("everything.yaml");
    SourceFile before = new SourceFile("e.yaml", text);
    SourceFile after = new SourceFile("e.yaml", "# a line more\n" + text);
    KeptLines kept = KeptLines.of(List.of(before));
    Blueprint was = load(kept.number(List.of(before)));
    assertEquals(was, load(kept.after(List.of(after)).number(List.of(after))));
    assertNotEquals(was, load(List.of(after)), "but for the numbers it would not be");
    assertTrue(was.access().size() > 1);
  }

  private static Blueprint load(List<SourceFile> files) {
    Loaded loaded = new BlueprintLoader(new TestingConditions()).load(files);
    return loaded.blueprint().orElseThrow(() -> new AssertionError(loaded.problems().toString()));
  }
}
