package io.ringfence.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process that holds a lab's listeners after the command that built it has ended. */
public final class LabDaemon {
  private static final String READY = "ready";
  private static final String LOG = "daemon.log";
  private static final Duration READY_WITHIN = Duration.ofSeconds(30);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private LabDaemon() {}

  /** Started by {@link #start} only: the state directory and the lab's id. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    LabOptions options = new LabOptions(arguments[1]).withStateDirectory(Path.of(arguments[0]));
    try {
      serve(options);
    } catch (LabUnavailable e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void serve(LabOptions options) throws IOException, InterruptedException {
    LabState state =
        LabState.load(options.folder())
            .orElseThrow(() -> new LabUnavailable("there is no lab `" + options.id() + "`"));
    try (Namespaces namespaces = new Namespaces(options.prefix());
        var _ = ListenerLoop.start(state.listeners(), namespaces, new AskedLog(options.folder()))) {
      Files.createFile(options.folder().resolve(READY));
      // Whoever takes the lab down ends this process; one that outlives its lab ends itself.
      while (LabState.load(options.folder()).isPresent()) {
        Thread.sleep(LOOK_EVERY);
      }
    }
  }

  /** Starts the process, and waits until it listens. */
  static ProcessHandle start(LabOptions options) {
    Path log = options.folder().resolve(LOG);
    try {
      Process process =
          new ProcessBuilder(command(options))
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      awaitReady(process, options);
      return process.toHandle();
    } catch (IOException e) {
      throw new LabUnavailable("cannot start the lab's background process", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabUnavailable("interrupted", e);
    }
  }

  private static List<String> command(LabOptions options) {
    List<String> out = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      out.add("/usr/bin/setsid"); // a closed terminal must not end it
    }
    out.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "-Xlog:disable",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            LabDaemon.class.getName(),
            options.stateDirectory().toAbsolutePath().toString(),
            options.id()));
    return out;
  }

  private static void awaitReady(Process process, LabOptions options)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (!Files.exists(options.folder().resolve(READY))) {
      boolean ended = process.waitFor(20, TimeUnit.MILLISECONDS);
      if (ended || System.nanoTime() > deadline) {
        process.destroyForcibly();
        String last =
            Files.readAllLines(options.folder().resolve(LOG)).stream()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("it was not ready in time");
        throw new LabUnavailable("the lab's background process failed: " + last);
      }
    }
  }
}
