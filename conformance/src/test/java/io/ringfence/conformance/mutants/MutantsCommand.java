package io.ringfence.conformance.mutants;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.BenchOutput;
import io.ringfence.conformance.mutants.Mutants.Fate;
import io.ringfence.conformance.mutants.Mutants.Judged;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/mutants}. */
@Command(
    name = "mutants",
    sortOptions = false,
    description = {
      "Breaks rendered rulesets on purpose and sees whether read-back notices.",
      "",
      "What read-back says of each mutant that it kills is acted out by the kernel, in a network"
          + " namespace; each that it takes for equal is put to the solver Z3."
    },
    footer = {
      "",
      "Exit codes: 0 every mutant that changes the set was killed, 1 one survived or a failure,"
          + " 2 wrong usage."
    })
final class MutantsCommand implements Callable<Integer> {
  @Option(names = "--count", paramLabel = "N", description = "Mutants (${DEFAULT-VALUE}).")
  private int count = 1_000;

  @Option(names = "--seed", paramLabel = "S", description = "Seed (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Mixin private BenchOutput output;

  @Option(names = "--list", description = "In the table, every mutant in a line of its own too.")
  private boolean list;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MutantsCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Z3 solver = Z3.installed().orElse(null);
    if (solver == null) {
      System.err.println(
          "mutants: `" + Z3.LIBRARY + "` is missing: install Z3 (on Debian the package `libz3-4`)");
      return 1;
    }
    Mutants mutants = new Mutants(seed, solver);
    long begin = System.nanoTime();
    mutants.run(count, this::show);
    double seconds = (System.nanoTime() - begin) / 1e9;
    switch (output.format()) {
      case table -> print(mutants, seconds, System.out);
      case json -> System.out.println(json(mutants, seconds).toPrettyString());
    }
    return mutants.judged().stream().anyMatch(j -> j.fate().isFailure()) ? 1 : 0;
  }

  private void show(Judged one) {
    if (list && output.format() == BenchOutput.Format.table) {
      System.out.println(one.text().replace('\n', ' '));
    }
  }

  private void print(Mutants mutants, double seconds, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "seed %d: %,d mutants of %,d rulesets, %.1f s%n",
        seed,
        mutants.judged().size(),
        mutants.rulesets(),
        seconds);
    out.printf("%n%-58s %7s %7s %7s%n", "mutants", "killed", "equal", "failed");
    for (MutationKind kind : MutationKind.values()) {
      row(kind.text(), mutants, j -> j.mutant().kind() == kind, out);
    }
    row("all", mutants, j -> true, out);
    out.printf("%n%-50s %7s%n", "what became of them", "mutants");
    for (Fate fate : Fate.values()) {
      out.printf(Locale.ROOT, "%-50s %,7d%n", fate.text(), mutants.count(fate));
    }
    out.printf("%n%-50s %7s%n", "what the kernel says of read-back's witnesses", "claims");
    for (WitnessReplay.Answer answer : WitnessReplay.Answer.values()) {
      out.printf(Locale.ROOT, "%-50s %,7d%n", answer.text(), claims(mutants, answer));
    }
    mutants.judged().stream()
        .filter(j -> j.fate().isFailure())
        .forEach(j -> out.println("failed: " + j.text()));
  }

  private static void row(String text, Mutants mutants, Predicate<Judged> which, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%-58s %,7d %,7d %,7d%n",
        text,
        mutants.judged().stream().filter(which).filter(j -> j.fate().isKill()).count(),
        mutants.judged().stream().filter(which).filter(j -> j.fate().isEqual()).count(),
        mutants.judged().stream().filter(which).filter(j -> j.fate().isFailure()).count());
  }

  private static int claims(Mutants mutants, WitnessReplay.Answer answer) {
    return mutants.judged().stream().mapToInt(j -> j.claims().getOrDefault(answer, 0)).sum();
  }

  private ObjectNode json(Mutants mutants, double seconds) {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("seed", seed)
        .put("mutants", mutants.judged().size())
        .put("rulesets", mutants.rulesets())
        .put("seconds", seconds);
    ObjectNode fates = out.putObject("fates");
    for (Fate fate : Fate.values()) {
      fates.put(fate.name(), mutants.count(fate));
    }
    ObjectNode claims = out.putObject("claims");
    for (WitnessReplay.Answer answer : WitnessReplay.Answer.values()) {
      claims.put(answer.name(), claims(mutants, answer));
    }
    ArrayNode all = out.putArray("all");
    mutants
        .judged()
        .forEach(
            j ->
                all.addObject()
                    .put("kind", j.mutant().kind().name())
                    .put("site", j.site())
                    .put("change", j.mutant().change())
                    .put("fate", j.fate().name())
                    .put("why", j.why()));
    return out;
  }
}
