package io.ringfence.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs iproute2. */
final class IpBatch {
  private static final int SECONDS_MAX = 30;
  private static final Pattern FAILED = Pattern.compile("Command failed -:(\\d+)");

  private IpBatch() {}

  /** Runs lines in the namespace that the process is in. */
  static void run(List<String> lines) {
    run(List.of("ip", "-batch", "-"), lines);
  }

  /** Runs lines in a namespace. */
  static void runIn(String namespace, List<String> lines) {
    if (!lines.isEmpty()) {
      run(List.of("ip", "-netns", namespace, "-batch", "-"), lines);
    }
  }

  /** Runs one command and returns what it prints. */
  static String run(String... command) {
    return run(List.of(command), List.of());
  }

  private static String run(List<String> command, List<String> input) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      give(process, input);
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new LabUnavailable("`" + String.join(" ", command) + "` did not end");
      }
      if (process.exitValue() != 0) {
        throw new LabUnavailable(complaint(command, input, output));
      }
      return output;
    } catch (IOException e) {
      throw new LabUnavailable(
          "the lab needs iproute2: cannot run `" + command.getFirst() + "`", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabUnavailable("interrupted", e);
    }
  }

  private static void give(Process process, List<String> input) {
    try (var stdin = process.getOutputStream()) {
      stdin.write(String.join("\n", input).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It has ended without reading all of it, and says why on its output.
    }
  }

  /** iproute2 says {@code Command failed -:LINE}; the operator wants the line. */
  private static String complaint(List<String> command, List<String> input, String output) {
    Matcher failed = FAILED.matcher(output);
    String line =
        failed.find() && !input.isEmpty()
            ? " at `" + input.get(Integer.parseInt(failed.group(1)) - 1) + "`"
            : "";
    return "`%s` failed%s: %s"
        .formatted(String.join(" ", command), line, output.lines().findFirst().orElse("no reason"));
  }
}
