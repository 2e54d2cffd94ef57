package io.ringfence.conformance.throughput;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.BenchOutput;
import io.ringfence.conformance.PairedRuns;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/gateway}. */
@Command(
    name = "gateway",
    sortOptions = false,
    description = {
      "Measures the CPU that a request takes at the gateway beside HAProxy, nginx and Envoy.",
      "",
      "Clients keep their connections (TLS 1.3, a certificate each) and search with 1 KiB; a"
          + " stand-in of the database answers with ten points, about 4 KiB. Counted is the CPU of"
          + " all threads of the proxy, user and system, in interleaved pairs of runs. With `jwt` a"
          + " client shows a token too (RS256, 2048 bits), a new one every 100 requests; HAProxy"
          + " and Envoy verify it, Envoy's RBAC asks for its claims; nginx knows no tokens and is"
          + " left out. The gateway always classifies, authorizes, scopes, encodes anew, checks the"
          + " answer and audits durably; `wire` shows what of it is TLS, HTTP and the connections"
          + " to the database, in a process that the tests have and nothing that is shipped can be."
    },
    footer = {"", "Exit codes: 0 done, 1 a contender failed, 2 wrong usage."})
final class GatewayCommand implements Callable<Integer> {
  private static final int PAIRS_MIN = 10;

  /** What clients show. */
  enum Shown {
    mtls,
    jwt,
    wire
  }

  @Option(
      names = "--show",
      paramLabel = "WHAT",
      split = ",",
      description =
          "What clients show, mtls or jwt; wire is as mtls, with the gateway's wire alone"
              + " (${DEFAULT-VALUE}).")
  private List<Shown> shown = List.of(Shown.mtls, Shown.jwt, Shown.wire);

  @Option(
      names = "--peers",
      paramLabel = "NAME",
      split = ",",
      description = "Which of haproxy, nginx, envoy (${DEFAULT-VALUE}).")
  private List<String> peers = List.of("haproxy", "nginx", "envoy");

