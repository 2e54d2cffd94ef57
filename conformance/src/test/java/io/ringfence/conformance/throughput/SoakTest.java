package io.ringfence.conformance.throughput;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The slice of {@code bench/soak} that CI runs. */
@Tag("slow")
class SoakTest {
  /** A kibibyte and a half that each request left behind would be more. */
  private static final double GROWTH_BYTES_MAX = 16 << 20;

  @TempDir private Path folder;

  @Test
  void heldConnectionsStayAreAnsweredAndCostNoMoreMemoryOverTime() throws Exception {
    List<String> told = new ArrayList<>();
    Soak.Seen seen =
        Soak.run(
            Site.in(folder),
            new Soak.Settings(
                500,
                Duration.ofSeconds(6),
                Duration.ofSeconds(14),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2)),
            told::add);
    assertEquals(0, seen.failed(), told::toString);
    assertEquals(500, seen.open());
    assertTrue(seen.answered() > 1_000, told::toString);
    assertEquals(8, seen.samples().size());
    // In so short a time the compiler still grows, so that here objects and buffers count alone.
    double first = seen.samples().getFirst().live() + seen.samples().getFirst().buffers();
    double grown = seen.growth(m -> m.live() + m.buffers()) * first;
    assertTrue(grown < GROWTH_BYTES_MAX, () -> grown + " bytes: " + told);
  }

  @Test
  void growthIsFromTheFirstFifthToTheLast() {
    List<ProcessMemory> samples = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      samples.add(new ProcessMemory(1000 + (i < 2 ? 0 : i < 8 ? 500 : 20), 100, 200, 7));
    }
    Soak.Seen seen = new Soak.Seen(samples, 1, 0, 1);
    assertEquals(20.0 / 900, seen.growth(), 1e-9);
    assertEquals(900, samples.getFirst().bytes());
  }
}
