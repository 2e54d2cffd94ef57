package io.ringfence.conformance.packets;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.BenchOutput;
import io.ringfence.conformance.packets.SizedPolicy.Ends;
import io.ringfence.conformance.packets.Variant.Writing;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/packets}. */
@Command(
    name = "packets",
    sortOptions = false,
    description = {
      "Measures what a new connection costs in the kernel, by how many access rules there are.",
      "",
      "Seeded policies are rendered for their router, loaded into network namespaces side by side"
          + " and read back. Then connections are opened through each in turn, over and over: each"
          + " by a rule, addresses and ports drawn at random, so that as little of the ruleset is"
          + " in the processor's caches as traffic of many parties would find there. Conntrack is"
          + " emptied in between. CPU is that of the thread that injects the packets, since the"
          + " kernel carries a packet within the call. Beside it the same policy as rules one by"
          + " one. Needs root."
    },
    footer = {"", "Exit codes: 0 read back and within the bars, 1 not so, 2 wrong usage."})
final class PacketsCommand implements Callable<Integer> {
  static final double ADDRESSES_RATIO_MAX = 1.1;
  static final double RANGES_RATIO_MAX = 1.25;

  /** Far fewer than would need more workloads than a segment of {@link SizedPolicy} has. */
  static final int RULES_MAX = 1_000_000;

  /** One rule after the other, an eighth of them are opened. */
  static final int CONNECTIONS_MIN = 8;

  @Option(
      names = "--rules",
      split = ",",
      paramLabel = "N",
      description = "Numbers of access rules (${DEFAULT-VALUE}); ratios are to the first.")
  private List<Integer> sizes = List.of(10, 1_000, 10_000, 100_000);

  @Option(
      names = "--linear-max",
      paramLabel = "N",
      description = "The most rules that are also tried one by one (${DEFAULT-VALUE}).")
  private int linearMax = 10_000;

