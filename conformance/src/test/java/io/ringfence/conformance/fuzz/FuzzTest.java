package io.ringfence.conformance.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bounded slice of the fuzzing; the rest is {@code bench/fuzz}. */
class FuzzTest {
  private static final Duration TIME = Duration.ofSeconds(3);
  private static final Path FIXED = Path.of("src", "test", "resources", "fuzz");

  @TempDir private Path folder;

  /** Fewer means that the target was not really run. */
  private static final int INPUTS_MIN = 50;

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  void nothingIsFound(FuzzTarget target) throws IOException, InterruptedException {
    FuzzRun.Outcome outcome = run(target, FuzzEntry.class);
    assertTrue(outcome.clean(), outcome::log);
    assertTrue(outcome.executed() >= INPUTS_MIN, outcome::log);
    boolean words = FuzzRun.dictionary(target).length > 0;
    // libFuzzer says so once it has read all of one.
    assertEquals(words, outcome.log().matches("(?s).*Dictionary: [1-9].*"), outcome::log);
  }

  /** Were this not found, nothing found would mean nothing. */
  @Test
  void plantedFlawIsFound() throws IOException, InterruptedException {
    FuzzRun.Outcome outcome = run(FuzzTarget.LITERAL, PlantedFlaw.class);
    assertFalse(outcome.clean(), outcome::log);
    assertEquals(1, outcome.found().size(), outcome::log);
    String input = Files.readString(outcome.found().getFirst(), StandardCharsets.ISO_8859_1);
    assertTrue(input.startsWith(PlantedFlaw.WORD), input);
  }

  private FuzzRun.Outcome run(FuzzTarget target, Class<?> entry)
      throws IOException, InterruptedException {
    return new FuzzRun(target, entry, TIME, 1, folder.resolve("corpus"), folder.resolve("findings"))
        .run();
  }

  /** What once broke something, by target. */
  @TestFactory
  Stream<DynamicTest> whatWasFoundStaysFixed() throws IOException {
    List<DynamicTest> out = new ArrayList<>();
    for (FuzzTarget target : FuzzTarget.values()) {
      Path inputs = FIXED.resolve(target.text());
      if (Files.isDirectory(inputs)) {
        try (Stream<Path> files = Files.list(inputs)) {
          files
              .sorted()
              .forEach(
                  f ->
                      out.add(
                          DynamicTest.dynamicTest(
                              target.text() + "/" + f.getFileName(),
                              () -> target.run(Files.readAllBytes(f)))));
        }
      }
    }
    return out.stream();
  }

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  void seedsHold(FuzzTarget target) {
    target.seeds().forEach(s -> target.run(s.getBytes(StandardCharsets.UTF_8)));
  }
}
