package io.ringfence.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.testing.Dice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlueprintFormatterTest {
  private static final int STYLES = 100;

  @ParameterizedTest
  @ValueSource(strings = {"comments", "styles", "anchors", "anchors-last"})
  void golden(String name) {
    String in = Texts.resource("fmt/" + name + ".in.yaml");
    String out = format(in);
    if (Texts.UPDATE) {
      Texts.write("fmt/" + name + ".out.yaml", out);
    }
    assertEquals(Texts.resource("fmt/" + name + ".out.yaml"), out);
    assertEquals(out, format(out));
    assertEquals(comments(in), comments(out));
  }

  @Test
  void theExampleIsCanonical() {
    assertEquals(Texts.example("rag-platform.yaml"), format(Texts.example("rag-platform.yaml")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rag-platform.yaml", "everything.yaml", "base.yaml"})
  void meansWhatItMeant(String file) {
    String in = Texts.resource(file);
    String out = format(in);
    assertEquals(out, format(out));
    assertEquals(comments(in), comments(out));
    assertEquals(meaning(in), meaning(out));
  }

  /** The same document in any style and with comments anywhere keeps comments and meaning. */
  @Tag("slow")
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyStyleWithCommentsAnywhere(long seed) {
    Dice dice = new Dice(seed);
    for (int i = 0; i < STYLES; i++) {
      String file = dice.of("rag-platform.yaml", "everything.yaml");
      TestingStyle style = new TestingStyle(dice);
      String in = style.write(document(Texts.resource(file)));
      String title = "seed " + seed + " style " + i + "\n" + in;
      String out = format(in);
      assertEquals(comments(in), comments(out), title);
      assertEquals(out, format(out), title);
      assertEquals(meaning(Texts.resource(file)), meaning(out), title);
    }
  }

  /** Comments aside, the canonical form does not tell how a document was written. */
  @Test
  void theStyleLeavesNoTrace() {
    Dice dice = new Dice(4);
    Object document = document(Texts.resource("everything.yaml"));
    String canonical = format(TestingJson.text(document));
    for (int i = 0; i < 100; i++) {
      TestingStyle style = new TestingStyle(dice).withoutComments();
      assertEquals(canonical, format(style.write(document)));
    }
  }

  @Test
  void whatIsNoYamlIsRefused() {
    Formatted formatted = new BlueprintFormatter().format(new SourceFile("a.yaml", "a: [\n"));
    assertEquals(Optional.empty(), formatted.text());
    assertEquals(1, formatted.problems().size());
  }

  /** Else one of two keys would be lost. */
  @Test
  void duplicateKeysAreRefused() {
    Formatted formatted = new BlueprintFormatter().format(new SourceFile("a.yaml", "a: 1\na: 2\n"));
    assertEquals(Optional.empty(), formatted.text());
  }

  @Test
  void aListIsNoBlueprint() {
    Formatted formatted = new BlueprintFormatter().format(new SourceFile("a.yaml", "- a\n"));
    assertTrue(formatted.problems().getFirst().message().startsWith("the blueprint is a list"));
  }

  @Test
  void aByteOrderMarkAndOtherLineEndsGo() {
    assertEquals("ringfence: v1 # a\nname: x\n", format("\ufeffringfence: v1 # a\r\nname: x\r\n"));
  }

  @Test
  void charactersOutsideTheBasicPlaneCountAsOne() {
    String text = "ringfence: v1\n# \ud83d\udd12 locked\nname: x # \ud83d\udd13 open\n";
    assertEquals(text, format(text));
  }

  private static String format(String text) {
    Formatted formatted = new BlueprintFormatter().format(new SourceFile("a.yaml", text));
    return formatted
        .text()
        .orElseThrow(() -> new AssertionError(formatted.problems() + "\n" + text));
  }

  private static Object document(String yaml) {
    Problems problems = new Problems(List.of());
    return TestingJson.of(YamlReader.read(new SourceFile("a.yaml", yaml), problems).orElseThrow());
  }

  /** The blueprint without the places where things stand. */
  private static String meaning(String yaml) {
    Loaded loaded = TestingLoad.text(yaml);
    assertEquals(List.of(), loaded.problems());
    return loaded.blueprint().orElseThrow().toString().replaceAll("test.yaml:[0-9]+:[0-9]+", "");
  }

  /** All comments, sorted; no text in these documents holds a number sign. */
  private static List<String> comments(String yaml) {
    List<String> out = new ArrayList<>();
    yaml.lines()
        .filter(l -> l.contains("#"))
        .forEach(l -> out.add(l.substring(l.indexOf('#')).strip()));
    return out.stream().sorted().toList();
  }
}
