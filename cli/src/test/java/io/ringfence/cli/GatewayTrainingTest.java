package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Terminal;
import io.ringfence.gateway.serve.PolicySource;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayTrainingTest {
  @TempDir private Path folder;

  private Shell shell() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Screen screen = new Screen(nowhere, false, false, () -> Screen.PROSE_WIDTH_MAX);
    Terminal streams = new Terminal(new ByteArrayInputStream(new byte[0]), screen, screen, false);
    return new Shell(streams, Map.of(), folder, Clock.systemUTC());
  }

  /** A training that fails would only show in a slow start. */
  @Test
  void theExamplesGatewayServesAndDecides() throws Exception {
    new GatewayTraining(shell(), folder).run();
    Path log;
    try (var files = Files.list(folder.resolve("audit"))) {
      log =
          files
              .filter(f -> f.toString().endsWith(".jsonl"))
              .filter(f -> f.getFileName().toString().startsWith("audit-"))
              .findFirst()
              .orElseThrow();
    }
    assertTrue(Files.readString(log).contains("\"verdict\":"), "the request was decided");
  }

  @Test
  void whatIsReadAheadIsNotReadAgainUnlessItChanged() throws Exception {
    Path file = folder.resolve("site.yaml");
    try (InputStream in =
        GatewayTraining.class.getResourceAsStream("/examples/rag-platform.yaml")) {
      Files.copy(in, file);
    }
    WatchedBlueprint blueprint = new WatchedBlueprint(shell(), List.of(file.toString()));
    PolicySource.Proved first = blueprint.readAhead();
    assertSame(first, blueprint.read());
    assertNotSame(first, blueprint.read(), "once only");
    blueprint.readAhead();
    Files.writeString(file, Files.readString(file) + "# changed\n");
    assertEquals(
        new WatchedBlueprint(shell(), List.of(file.toString())).read().hash(),
        blueprint.read().hash());
  }
}
