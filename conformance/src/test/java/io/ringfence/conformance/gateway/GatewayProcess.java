package io.ringfence.conformance.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code ringfence gateway} as a process of its own. */
final class GatewayProcess implements AutoCloseable {
  private static final Pattern AT = Pattern.compile("  (\\S+) at \\S+:(\\d+)");

  private final Process process;
  private final int port;

  private GatewayProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts it and waits until it serves one service; what it says on stderr goes to a file. */
  static GatewayProcess start(Path log, String... arguments) throws IOException {
    return start(List.of(), log, arguments);
  }

  /**
   * The same, through another program.
   *
   * @param through runs the command that follows its own words, in its own place
   */
  static GatewayProcess start(List<String> through, Path log, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(through);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "io.ringfence.cli.Ringfence",
            "gateway"));
    command.addAll(Arrays.asList(arguments));
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher at = AT.matcher(line);
      if (at.matches()) {
        return new GatewayProcess(process, Integer.parseInt(at.group(2)));
      }
    }
    process.destroyForcibly();
    throw new IOException("the gateway does not serve; see " + log);
  }

  long pid() {
    return process.pid();
  }

  int port() {
    return port;
  }

  /** Tells it to end, and waits: its exit code. */
  int end() throws InterruptedException {
    process.destroy();
    return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }

  /** Ends it as a crash would. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
