package io.ringfence.agent;

import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.agent.kernel.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The process that takes back a generation which nobody confirmed. It is a session of its own, so
 * that neither a killed applier nor a lost terminal ends it, and it knows nothing but the store.
 */
public final class Watchdog {
  /** What it prints once it watches; nothing is loaded before. */
  static final String READY = "watching";

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration LOCK_WITHIN = Duration.ofSeconds(3);
  private static final Duration START_WITHIN = Duration.ofSeconds(20);

  private Watchdog() {}

  /** Starts and stops watchdogs. */
  public interface Starter {
    /**
     * Starts one and waits until it watches.
     *
     * @return its process id
     */
    long start(Path store, int generation, Instant deadline);

    /** Ends one that is no longer needed. */
    void stop(long pid);
  }

  /**
   * Watchdogs as processes of the Java that runs this.
   *
   * @param namespace the named network namespace to revert in; the current one when absent
   */
  public record Processes(Optional<String> namespace) implements Starter {
    @Override
    public long start(Path store, int generation, Instant deadline) {
      List<String> command =
          Stream.of(
                  Stream.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "--enable-native-access=ALL-UNNAMED",
                      "-XX:+UseSerialGC",
                      "-XX:TieredStopAtLevel=1",
                      "-Xmx64m",
                      "-cp",
                      System.getProperty("java.class.path"),
                      Watchdog.class.getName(),
                      store.toAbsolutePath().toString(),
                      Integer.toString(generation),
                      Long.toString(deadline.toEpochMilli())),
                  namespace.stream())
              .flatMap(s -> s)
              .toList();
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(
                    ProcessBuilder.Redirect.appendTo(store.resolve("watchdog.log").toFile()))
                .start();
        awaitReady(process);
        return process.pid();
      } catch (IOException e) {
        throw new AgentException("the watchdog did not start: " + e.getMessage(), e);
      }
    }

    private static void awaitReady(Process process) throws IOException {
      Thread limit =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try {
                      Thread.sleep(START_WITHIN);
                      process.destroyForcibly();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
      try (var out = process.inputReader(StandardCharsets.UTF_8)) {
        if (!READY.equals(out.readLine())) {
          process.destroyForcibly();
          throw new AgentException("the watchdog did not start; nothing was loaded");
        }
      } finally {
        limit.interrupt();
      }
    }

    @Override
    public void stop(long pid) {
      // Only a process that is a watchdog of ours: the number may have been given to another.
      ProcessHandle.of(pid)
          .filter(p -> commandLine(p).contains(Watchdog.class.getName()))
          .ifPresent(ProcessHandle::destroy);
    }

    private static String commandLine(ProcessHandle process) {
      try {
        return java.nio.file.Files.readString(
            Path.of("/proc", Long.toString(process.pid()), "cmdline"));
      } catch (IOException e) {
        return "";
      }
    }
  }

  /**
   * The watchdog process.
   *
   * @param args the store's folder, the generation's number, the deadline in epoch milliseconds,
   *     and the network namespace's name if not the current one
   */
  public static void main(String[] args) throws Exception {
    Session.detach();
    GenerationStore store = new GenerationStore(Path.of(args[0]));
    int generation = Integer.parseInt(args[1]);
    Instant deadline = Instant.ofEpochMilli(Long.parseLong(args[2]));
    try (NetworkNamespace namespace =
        args.length > 3 ? NetworkNamespace.named(args[3]) : NetworkNamespace.current()) {
      Agent agent = new Agent(store, namespace, new Processes(Optional.empty()), Clock.systemUTC());
      System.out.println(READY);
      System.out.close();
      while (waiting(store, generation)) {
        if (!Instant.now().isBefore(deadline)) {
          revert(store, agent, generation);
        }
        Thread.sleep(LOOK_EVERY);
      }
    }
  }

  private static boolean waiting(GenerationStore store, int generation) {
    return store.state().pending().filter(p -> p.number() == generation).isPresent();
  }

  /** An applier that hangs while it holds the store must not keep the operator locked out. */
  private static void revert(GenerationStore store, Agent agent, int generation) {
    store.lockedAtMost(
        LOCK_WITHIN,
        () -> {
          if (waiting(store, generation)) {
            agent.revert(store.state().confirmed());
          }
          return null;
        });
  }
}
