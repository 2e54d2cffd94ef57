package io.ringfence.language;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Directory;
import io.ringfence.model.Topology;
import io.ringfence.model.testing.Dice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the text, loading and formatting end with a value or with problems that say where. */
class RobustnessTest {
  private static final String TEXT = Texts.resource("everything.yaml");
  private static final int TEXTS = 1_500;

  /** What loads can be asked, too: no name in it leads nowhere. */
  @Tag("slow")
  @Test
  void everySmallChangeOfTheWhole() {
    Problems none = new Problems(List.of());
    Map<?, ?> whole =
        (Map<?, ?>)
            TestingJson.of(
                YamlReader.read(new SourceFile("everything.yaml", TEXT), none).orElseThrow());
    Dice dice = new Dice(1);
    int loaded = 0;
    for (Object changed : SmallChanges.of(whole)) {
      if (dice.oneIn(4)) {
        String json = TestingJson.text(changed);
        loaded += load(json) ? 1 : 0;
      }
    }
    assertTrue(loaded > 100, loaded + " changed blueprints load");
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyText(long seed) {
    Dice dice = new Dice(seed);
    for (int i = 0; i < TEXTS; i++) {
      StringBuilder text = new StringBuilder(TEXT);
      for (int changes = dice.between(1, 6); changes > 0; changes--) {
        change(text, dice);
      }
      load(text.toString());
      format(text.toString());
    }
  }

  private static void change(StringBuilder text, Dice dice) {
    int at = dice.between(0, text.length() - 1);
    int end = Math.min(text.length(), at + dice.between(0, 8));
    String instead =
        dice.of(
            "", " ", "\n", "  ", "\t", ":", ": ", ",", "[", "]", "{", "}", "- ", "#", " # x\n",
            "&a ", "*a", "|", ">", "\"", "'", "!", "%", "@", "`", "? ", "~", "0", "x", "\u0007",
            "\ud83d", "\n---\n", "\\", "<<: ");
    if (dice.oneIn(3)) {
      int from = dice.between(0, text.length() - 1);
      instead = text.substring(from, Math.min(text.length(), from + 60));
    }
    text.replace(at, end, instead);
  }

  private static boolean load(String text) {
    Loaded loaded;
    try {
      loaded = TestingLoad.text(text);
      loaded.blueprint().ifPresent(b -> new Topology(new Directory(b)).hosts());
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("loading throws " + e + "\n" + text, e);
    }
    for (Problem problem : loaded.problems()) {
      assertTrue(problem.at().line() >= 1 && problem.at().column() >= 1, problem.text());
    }
    return loaded.blueprint().isPresent();
  }

  private static void format(String text) {
    try {
      Formatted formatted = new BlueprintFormatter().format(new SourceFile("a.yaml", text));
      assertTrue(formatted.text().isPresent() || !formatted.problems().isEmpty());
      formatted.text().ifPresent(t -> again(t, text));
      formatted.text().ifPresent(t -> assertSame(meaning(text), meaning(t), text));
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("formatting throws " + e + "\n" + text, e);
    }
  }

  /** The blueprint without the places where things stand; the problems' number if it is none. */
  private static String meaning(String text) {
    Loaded loaded = TestingLoad.text(text);
    return loaded
        .blueprint()
        .map(b -> b.toString().replaceAll("test.yaml:[0-9]+:[0-9]+", ""))
        .orElse(loaded.problems().size() + " problems");
  }

  private static void assertSame(String before, String after, String text) {
    assertTrue(before.equals(after), () -> "from\n" + before + "\nto\n" + after + "\nin\n" + text);
  }

  private static void again(String formatted, String text) {
    Formatted twice = new BlueprintFormatter().format(new SourceFile("a.yaml", formatted));
    if (!twice.text().equals(java.util.Optional.of(formatted))) {
      throw new AssertionError(
          "formatting again changes\n" + formatted + "\nto\n" + twice + "\nfrom\n" + text);
    }
  }
}
