package io.ringfence.conformance.isolation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.BenchOutput;
import io.ringfence.conformance.gateway.RealChroma;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
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
  /** What can be tried so far. */
  enum Engine {
    chroma
  }

  @Option(names = "--engine", description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private Engine engine = Engine.chroma;

  @Option(names = "--requests", paramLabel = "N", description = "How many (${DEFAULT-VALUE}).")
  private long requests = 10_000;

  @Option(names = "--seed", paramLabel = "S", description = "Of the stream (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(names = "--guards", description = "Take each guard away in turn.")
  private boolean guards;

  @Mixin private BenchOutput output;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new IsolationCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("rf-isolation");
    try (Servers servers = Servers.start(folder)) {
      return guards ? withoutEach(servers) : whole(servers);
    }
  }

  /** The shared database and the twins. */
  record Servers(List<RealChroma> all) implements AutoCloseable {
    static Servers start(Path folder) throws IOException, InterruptedException {
      List<RealChroma> out = new ArrayList<>();
      try {
        for (String name : List.of("shared", "names", "rows")) {
          out.add(RealChroma.start(Files.createDirectories(folder.resolve(name).resolve("data"))));
        }
        return new Servers(out);
      } catch (IOException | InterruptedException | RuntimeException e) {
        out.forEach(RealChroma::close);
        throw e;
      }
    }

    ChromaSubject subject(ChromaSubject.Without without) throws IOException {
      List<ChromaServerClient> clients =
          all.stream().map(s -> new ChromaServerClient(s.socket())).toList();
      return new ChromaSubject(clients.get(0), clients.get(1), clients.get(2), without);
    }

    @Override
    public void close() {
      all.forEach(RealChroma::close);
    }
  }

  private int whole(Servers servers) throws IOException {
    IsolationRun.Report report =
        IsolationRun.of(servers.subject(ChromaSubject.Without.NOTHING), requests, seed, false);
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
        "%nseed %d: %,d requests; of %,d valid ones %.1f %% answered; the twin failed at %,d; %s%n",
        seed,
        report.sent(),
        report.valid(),
        100 * report.answeredShare(),
        report.twinFailed(),
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

  private int withoutEach(Servers servers) throws IOException {
    boolean all = true;
    for (ChromaSubject.Without without : ChromaSubject.Without.each()) {
      IsolationRun.Report report = IsolationRun.of(servers.subject(without), requests, seed, true);
      all &= !report.holds();
      System.out.printf(
          Locale.ROOT,
          "without %-20s %s%n",
          without.text(),
          report.holds()
              ? "NOT FOUND in " + report.sent() + " requests"
              : "found after " + report.sent() + ": " + IsolationRun.first(report).orElse(""));
    }
    return all ? 0 : 1;
  }
}
