package io.ringfence.conformance.differential;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.BenchOutput;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/differential}. */
@Command(
    name = "differential",
    sortOptions = false,
    description = {
      "Compares the kernel with the model, packet by packet.",
      "",
      "Random blueprints are rendered for one of their hosts and one of their routers, loaded into"
          + " fresh network namespaces, and raw packets are injected and observed. Each must pass"
          + " or be dropped as the reference decision says."
    },
    footer = {"", "Exit codes: 0 no disagreement, 1 some or a failure, 2 wrong usage."})
final class DifferentialCommand implements Callable<Integer> {
  private static final int SHOWN_MAX = 20;

  /** Flows through each imported ruleset. */
  private static final int FLOWS_EACH = 40;

  @Option(names = "--packets", paramLabel = "N", description = "Packets (${DEFAULT-VALUE}).")
  private long packets = 10_000;

  @Option(names = "--blueprints", paramLabel = "M", description = "Blueprints (${DEFAULT-VALUE}).")
  private int blueprints = 50;

  @Option(names = "--seed", paramLabel = "S", description = "Seed (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Threads, each with a machine of its own (one for each processor).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--imported",
      paramLabel = "R",
      description =
          "Instead of blueprints, R random rulesets as people write them: what passes must lie"
              + " between the two bounds of our reading.")
  private int imported;

  @Mixin private BenchOutput output;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new DifferentialCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    return imported > 0 ? bounds() : blueprints();
  }

  private int bounds() throws Exception {
    BoundsDifferential differential = new BoundsDifferential(seed);
    long begin = System.nanoTime();
    differential.run(imported, FLOWS_EACH);
    double seconds = (System.nanoTime() - begin) / 1e9;
    switch (output.format()) {
      case table -> print(differential, seconds, System.out);
      case json -> System.out.println(json(differential, seconds).toPrettyString());
    }
    return differential.disagreements().isEmpty() ? 0 : 1;
  }

  private void print(BoundsDifferential differential, double seconds, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "seed %d: %,d packets, %,d rulesets, %.1f s%n",
        seed,
        differential.packets(),
        differential.rulesets(),
        seconds);
    out.printf("%n%-34s %10s %10s%n", "read as what", "passed", "dropped");
    for (BoundsDifferential.Known known : BoundsDifferential.Known.values()) {
      long passed = differential.count(known, true);
      row(known.text(), passed, differential.count(known, false), out);
    }
    out.printf("%n%-34s %10s %10s%n", "packet", "passed", "dropped");
    differential.sorts().forEach((sort, count) -> row(sort, count[0], count[1], out));
    out.printf("%ndisagreements: %d%n", differential.disagreements().size());
    differential.disagreements().stream().limit(SHOWN_MAX).forEach(d -> out.println("  " + d));
  }

  private ObjectNode json(BoundsDifferential differential, double seconds) {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("seed", seed)
        .put("packets", differential.packets())
        .put("rulesets", differential.rulesets())
        .put("seconds", seconds);
    ObjectNode bounds = out.putObject("bounds");
    for (BoundsDifferential.Known known : BoundsDifferential.Known.values()) {
      bounds
          .putObject(known.text())
          .put("passed", differential.count(known, true))
          .put("dropped", differential.count(known, false));
    }
    ArrayNode disagreements = out.putArray("disagreements");
    differential.disagreements().forEach(disagreements::add);
    return out;
  }

  private int blueprints() throws Exception {
    Differential differential = new Differential(seed);
    long begin = System.nanoTime();
    differential.run(blueprints, packets, threads);
    double seconds = (System.nanoTime() - begin) / 1e9;
    switch (output.format()) {
      case table -> print(differential, seconds, System.out);
      case json -> System.out.println(json(differential, seconds).toPrettyString());
    }
    return differential.disagreements().isEmpty() ? 0 : 1;
  }

  private void print(Differential differential, double seconds, PrintStream out) {
    Tally tally = differential.tally();
    out.printf(
        Locale.ROOT,
        "seed %d: %,d packets of %,d flows, %,d blueprints, %,d machines, %.1f s, %,.0f"
            + " packets/s%n",
        seed,
        tally.packets(),
        differential.flows(),
        differential.blueprints(),
        differential.machines(),
        seconds,
        tally.packets() / seconds);
    out.printf("%n%-34s %10s %10s%n", "packet", "passed", "dropped");
    for (Kind kind : Kind.values()) {
      row(kind.text(), "kind/" + kind.name(), tally, out);
    }
    out.printf("%n%-34s %10s %10s%n", "opening packets by protocol", "passed", "dropped");
    for (String protocol : Tally.PROTOCOLS) {
      row(protocol, "protocol/" + protocol, tally, out);
    }
    out.printf("%n%-34s %10s %10s%n", "all packets by", "passed", "dropped");
    for (String sort : Tally.SORTS) {
      row(sort, sort, tally, out);
    }
    out.printf("%ndisagreements: %d%n", differential.disagreements().size());
    differential.disagreements().stream()
        .limit(SHOWN_MAX)
        .forEach(d -> out.println("  " + d.text()));
  }

  private static void row(String text, String sort, Tally tally, PrintStream out) {
    row(text, tally.passed(sort), tally.dropped(sort), out);
  }

  private static void row(String text, long passed, long dropped, PrintStream out) {
    out.printf(Locale.ROOT, "%-34s %,10d %,10d%n", text, passed, dropped);
  }

  private ObjectNode json(Differential differential, double seconds) {
    Tally tally = differential.tally();
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("seed", seed)
        .put("packets", tally.packets())
        .put("flows", differential.flows())
        .put("blueprints", differential.blueprints())
        .put("machines", differential.machines())
        .put("seconds", seconds);
    ObjectNode sorts = out.putObject("sorts");
    tally
        .sorts()
        .forEach(
            s ->
                sorts.putObject(s).put("passed", tally.passed(s)).put("dropped", tally.dropped(s)));
    ArrayNode disagreements = out.putArray("disagreements");
    differential.disagreements().forEach(d -> disagreements.add(d.text()));
    return out;
  }
}
