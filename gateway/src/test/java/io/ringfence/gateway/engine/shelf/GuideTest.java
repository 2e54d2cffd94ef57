package io.ringfence.gateway.engine.shelf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds docs/ADDING_AN_ENGINE.md against the code that it shows. */
class GuideTest {
  private static final Path GUIDE = Path.of("../docs/ADDING_AN_ENGINE.md");
  private static final Path CODE = Path.of("src/test/java/io/ringfence/gateway/engine/shelf");
  private static final Pattern EXCERPT =
      Pattern.compile("```java\\n// (\\w+\\.java)\\n(.*?)```", Pattern.DOTALL);
  private static final int EXCERPTS_MIN = 6;

  @Test
  void everyExcerptStandsInTheCode() throws IOException {
    var excerpts = EXCERPT.matcher(Files.readString(GUIDE)).results().toList();
    assertTrue(excerpts.size() >= EXCERPTS_MIN, excerpts.size() + " excerpts");
    for (MatchResult excerpt : excerpts) {
      String code = Files.readString(CODE.resolve(excerpt.group(1)));
      assertTrue(code.contains(excerpt.group(2)), () -> "not in the code:\n" + excerpt.group());
    }
  }
}
