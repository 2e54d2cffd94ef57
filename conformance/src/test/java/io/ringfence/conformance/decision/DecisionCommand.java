package io.ringfence.conformance.decision;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.BenchOutput;
import io.ringfence.conformance.PairedRuns;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/decision}. */
@Command(
    name = "decision",
    sortOptions = false,
    description = {
      "Measures decisions on operations beside Cedar and jCasbin, on the same grants.",
      "",
      "Each engine gets the grants in its own words, made ready ahead, and requests that are parsed"
          + " already: half are denied, none is repeated, and all engines must answer alike. Runs"
          + " are interleaved in pairs; counted is the CPU of the process, collection included."
          + " With --equality the compiled policy is compared with the reference meaning instead,"
          + " on random blueprints and requests."
    },
    footer = {"", "Exit codes: 0 done and all answers equal, 1 not, 2 wrong usage."})
final class DecisionCommand implements Callable<Integer> {
  private static final int OWN_COUNT = 200_000;
  private static final int PAIRS_MIN = 10;
  private static final long PROGRESS_EACH = 100_000;

  @Option(
      names = "--grants",
      paramLabel = "N",
      split = ",",
      description = "Sizes of the estates (${DEFAULT-VALUE}).")
  private List<Integer> grants = List.of(10, 100, 10_000);

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description = "Pairs of runs for each peer, at least 10 (${DEFAULT-VALUE}).")
  private int pairs = PAIRS_MIN;

  @Option(
      names = "--millis",
      paramLabel = "MS",
      description = "About how long each run of a peer lasts (${DEFAULT-VALUE}).")
  private long millis = 300;

  @Option(
      names = "--equality",
      paramLabel = "N",
      description = "Compare N requests with the reference, and measure nothing.")
  private long equality;

  @Option(names = "--seed", paramLabel = "S", description = "Seed (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Mixin private BenchOutput output;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private final List<DecisionBench.Alone> alone = new ArrayList<>();
  private final List<Comparison> comparisons = new ArrayList<>();

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new DecisionCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    if (pairs < PAIRS_MIN || grants.stream().anyMatch(n -> n < 1)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--pairs is at least " + PAIRS_MIN + " and --grants at least 1");
    }
    return equality > 0 ? compareWithReference() : measure();
  }

  private int compareWithReference() {
    Equality run = new Equality(seed);
    long[] said = {0};
    Optional<String> difference =
        run.run(
            equality,
            done -> {
              if (done - said[0] >= PROGRESS_EACH) {
                said[0] = done;
                System.err.printf(Locale.ROOT, "%,d of %,d requests%n", done, equality);
              }
            });
    switch (output.format()) {
      case table ->
          System.out.printf(
              Locale.ROOT,
              "seed %d: %,d requests on %,d blueprints, %,d permitted: %s%n",
              seed,
              run.requests(),
              run.blueprints(),
              run.permitted(),
              difference.map(d -> "DIFFERENT: " + d).orElse("all as the reference decides"));
      case json -> System.out.println(json(run, difference).toPrettyString());
    }
    return difference.isEmpty() ? 0 : 1;
  }

  private ObjectNode json(Equality run, Optional<String> difference) {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("seed", seed)
        .put("requests", run.requests())
        .put("blueprints", run.blueprints())
        .put("permitted", run.permitted())
        .put("equal", difference.isEmpty());
    difference.ifPresent(d -> out.put("difference", d));
    return out;
  }

  private int measure() throws Exception {
    for (int size : grants) {
      DecisionBench bench = new DecisionBench(size, seed, OWN_COUNT, millis * 1_000_000);
      System.err.printf(Locale.ROOT, "%,d grants: ringfence%n", size);
      alone.add(bench.alone(pairs));
      compare(bench, new CedarContender(bench.estate()));
      compare(bench, new CasbinContender(bench.estate(), false));
      compare(bench, new CasbinContender(bench.estate(), true));
    }
    switch (output.format()) {
      case table -> print(System.out);
      case json -> System.out.println(json().toPrettyString());
    }
    return 0;
  }

  private void compare(DecisionBench bench, Contender<?> peer) throws Exception {
    System.err.printf(Locale.ROOT, "%,d grants: %s%n", bench.estate().grants(), peer.name());
    comparisons.add(bench.compare(peer, pairs));
  }

  private void print(PrintStream out) {
    out.printf(
        "%n%8s %16s %14s %14s %10s%n",
        "grants", "decisions/s", "ns/decision", "bytes", "permitted");
    for (DecisionBench.Alone a : alone) {
      out.printf(
          Locale.ROOT,
          "%,8d %,16.0f %14.0f %14.0f %9.1f%%%n",
          a.grants(),
          a.perSecond(),
          PairedRuns.median(a.nanos()),
          a.bytes(),
          100 * a.permitted());
    }
    out.printf(
        "%n%8s %-16s %14s %14s %10s %22s %10s%n",
        "grants", "peer", "ours, ns", "peer, ns", "ratio", "interval", "agreed on");
    for (Comparison c : comparisons) {
      out.printf(
          Locale.ROOT,
          "%,8d %-16s %,14.0f %,14.0f %,10.0f %22s %,10d%n",
          c.grants(),
          c.peer(),
          PairedRuns.median(c.nanos().ones()),
          PairedRuns.median(c.nanos().others()),
          c.nanos().ratio(),
          String.format(Locale.ROOT, "%,.0f to %,.0f", c.nanos().low(), c.nanos().high()),
          c.agreed());
    }
  }

  private ObjectNode json() {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("seed", seed).put("pairs", pairs);
    ArrayNode ours = out.putArray("ringfence");
    for (DecisionBench.Alone a : alone) {
      ObjectNode row = ours.addObject();
      row.put("grants", a.grants()).put("perSecond", a.perSecond()).put("bytes", a.bytes());
      a.nanos().forEach(row.withArray("/nanos")::add);
    }
    ArrayNode peers = out.putArray("peers");
    for (Comparison c : comparisons) {
      ObjectNode row = peers.addObject();
      row.put("grants", c.grants())
          .put("peer", c.peer())
          .put("ratio", c.nanos().ratio())
          .put("low", c.nanos().low())
          .put("high", c.nanos().high())
          .put("agreed", c.agreed());
      c.nanos().ones().forEach(row.withArray("/ownNanos")::add);
      c.nanos().others().forEach(row.withArray("/peerNanos")::add);
    }
    return out;
  }
}