  @Option(
      names = "--own",
      paramLabel = "NAME",
      description =
          "What is compared with them: ringfence, or a peer, to see the noise (${DEFAULT-VALUE}).")
  private String own = "ringfence";

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "Clients at once (${DEFAULT-VALUE}).")
  private int connections = 64;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description = "Pairs of runs for each peer, at least 10 (${DEFAULT-VALUE}).")
  private int pairs = PAIRS_MIN;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long each run lasts (${DEFAULT-VALUE}).")
  private int seconds = 3;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      description = {
        "How long each is under load before it counts (${DEFAULT-VALUE}). The Java compiler works"
            + " through the first 20 to 30 s of it; in a shorter time it is what is measured."
      })
  private int warmUp = 40;

  @Option(
      names = "--threads",
      description =
          "Also shows what each thread had of the processors at half of the peer's load, and how"
              + " long it waited for one.")
  private boolean threads;

  private final Searches searches = new ChromaSearches();

  @Mixin private BenchOutput output;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new GatewayCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    if (pairs < PAIRS_MIN || connections < 1 || seconds < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--pairs is at least " + PAIRS_MIN + ", --connections and --seconds at least 1");
    }
    Path folder = Files.createTempDirectory("ringfence-bench");
    List<GatewayBench.Comparison> done = new ArrayList<>();
    var settings =
        new GatewayBench.Settings(
            connections, pairs, Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds));
    try (GatewayBench bench = new GatewayBench(Site.in(folder), searches, settings)) {
      for (Shown what : shown) {
        for (String peer : peers) {
          if (what == Shown.jwt && peer.equals("nginx")) {
            continue;
          }
          Contender ours = what == Shown.wire ? new RingfenceWire() : contender(own);
          System.err.println(what + ": " + ours.name() + " beside " + peer);
          done.add(bench.compare(contender(peer), ours, demand(what)));
        }
      }
    } finally {
      remove(folder);
    }
    switch (output.format()) {
      case table -> {
        print(done, System.out);
        if (threads) {
          done.forEach(c -> printThreads(c, System.out));
        }
      }
      case json -> System.out.println(json(done).toPrettyString());
    }
    return 0;
  }

  private static Contender.Demand demand(Shown what) {
    return switch (what) {
      case mtls, wire -> Contender.Demand.MTLS;
      case jwt -> Contender.Demand.MTLS_AND_JWT;
    };
  }

  private Contender contender(String name) {
    return switch (name) {
      case "haproxy" -> new Haproxy(program(name));
      case "nginx" -> new Nginx(program(name));
      case "envoy" -> new Envoy(program(name));
      case "ringfence" -> new RingfenceGateway(searches);
      default ->
          throw new CommandLine.ParameterException(
              spec.commandLine(), "`" + name + "` is not ringfence, haproxy, nginx or envoy");
    };
  }

  private String program(String name) {
    return Stream.concat(
            Stream.of(".ringfence/peers", "/usr/sbin", "/usr/local/sbin"),
            Stream.of(System.getenv("PATH").split(":", -1)))
        .map(folder -> Path.of(folder, name).toAbsolutePath())
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new CommandLine.ParameterException(
                    spec.commandLine(), name + " is missing; scripts/bench-peers fetches it"))
        .toString();
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void print(List<GatewayBench.Comparison> done, PrintStream out) {
    out.printf(
        "%n%-6s %-8s %-10s %8s %8s %7s %16s %10s %10s %9s %9s %9s%n",
        "show",
        "peer",
        "own",
        "peer,us",
        "own,us",
        "ratio",
        "interval",
        "peer/s",
        "own/s",
        "peer p99",
        "own p99",
        "more");
    for (GatewayBench.Comparison c : done) {
      out.printf(
          Locale.ROOT,
          "%-6s %-8s %-10s %8.1f %8.1f %7.2f %16s %,10.0f %,10.0f %9s %9s %9s%n",
          c.demand() == Contender.Demand.MTLS ? "mtls" : "jwt",
          c.peer(),
          c.own(),
          PairedRuns.median(c.micros().ones()),
          PairedRuns.median(c.micros().others()),
          c.micros().ratio(),
          String.format(Locale.ROOT, "%.2f to %.2f", c.micros().low(), c.micros().high()),
          PairedRuns.median(c.perSecond().ones()),
          PairedRuns.median(c.perSecond().others()),
          millis(PairedRuns.median(c.latencies().most().ones())),
          millis(PairedRuns.median(c.latencies().most().others())),
          millis(c.latencies().most().difference()));
    }
  }

  private void printThreads(GatewayBench.Comparison comparison, PrintStream out) {
    double span = (double) pairs * seconds;
    out.printf(
        Locale.ROOT,
        "%n%s beside %s at %,.0f requests/s%n%-24s %-16s %10s %11s %9s %9s%n",
        comparison.own(),
        comparison.peer(),
        comparison.latencies().perSecond(),
        "side",
        "thread",
        "ran, ms/s",
        "waits, ms/s",
        "turns/s",
        "wait, us");
    for (GatewayBench.Waits waits : comparison.waits()) {
      for (ThreadWaits.Counts thread : waits.threads()) {
        out.printf(
            Locale.ROOT,
            "%-24s %-16s %10.1f %11.1f %,9.0f %9.1f%n",
            waits.side(),
            thread.name(),
            thread.ran() / 1e6 / span,
            thread.waited() / 1e6 / span,
            thread.turns() / span,
            thread.waited() / 1e3 / Math.max(1, thread.turns()));
      }
    }
  }

  private static String millis(double latency) {
    return String.format(Locale.ROOT, "%.2f ms", latency);
  }

  private ObjectNode json(List<GatewayBench.Comparison> done) {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("connections", connections).put("pairs", pairs).put("seconds", seconds);
    ArrayNode rows = out.putArray("comparisons");
    for (GatewayBench.Comparison c : done) {
      ObjectNode row = rows.addObject();
      row.put("show", c.demand() == Contender.Demand.MTLS ? "mtls" : "jwt")
          .put("peer", c.peer())
          .put("own", c.own())
          .put("ratio", c.micros().ratio())
          .put("low", c.micros().low())
          .put("high", c.micros().high())
          .put("pacedPerSecond", c.latencies().perSecond())
          .put("p99MoreMillis", c.latencies().most().difference());
      c.latencies().half().ones().forEach(row.withArray("/peerP50Millis")::add);
      c.latencies().half().others().forEach(row.withArray("/ownP50Millis")::add);
      c.latencies().most().ones().forEach(row.withArray("/peerP99Millis")::add);
      c.latencies().most().others().forEach(row.withArray("/ownP99Millis")::add);
      c.micros().ones().forEach(row.withArray("/peerMicros")::add);
      c.micros().others().forEach(row.withArray("/ownMicros")::add);
      c.perSecond().ones().forEach(row.withArray("/peerPerSecond")::add);
      c.perSecond().others().forEach(row.withArray("/ownPerSecond")::add);
    }
    return out;
  }
}
