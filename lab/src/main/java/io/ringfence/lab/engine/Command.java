package io.ringfence.lab.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs that are run to their end. */
final class Command {
  private static final Duration TIME_MAX = Duration.ofMinutes(10);

  private Command() {}

  /** How a program ended, and what it said on either stream. */
  record Outcome(int exit, String output) {
    boolean ok() {
      return exit == 0;
    }

    /** The last line that is not blank. */
    String lastLine() {
      return output.lines().filter(l -> !l.isBlank()).reduce((a, b) -> b).orElse("(no output)");
    }
  }

  static Outcome run(List<String> command) throws IOException {
    return run(command, "");
  }

  /** Runs a program, gives it the text to read, and waits until it ends. */
  static Outcome run(List<String> command, String input) throws IOException {
    Path output = Files.createTempFile("ringfence", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
        stdin.write(input);
      } catch (IOException e) {
        // It ended without reading; its exit code tells.
      }
      return new Outcome(await(process, command), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }

  /** As {@link #run}, and a failure is an exception that says what could not be done. */
  static String require(String what, List<String> command, String input) throws IOException {
    Outcome outcome = run(command, input);
    if (!outcome.ok()) {
      throw new IOException("cannot %s: %s".formatted(what, outcome.lastLine()));
    }
    return outcome.output();
  }

  private static int await(Process process, List<String> command) throws IOException {
    try {
      if (process.waitFor(TIME_MAX.toSeconds(), TimeUnit.SECONDS)) {
        return process.exitValue();
      }
      throw new IOException(
          "`%s` did not end within %d minutes".formatted(command.getFirst(), TIME_MAX.toMinutes()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Where a program is, as a shell would find it, also where only root looks. */
  static Optional<Path> find(String program) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin";
    return Stream.of(path.split(":"))
        .filter(d -> !d.isEmpty())
        .map(d -> Path.of(d, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
