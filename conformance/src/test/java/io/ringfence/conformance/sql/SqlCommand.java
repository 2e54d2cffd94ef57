package io.ringfence.conformance.sql;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.BenchOutput;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/sql}. */
@Command(
    name = "sql",
    sortOptions = false,
    description = {
      "Compares the gateway's reading of SQL with PostgreSQL's own grammar (npm libpg-query).",
      "",
      "Statements are written by chance, half of them broken. What the gateway takes must be taken"
          + " by PostgreSQL as the same statements on the same tables with the same functions, and"
          + " what the gateway prints of it must have the same tree there."
    },
    footer = {"", "Exit codes: 0 no difference, 1 some, 2 wrong usage."})
final class SqlCommand implements Callable<Integer> {
  private static final int SHOWN_MAX = 20;
  private static final long PROGRESS_EACH = 20_000;

  @Option(
      names = "--statements",
      paramLabel = "N",
      description = "How many texts are made (${DEFAULT-VALUE}).")
  private long statements = 100_000;

  @Option(names = "--seed", paramLabel = "S", description = "Seed (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Mixin private BenchOutput output;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new SqlCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Optional<String> lacking = SqlOracle.lacking();
    if (lacking.isPresent()) {
      System.err.println("no PostgreSQL grammar to compare with: " + lacking.get());
      return 1;
    }
    try (SqlOracle oracle = SqlOracle.start()) {
      SqlDifferential run = new SqlDifferential(seed, oracle);
      run.run(statements, this::progress);
      switch (output.format()) {
        case table -> print(run);
        case json -> System.out.println(json(run).toPrettyString());
      }
      return run.differences().isEmpty() ? 0 : 1;
    }
  }

  private void progress(long done) {
    if (done % PROGRESS_EACH == 0) {
      System.err.printf(Locale.ROOT, "%,d of %,d texts%n", done, statements);
    }
  }

  private void print(SqlDifferential run) {
    System.out.printf(
        Locale.ROOT,
        "seed %d: %,d texts, %,d refused, %,d differences%n",
        seed,
        run.made(),
        run.refused(),
        run.differences().size());
    run.taken().forEach((kind, n) -> System.out.printf(Locale.ROOT, "%,9d %s%n", n, kind));
    run.differences().stream().limit(SHOWN_MAX).forEach(System.out::println);
  }

  private ObjectNode json(SqlDifferential run) {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("seed", seed).put("texts", run.made()).put("refused", run.refused());
    run.taken().forEach(out.withObject("/taken")::put);
    run.differences().forEach(out.withArray("/differences")::add);
    return out;
  }
}
