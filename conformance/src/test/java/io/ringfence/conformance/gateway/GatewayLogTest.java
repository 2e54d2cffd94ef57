package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway's process says on standard error. */
class GatewayLogTest {
  @TempDir private Path folder;

  private Path log;

  @BeforeEach
  void site() throws IOException {
    new GatewaySite(folder)
        .write(TwoTenants.BLUEPRINT.replace("audit: { to: audit/ }", "sessions: { max: 5m }"));
    log = folder.resolve("stderr");
  }

  private List<String> lines(String... more) throws IOException, InterruptedException {
    try (StandInChroma database = new StandInChroma()) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "--blueprint",
                  folder.resolve("site.yaml").toString(),
                  "--listen",
                  "rest=127.0.0.1:0",
                  "--upstream",
                  "database=127.0.0.1:" + database.socket().getPort()));
      arguments.addAll(List.of(more));
      try (GatewayProcess gateway = GatewayProcess.start(log, arguments.toArray(String[]::new))) {
        assertEquals(143, gateway.end());
      }
    }
    return Files.readAllLines(log);
  }

  @Test
  void inAFileEachLineIsAnObject() throws Exception {
    List<String> lines = lines();
    assertFalse(lines.isEmpty());
    for (String line : lines) {
      JsonNode read = new ObjectMapper().readTree(line);
      assertEquals(
          List.of("time", "level", "logger", "message"), List.copyOf(iterable(read)), line);
    }
    assertTrue(lines.stream().anyMatch(l -> l.contains("decisions are not recorded")), "" + lines);
  }

  private static List<String> iterable(JsonNode read) {
    List<String> out = new ArrayList<>();
    read.fieldNames().forEachRemaining(out::add);
    return out;
  }

  @Test
  void textIsForPeople() throws Exception {
    List<String> lines = lines("--log", "text");
    assertTrue(
        lines.stream()
            .anyMatch(l -> l.matches("[0-9TZ:.-]+ the blueprint gives this gateway no `audit`.*")),
        "" + lines);
  }
}
