package io.ringfence.conformance.throughput;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this project's own programs are started: by the flags of the launcher that is shipped. */
final class OwnProgram {
  /** Those of {@code ./ringfence}; a test compares them. */
  static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xlog:disable",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /** What it adds for {@code ./ringfence gateway}. */
  static final String GATEWAY_FLAG = "-XX:InitialRAMPercentage=6.25";

  private OwnProgram() {}

  /**
   * A gateway before the workload {@code database}.
   *
   * @param service that it listens for at the port
   */
  static List<String> gateway(Path blueprint, String service, int port, int database) {
    return command(
        "io.ringfence.cli.Ringfence",
        List.of(
            "gateway",
            "--blueprint",
            blueprint.toString(),
            "--listen",
            service + "=127.0.0.1:" + port,
            "--upstream",
            "database=127.0.0.1:" + database));
  }

  /** More flags, as {@code ./ringfence} takes them too: to look closer at what is measured. */
  private static List<String> asked() {
    String options = System.getenv().getOrDefault("RINGFENCE_JAVA_OPTS", "");
    return options.isBlank() ? List.of() : List.of(options.strip().split(" +"));
  }

  static List<String> command(String main, List<String> arguments) {
    List<String> out = new ArrayList<>();
    out.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    out.addAll(FLAGS);
    out.add(GATEWAY_FLAG);
    out.addAll(asked());
    out.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    out.addAll(arguments);
    return out;
  }
}
