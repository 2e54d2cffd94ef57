package io.ringfence.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class LineDiffTest {
  @Test
  void equalTextsHaveNoHunk() {
    assertEquals(List.of(), LineDiff.unified("a\nb\n", "a\nb\n"));
  }

  @Test
  void farChangesAreHunksOfTheirOwn() {
    String before = "x\n1\n2\n3\n4\n5\n6\n7\n8\ny\n";
    assertEquals(
        List.of(
            "@@ -1,4 +1,4 @@",
            "-x",
            "+X",
            " 1",
            " 2",
            " 3", //
            "@@ -7,4 +7,4 @@",
            " 6",
            " 7",
            " 8",
            "-y",
            "+Y"),
        LineDiff.unified(before, before.replace('x', 'X').replace('y', 'Y')));
  }

  @Test
  void emptySidesCountFromZero() {
    assertEquals(List.of("@@ -0,0 +1,1 @@", "+a"), LineDiff.unified("", "a\n"));
    assertEquals(List.of("@@ -1,1 +0,0 @@", "-a"), LineDiff.unified("a\n", ""));
  }

  /** Applying the hunks to the one text yields the other. */
  @RepeatedTest(300)
  void hunksAreThePatch(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<String> before = lines(random);
    List<String> after = lines(random);
    List<String> hunks = LineDiff.unified(joined(before), joined(after));
    assertEquals(after, patched(before, hunks), () -> "seed " + repetition.getCurrentRepetition());
  }

  private static List<String> lines(Random random) {
    List<String> out = new ArrayList<>();
    int count = random.nextInt(30);
    for (int i = 0; i < count; i++) {
      out.add(Integer.toString(random.nextInt(6)));
    }
    return out;
  }

  private static String joined(List<String> lines) {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  private static List<String> patched(List<String> before, List<String> hunks) {
    List<String> out = new ArrayList<>();
    int next = 0;
    for (String line : hunks) {
      switch (line.charAt(0)) {
        case '@' -> {
          String[] span = line.substring(4, line.indexOf(" +")).split(",", -1);
          int start = Integer.parseInt(span[0]) - (span[1].equals("0") ? 0 : 1);
          out.addAll(before.subList(next, start));
          next = start;
        }
        case '+' -> out.add(line.substring(1));
        default -> {
          assertEquals(before.get(next++), line.substring(1));
          if (line.charAt(0) == ' ') {
            out.add(line.substring(1));
          }
        }
      }
    }
    out.addAll(before.subList(next, before.size()));
    return out;
  }
}
