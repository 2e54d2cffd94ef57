package io.ringfence.lab.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A server that runs until it is ended, and the file that tells a later run which process it was.
 * The file names the process and when it began, so that a reused number is never taken for it.
 */
final class DatabaseProcess {
  static final String PID_FILE = "database.pid";
  static final String LOG_FILE = "database.log";

  private static final Duration START_MAX = Duration.ofSeconds(30);
  private static final Duration STOP_MAX = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int LOG_LINES_SHOWN = 3;

  private final Process process;
  private final Path workDir;

  private DatabaseProcess(Process process, Path workDir) {
    this.process = process;
    this.workDir = workDir;
  }

  /** Tells that the server is there by returning, and that it is not yet by an exception. */
  @FunctionalInterface
  interface Probe {
    void ask() throws IOException;
  }

  static DatabaseProcess start(List<String> command, Path workDir) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(workDir.resolve(LOG_FILE).toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    DatabaseProcess out = new DatabaseProcess(process, workDir);
    String began = began(process.pid()).orElse("");
    Files.writeString(workDir.resolve(PID_FILE), process.pid() + " " + began + "\n");
    return out;
  }

  /** Waits until the server answers; ends it if it does not in time. */
  void await(Probe probe) throws IOException {
    long deadline = System.nanoTime() + START_MAX.toNanos();
    IOException last = null;
    while (process.isAlive() && System.nanoTime() < deadline) {
      try {
        probe.ask();
        return;
      } catch (IOException e) {
        last = e;
      }
      pause();
    }
    String why = process.isAlive() ? "it does not answer" : "it ended";
    IOException failure = new IOException("the database did not start: " + why + logTail(), last);
    stop("KILL");
    throw failure;
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Sends a signal by its name, and after a while one that cannot be refused. */
  void stop(String signal) throws IOException {
    if (process.isAlive()) {
      signal(process.pid(), signal);
    }
    try {
      if (!process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(workDir.resolve(PID_FILE));
  }

  private String logTail() throws IOException {
    List<String> lines = Files.readString(workDir.resolve(LOG_FILE)).lines().toList();
    List<String> tail = lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size());
    return tail.isEmpty() ? "" : "; it said: " + String.join(" / ", tail);
  }

  /** Ends the process that the file in this directory names, if it is still the same one. */
  static void endLeftover(Path workDir) throws IOException {
    Path file = workDir.resolve(PID_FILE);
    if (!Files.exists(file)) {
      return;
    }
    String[] words = Files.readString(file).strip().split(" ", 2);
    long pid = Long.parseLong(words[0]);
    if (words.length == 2 && began(pid).filter(words[1]::equals).isPresent()) {
      end(pid);
    }
    Files.delete(file);
  }

  private static void end(long pid) throws IOException {
    Optional<ProcessHandle> handle = ProcessHandle.of(pid);
    handle.ifPresent(ProcessHandle::destroyForcibly);
    long deadline = System.nanoTime() + STOP_MAX.toNanos();
    while (handle.filter(ProcessHandle::isAlive).isPresent() && System.nanoTime() < deadline) {
      pause();
    }
  }

  /** When a process began, in the kernel's clock ticks since boot. */
  private static Optional<String> began(long pid) {
    try {
      String stat =
          Files.readString(Path.of("/proc", String.valueOf(pid), "stat"), StandardCharsets.UTF_8);
      // The second field is the program's name in parentheses and may hold blanks; this is the
      // 22nd, so the 20th after it.
      return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void signal(long pid, String name) throws IOException {
    Command.run(List.of("sh", "-c", "kill -s \"$1\" \"$2\"", "kill", name, String.valueOf(pid)));
  }
}
