package io.ringfence.conformance.packets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class PacketsCommandTest {
  @Test
  void numbersHaveBounds() {
    assertEquals(Optional.empty(), complaint(1, 1, PacketsCommand.CONNECTIONS_MIN));
    assertEquals(
        Optional.empty(), complaint(PacketsCommand.RULES_MAX, 1, LoadedRouter.CLIENT_PORTS));
    assertEquals("--rules takes numbers from 1 to 1000000", complaint(0, 1, 8).orElseThrow());
    assertEquals(
        "--rules takes numbers from 1 to 1000000",
        complaint(PacketsCommand.RULES_MAX + 1, 1, 8).orElseThrow());
    assertEquals("--repetitions takes a number from 1", complaint(1, 0, 8).orElseThrow());
    for (int past : List.of(PacketsCommand.CONNECTIONS_MIN - 1, LoadedRouter.CLIENT_PORTS + 1)) {
      assertEquals(
          "--connections takes a number from 8 to 32768", complaint(1, 1, past).orElseThrow());
    }
  }

  private static Optional<String> complaint(int size, int repetitions, int connections) {
    return PacketsCommand.complaint(List.of(size), repetitions, connections);
  }

  @Test
  void wrongUsageIsAnExitCodeOfItsOwn() {
    assertEquals(2, new CommandLine(new PacketsCommand()).execute("--rules", "0"));
  }
}
