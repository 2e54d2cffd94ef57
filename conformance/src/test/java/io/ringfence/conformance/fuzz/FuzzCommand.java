package io.ringfence.conformance.fuzz;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.BenchOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/fuzz}. */
@Command(
    name = "fuzz",
    sortOptions = false,
    description =
        "Fuzzes what reads text or bytes of others, with Jazzer: no crash, no hang, bounded"
            + " memory.",
    footer = {
      "",
      "An input that breaks something is left in --findings; put it under"
          + " conformance/src/test/resources/fuzz/TARGET/, where `mvn verify` replays it.",
      "Exit codes: 0 nothing found, 1 something found, 2 wrong usage."
    })
final class FuzzCommand implements Callable<Integer> {
  /** The targets' names, for help. */
  static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Names() {
      super(Arrays.stream(FuzzTarget.values()).map(FuzzTarget::text).toList());
    }
  }

  @Option(
      names = "--target",
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "One of ${COMPLETION-CANDIDATES}; may be repeated (all of them).")
  private List<String> targets = List.copyOf(new Names());

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "For each target (${DEFAULT-VALUE}).")
  private int seconds = 60;

  @Option(names = "--seed", paramLabel = "S", description = "Seed (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--corpus",
      paramLabel = "DIR",
      description = "Where to begin from and what to add to (a new folder, not kept).")
  private Path corpus;

  @Option(
      names = "--findings",
      paramLabel = "DIR",
      description = "Where inputs that break something go (${DEFAULT-VALUE}).")
  private Path findings = Path.of("fuzz-findings");

  @Mixin private BenchOutput output;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new FuzzCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    ArrayNode rows = new ObjectMapper().createArrayNode();
    boolean clean = true;
    if (output.format() == BenchOutput.Format.table) {
      System.out.printf(
          Locale.ROOT, "%-14s %14s %12s  %s%n", "target", "inputs", "per second", "found");
    }
    for (String name : targets) {
      FuzzRun.Outcome outcome = run(FuzzTarget.named(name));
      clean &= outcome.clean();
      show(name, outcome, rows);
    }
    if (output.format() == BenchOutput.Format.json) {
      System.out.println(rows.toPrettyString());
    }
    return clean ? 0 : 1;
  }

  private FuzzRun.Outcome run(FuzzTarget target) throws Exception {
    Path from = corpus == null ? Files.createTempDirectory("fuzz-") : corpus;
    return new FuzzRun(
            target,
            FuzzEntry.class,
            Duration.ofSeconds(seconds),
            seed,
            from.resolve(target.text()),
            findings.toAbsolutePath().resolve(target.text()))
        .run();
  }

  private void show(String name, FuzzRun.Outcome outcome, ArrayNode rows) {
    switch (output.format()) {
      case table -> {
        String found =
            outcome.clean()
                ? "nothing"
                : outcome.found().isEmpty() ? "it ended badly" : outcome.found().toString();
        System.out.printf(
            Locale.ROOT,
            "%-14s %,14d %,12d  %s%n",
            name,
            outcome.executed(),
            outcome.executed() / Math.max(1, seconds),
            found);
        if (!outcome.clean()) {
          System.out.println(outcome.log());
        }
      }
      case json -> {
        ObjectNode row = rows.addObject();
        row.put("target", name).put("inputs", outcome.executed()).put("clean", outcome.clean());
        outcome.found().forEach(f -> row.withArray("found").add(f.toString()));
      }
    }
  }
}
