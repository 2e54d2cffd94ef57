package io.ringfence.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private ProgressBar bar(boolean terminal) {
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new ProgressBar(new Screen(stream, terminal, false, () -> 80));
  }

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shortWorkShowsNothing() {
    try (ProgressBar bar = bar(true)) {
      bar.at("probing", 1, 2);
    }
    assertEquals("", shown());
  }

  @Test
  void longWorkShowsHowFarItIsAndLeavesNothing() throws InterruptedException {
    try (ProgressBar bar = bar(true)) {
      Thread.sleep(400);
      bar.at("probing", 1, 2);
      assertTrue(shown().endsWith("━━━━━━━━━━━━────────────" + " probing 1/2"), shown());
    }
    assertTrue(shown().endsWith("\r\033[K"), shown());
  }

  @Test
  void filesAndPipesGetNone() throws InterruptedException {
    try (ProgressBar bar = bar(false)) {
      Thread.sleep(400);
      bar.at("probing", 1, 2);
    }
    assertEquals("", shown());
  }
}
