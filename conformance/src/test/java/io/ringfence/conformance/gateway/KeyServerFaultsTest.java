package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link KeyServerFaults}, in a network namespace that ends with it. */
@Tag("slow")
class KeyServerFaultsTest {
  private static final String ADDRESS = "203.0.113.10";
  private static final int PATIENCE_SECONDS = 180;

  @TempDir private Path folder;

  @Test
  void knownKeysCountUnknownAreRefusedAndItRecovers() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"), "making a network namespace needs root");
    Path said = folder.resolve("said");
    Process program =
        new ProcessBuilder(command(Files.createDirectory(folder.resolve("site"))))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertTrue(program.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it does not end");
    } finally {
      program.destroyForcibly();
    }
    assertEquals(0, program.exitValue(), Files.readString(said));
  }

  private static List<String> command(Path site) {
    return List.of(
        "unshare",
        "--net",
        "sh",
        "-c",
        "ip link set lo up && ip address add %s/32 dev lo && exec \"$@\"".formatted(ADDRESS),
        "sh",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        KeyServerFaults.class.getName(),
        site.toString(),
        ADDRESS);
  }
}
