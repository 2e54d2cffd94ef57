package io.ringfence.lab.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.NamePattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo's blueprints speak of the collections that the databases are seeded with. */
class DemoBlueprintTest {
  private static final Pattern NAMED =
      Pattern.compile("\\bcollections?: (?:\\[\"?([^\"\\]]+)\"?]|([\\w-]+))");

  @ParameterizedTest
  @ValueSource(strings = {"postgresql", "chroma"})
  void everyCollectionItNamesIsSeededAndEverySeededOneIsNamed(String engine) throws IOException {
    String text = Files.readString(Path.of("..", "examples", "demo-" + engine + ".yaml"));
    assertTrue(text.contains("engine: " + engine + " }"));
    List<NamePattern> named = NAMED.matcher(text).results().map(DemoBlueprintTest::name).toList();
    Map<String, String> seeded =
        RealEngine.of(RealEngine.available().get(engine), Path.of("nowhere")).collections();
    for (NamePattern pattern : named) {
      assertTrue(seeded.values().stream().anyMatch(pattern::matches), pattern.text());
    }
    for (String collection : seeded.values()) {
      assertTrue(named.stream().anyMatch(p -> p.matches(collection)), collection);
    }
    for (String tenant : seeded.keySet()) {
      assertTrue(text.contains("\n  " + tenant + ":"), tenant);
    }
  }

  private static NamePattern name(MatchResult match) {
    return new NamePattern(match.group(1) != null ? match.group(1) : match.group(2));
  }
}
