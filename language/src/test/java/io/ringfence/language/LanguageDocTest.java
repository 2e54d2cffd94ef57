package io.ringfence.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/LANGUAGE.md shows loads, and what it must mention is there. */
class LanguageDocTest {
  private static final String DOC = Texts.doc("LANGUAGE.md");
  private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  @Test
  void theBlocksAreOneBlueprint() {
    List<SourceFile> files = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(DOC);
    while (matcher.find()) {
      String text = matcher.group(1);
      String head = text.startsWith("ringfence:") ? "" : "ringfence: v1\n";
      files.add(new SourceFile("block" + files.size() + ".yaml", head + text));
    }
    assertTrue(files.size() >= 12, files.size() + " blocks");
    Loaded loaded = TestingLoad.files(files.toArray(SourceFile[]::new));
    assertEquals(List.of(), loaded.problems());
  }

  @Test
  void theBlocksAreCanonical() {
    Matcher matcher = BLOCK.matcher(DOC);
    while (matcher.find()) {
      String text = matcher.group(1);
      String formatted =
          new BlueprintFormatter().format(new SourceFile("block.yaml", text)).text().orElseThrow();
      assertEquals(withoutBlanks(text), withoutBlanks(formatted));
    }
  }

  private static List<String> withoutBlanks(String text) {
    return text.lines().filter(l -> !l.isBlank()).toList();
  }

  @Test
  void everySectionKeyWordAndLimitIsThere() {
    List<String> words = new ArrayList<>();
    BlueprintShape.ROOT.keys().stream().map(k -> k + ":").forEach(words::add);
    keys(BlueprintShape.ROOT, words);
    EngineCatalogue.engines().keySet().forEach(e -> words.add("`" + e + "`"));
    for (Fact fact : Fact.values()) {
      words.add("`" + fact.text() + (fact.type() == Fact.Type.MAP ? ".NAME`" : "`"));
    }
    RuleNames.RESERVED.forEach(n -> words.add("`" + n + "`"));
    for (int max :
        List.of(
            LimitsMax.FILES_MAX,
            LimitsMax.DOCUMENT_CHARS_MAX,
            LimitsMax.DEPTH_MAX,
            LimitsMax.NODES_MAX,
            LimitsMax.ALIAS_NODES_MAX,
            LimitsMax.WORKLOADS_MAX,
            LimitsMax.RULES_MAX,
            LimitsMax.SECTION_ENTRIES_MAX,
            LimitsMax.NAME_CHARS_MAX,
            LimitsMax.CONDITION_CHARS_MAX,
            LimitsMax.PROBLEMS_MAX)) {
      words.add("| " + String.format(Locale.ROOT, "%,d", max) + " |");
    }
    assertEquals(List.of(), words.stream().filter(w -> !DOC.contains(w)).toList());
  }

  private static void keys(Shape shape, List<String> out) {
    switch (Shape.bare(shape)) {
      case Shape.Struct s -> {
        for (Shape.Field field : s.fields()) {
          out.add(field.key());
          keys(field.shape(), out);
        }
      }
      case Shape.Variants s -> s.variants().forEach(v -> keys(v.struct(), out));
      case Shape.Named s -> keys(s.value(), out);
      case Shape.Items s -> keys(s.item(), out);
      case Shape.OneOr s -> keys(s.list(), out);
      case Shape.MapOr s -> {
        keys(s.map(), out);
        keys(s.other(), out);
      }
      case Shape.Words s -> out.addAll(s.words());
      default -> {}
    }
  }

  @Test
  void itsLinksLead() {
    Matcher links = Pattern.compile("\\]\\(#([a-z0-9-]+)\\)").matcher(DOC);
    List<String> headings =
        DOC.lines()
            .filter(l -> l.startsWith("## "))
            .map(l -> l.substring(3).toLowerCase(Locale.ROOT))
            .map(l -> l.replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
            .toList();
    while (links.find()) {
      assertTrue(headings.contains(links.group(1)), links.group(1));
    }
  }
}
