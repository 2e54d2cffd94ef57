package io.ringfence.conformance.isolation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.BenchOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/isolation}. */
@Command(
    name = "isolation",
    sortOptions = false,
    description = {
      "Sends one stream of requests (valid, odd and hostile ones) through the gateway's road over a"
          + " database that tenants share, and to a twin that holds one tenant's data alone; their"
          + " answers must be equal, others' data must stay as it was, and 95 % of the valid"
          + " requests must be answered.",
      "",
      "With --guards each guard is taken away in turn, and the run must then fail."
    },
    footer = {
      "",
      "Exit codes: 0 isolated (with --guards: each missing guard was found), 1 not so, 2 wrong"
          + " usage."
    })
final class IsolationCommand implements Callable<Integer> {
  /** What can be tried; {@code qdrant} is the stand-in of the tests. */
  enum Engine {
    chroma,
    postgresql,
    qdrant
  }

  @Option(names = "--engine", description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private Engine engine = Engine.chroma;

  @Option(names = "--requests", paramLabel = "N", description = "How many (${DEFAULT-VALUE}).")
  private long requests = 10_000;

  @Option(names = "--seed", paramLabel = "S", description = "Of the stream (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--stream",
      paramLabel = "N",
      description =
          "How many requests a stream has (${DEFAULT-VALUE}); the next begins with fresh data and"
              + " the next seed. A violation says its seed: --seed with it, and --requests of one"
              + " stream, sends that stream again.")
  private long stream = 10_000;

  @Option(
      names = "--worlds",
      paramLabel = "N",
      description =
          "How many streams are sent side by side, each to databases of its own"
              + " (${DEFAULT-VALUE}).")
  private int worlds = 2;

  @Option(names = "--guards", description = "Take each guard away in turn.")
  private boolean guards;

  @Option(
      names = "--guard",
      paramLabel = "NAME",
      description = "With --guards: take only those away whose names contain this.")
  private String guard = "";

  @Mixin private BenchOutput output;

  private double seconds;

  /** Of this process and of the databases that still run. */
  private double cpuSeconds;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new IsolationCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (requests < 1 || stream < 1 || worlds < 1) {
      System.err.println("--requests, --stream and --worlds are at least 1");
      return 2;
    }
    Path folder = folder();
    List<IsolationStreams.Stream> streams = IsolationStreams.split(requests, seed, stream);
    List<Grounds> grounds = new ArrayList<>();
    try {
      int count = guards ? 1 : Math.min(worlds, streams.size());
      for (int i = 0; i < count; i++) {
        grounds.add(Grounds.of(engine, Files.createDirectories(folder.resolve(String.valueOf(i)))));
      }
      return guards ? withoutEach(grounds.getFirst()) : whole(grounds, streams);
    } finally {
      grounds.forEach(Grounds::close);
      remove(folder);
    }
  }

  /** In memory where there is such a place: what is written need not last, and disks are slow. */
  private static Path folder() throws IOException {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory)
        ? Files.createTempDirectory(memory, "rf-isolation")
        : Files.createTempDirectory("rf-isolation");
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  private int whole(List<Grounds> grounds, List<IsolationStreams.Stream> streams)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    IsolationRun.Report report;
    try (IsolationProgress progress = new IsolationProgress(requests)) {
      report = IsolationStreams.run(grounds, streams, progress);
    }
    seconds = (System.nanoTime() - begun) / 1e9;
    cpuSeconds = IsolationProgress.cpuSeconds();
    switch (output.format()) {
      case table -> print(report);
      case json -> System.out.println(json(report).toPrettyString());
    }
    return report.holds() ? 0 : 1;
  }

  private void print(IsolationRun.Report report) {
    System.out.printf("%-20s %10s %10s%n", "operation", "permitted", "denied");
    report
        .counts()
        .forEach(
            (operation, c) ->
                System.out.printf(
                    Locale.ROOT, "%-20s %,10d %,10d%n", operation, c.permitted, c.denied));
    System.out.printf(
        Locale.ROOT,
        "%nseed %d: %,d requests; of %,d valid ones %.1f %% answered; the twin failed at %,d;"
            + " %,.0f requests/s, %.2f ms of CPU each; %s%n",
        seed,
        report.sent(),
        report.valid(),
        100 * report.answeredShare(),
        report.twinFailed(),
        report.sent() / seconds,
        1e3 * cpuSeconds / report.sent(),
        report.holds() ? "isolated" : report.violations().size() + " violations");
    report.violations().forEach(v -> System.out.println("  " + v));
  }

  private ObjectNode json(IsolationRun.Report report) {
    ObjectNode out =
        new ObjectMapper()
            .createObjectNode()
            .put("engine", engine.name())
            .put("seed", seed)
            .put("requests", report.sent())
            .put("valid", report.valid())
            .put("answered", report.answered())
            .put("twinFailed", report.twinFailed())
            .put("seconds", seconds)
            .put("cpuSeconds", cpuSeconds)
            .put("isolated", report.holds());
    report.violations().forEach(out.putArray("violations")::add);
    ObjectNode counts = out.putObject("operations");
    report
        .counts()
        .forEach(
            (operation, c) ->
                counts.putObject(operation).put("permitted", c.permitted).put("denied", c.denied));
    return out;
  }

  private int withoutEach(Grounds grounds) throws IOException {
    boolean all = true;
    for (String guard : grounds.guards().stream().filter(g -> g.contains(this.guard)).toList()) {
      IsolationRun.Report report;
      try (Subject subject = grounds.without(guard)) {
        report = IsolationRun.of(subject, requests, seed, true);
      }
      all &= !report.holds();
      System.out.printf(
          Locale.ROOT,
          "without %-20s %s%n",
          guard,
          report.holds()
              ? "NOT FOUND in " + report.sent() + " requests"
              : "found after " + report.sent() + ": " + IsolationRun.first(report).orElse(""));
    }
    return all ? 0 : 1;
  }
}