  @Option(
      names = "--floor",
      description = "Try each also without its counters: what the look-ups cost by themselves.")
  private boolean floor;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description =
          "Connections of a repetition, at most 32768; an eighth where rules are one by one"
              + " (${DEFAULT-VALUE}).")
  private int connections = 16_384;

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      description = "Repetitions, of which the medians are shown (${DEFAULT-VALUE}).")
  private int repetitions = 11;

  @Option(names = "--seed", paramLabel = "S", description = "Seed (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--no-read-back",
      description = "Do not read the rulesets back from the kernel's listing.")
  private boolean unread;

  @Option(
      names = "--ends",
      split = ",",
      paramLabel = "ENDS",
      description = "What the rules' ends are (${DEFAULT-VALUE}).")
  private List<Ends> kinds = List.of(Ends.values());

  @Mixin private BenchOutput output;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new PacketsCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    requireSense();
    List<Variant> variants = new ArrayList<>();
    try {
      for (Ends ends : kinds) {
        for (int size : sizes) {
          load(ends, size, variants);
        }
      }
      measure(variants, repetitions, seed);
      switch (output.format()) {
        case table -> print(variants, System.out);
        case json -> System.out.println(json(variants).toPrettyString());
      }
      boolean proved = variants.stream().allMatch(v -> v.preparation().unproved().isEmpty());
      return proved && variants.stream().allMatch(v -> withinBar(v, variants)) ? 0 : 1;
    } finally {
      for (Variant variant : variants) {
        variant.close();
      }
    }
  }

  private void requireSense() {
    complaint(sizes, repetitions, connections)
        .ifPresent(
            c -> {
              throw new CommandLine.ParameterException(spec.commandLine(), c);
            });
  }

  /** What is wrong with the numbers asked for, if anything. */
  static Optional<String> complaint(List<Integer> sizes, int repetitions, int connections) {
    if (!sizes.stream().allMatch(n -> n >= 1 && n <= RULES_MAX)) {
      return Optional.of("--rules takes numbers from 1 to " + RULES_MAX);
    } else if (repetitions < 1) {
      return Optional.of("--repetitions takes a number from 1");
    } else if (connections < CONNECTIONS_MIN || connections > LoadedRouter.CLIENT_PORTS) {
      return Optional.of(
          "--connections takes a number from %d to %d"
              .formatted(CONNECTIONS_MIN, LoadedRouter.CLIENT_PORTS));
    }
    return Optional.empty();
  }

  private void load(Ends ends, int size, List<Variant> out) throws Exception {
    System.err.printf(Locale.ROOT, "packets: loading %,d rules between %s%n", size, ends.text());
    SizedPolicy policy = new SizedPolicy(ends, size, seed);
    Variant rendered = Variant.load(Writing.RENDERED, policy, size, connections, !unread);
    out.add(rendered);
    rendered
        .preparation()
        .unproved()
        .ifPresent(why -> System.err.println("packets: could not be read back: " + why));
    if (floor) {
      out.add(Variant.load(Writing.UNCOUNTED, policy, size, connections, false));
    }
    if (size <= linearMax) {
      out.add(Variant.load(Writing.LINEAR, policy, size, connections / 8, false));
    }
  }

  /** All once to warm up, then each in turn, over and over. */
  static void measure(List<Variant> variants, int repetitions, long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = -1; i < repetitions; i++) {
      for (Variant variant : variants) {
        variant.measure(random, i >= 0);
      }
    }
  }

  static Variant first(Variant of, List<Variant> variants) {
    return variants.stream()
        .filter(v -> v.ends() == of.ends() && v.writing() == of.writing())
        .findFirst()
        .orElseThrow();
  }

  private static boolean withinBar(Variant variant, List<Variant> variants) {
    return variant.writing() != Writing.RENDERED
        || variant.ratioTo(first(variant, variants)) <= ratioMax(variant.ends());
  }

  private static double ratioMax(Ends ends) {
    return switch (ends) {
      case ADDRESSES -> ADDRESSES_RATIO_MAX;
      case RANGES -> RANGES_RATIO_MAX;
    };
  }

  private static String seconds(double seconds) {
    return Double.isNaN(seconds) ? "-" : String.format(Locale.ROOT, "%.2f", seconds);
  }

  private void print(List<Variant> variants, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%-20s %-9s %8s %9s %6s %13s %9s %7s %9s%n",
        "ends",
        "written",
        "rules",
        "CPU ns",
        "ratio",
        "connections/s",
        "render s",
        "load s",
        "read s");
    for (Variant variant : variants) {
      out.printf(
          Locale.ROOT,
          "%-20s %-9s %,8d %,9.0f %6.2f %,13.0f %9s %7s %9s%n",
          variant.ends().text(),
          variant.writing().text(),
          variant.ruleCount(),
          variant.cpuNanos(),
          variant.ratioTo(first(variant, variants)),
          variant.connectionsPerSecond(),
          seconds(variant.preparation().renderSeconds()),
          seconds(variant.preparation().loadSeconds()),
          seconds(variant.preparation().readBackSeconds()));
    }
    for (Ends ends : kinds) {
      out.printf(
          Locale.ROOT, "at most %.2f of the first row between %s%n", ratioMax(ends), ends.text());
    }
  }

  private ObjectNode json(List<Variant> variants) {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("seed", seed).put("connections", connections).put("repetitions", repetitions);
    ArrayNode rows = out.putArray("rows");
    for (Variant variant : variants) {
      ObjectNode row =
          rows.addObject()
              .put("ends", variant.ends().name().toLowerCase(Locale.ROOT))
              .put("written", variant.writing().name().toLowerCase(Locale.ROOT))
              .put("rules", variant.ruleCount())
              .put("cpuNanosPerConnection", variant.cpuNanos())
              .put("ratio", variant.ratioTo(first(variant, variants)))
              .put("connectionsPerSecond", variant.connectionsPerSecond())
              .put("renderSeconds", variant.preparation().renderSeconds())
              .put("loadSeconds", variant.preparation().loadSeconds());
      variant.preparation().unproved().ifPresent(why -> row.put("notReadBack", why));
      if (!Double.isNaN(variant.preparation().readBackSeconds())) {
        row.put("readBackSeconds", variant.preparation().readBackSeconds());
      }
    }
    return out;
  }
}
