package io.ringfence.conformance.proof;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.BenchOutput;
import io.ringfence.language.SourceFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/proof}. */
@Command(
    name = "proof",
    sortOptions = false,
    description = {
      "Measures how long the full proof of a large blueprint takes, and how that grows.",
      "",
      "A proof is the guardrails, least privilege and the segmentation matrix, of a blueprint that"
          + " is loaded. Each row is a process of its own with a bound on its heap: its first proof"
          + " (cold), some more to warm up, then the proofs that count; times are their medians."
          + " Then rules are added, removed and relabelled one after the other, and the proof"
          + " follows each edit; at last it must be the proof of the result. First, a small"
          + " blueprint with broken guardrails is proved, and evaluated pair by pair by the"
          + " reference decision: both must give the same answers.",
      "",
      "Rows: 1k, 10k, 100k, 1M workloads, and 100k-adversarial, where each workload has a set of"
          + " labels of its own."
    },
    footer = {
      "",
      "Exit codes: 0 equal answers and every row was measured, 1 not so, 2 wrong usage."
    })
final class ProofCommand implements Callable<Integer> {
  @Option(
      names = "--rows",
      paramLabel = "ROW",
      split = ",",
      description = "Rows to measure (${DEFAULT-VALUE}).")
  private List<String> rows = new ArrayList<>(ProofRow.ALL.stream().map(ProofRow::name).toList());

  @Option(names = "--runs", paramLabel = "N", description = "Proofs a row (${DEFAULT-VALUE}).")
  private int runs = 5;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Proofs between the first and those (${DEFAULT-VALUE}).")
  private int warmUps = 5;

  @Option(
      names = "--edits",
      paramLabel = "N",
      description = "Edits of each kind that count, after as many to warm up (${DEFAULT-VALUE}).")
  private int edits = 50;

  @Option(
      names = "--machines",
      paramLabel = "N",
      description = "Machines whose rulesets are rendered and read back (${DEFAULT-VALUE}).")
  private int machines = 100;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      description =
          "Heap of a row's process, as the JVM's -Xmx has it (2g; 8g for a million workloads).")
  private Optional<String> heap = Optional.empty();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "A row that takes longer is given up, and says so (${DEFAULT-VALUE}).")
  private long seconds = 600;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description = "Workloads of the comparison with every pair (${DEFAULT-VALUE}).")
  private int pairs = 120;

  @Option(
      names = "--write",
      paramLabel = "FOLDER",
      description = "Measure nothing; write the one row's estate as a blueprint's files.")
  private Optional<Path> folder = Optional.empty();

  @Mixin private BenchOutput output;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ProofCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    List<ProofRow> wanted = rows.stream().map(this::row).toList();
    if (runs < 1 || warmUps < 0 || edits < 0 || machines < 0 || seconds < 1 || pairs < 12) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "at least one run, one second and 12 workloads");
    }
    if (folder.isPresent()) {
      return write(wanted, folder.get());
    }
    System.err.println("proof: every pair of " + pairs + " workloads");
    NaiveComparison comparison = NaiveComparison.of(BrokenEstate.of(pairs, 30, 3), runs);
    List<RowProcess.Measured> measured = measure(wanted);
    switch (output.format()) {
      case table -> print(comparison, measured, System.out);
      case json -> System.out.println(json(comparison, measured).toPrettyString());
    }
    boolean whole = measured.stream().allMatch(RowProcess.Measured::whole);
    return comparison.equal() && whole ? 0 : 1;
  }

  private int write(List<ProofRow> wanted, Path into) throws IOException {
    if (wanted.size() != 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "name the one row to write, as `--rows 100k`");
    }
    Files.createDirectories(into);
    for (SourceFile file : EstateFiles.of(wanted.getFirst().blueprint())) {
      Files.writeString(into.resolve(file.name()), file.text());
    }
    return 0;
  }

  private ProofRow row(String name) {
    return ProofRow.named(name)
        .orElseThrow(
            () ->
                new CommandLine.ParameterException(
                    spec.commandLine(),
                    "no row `"
                        + name
                        + "`; there are "
                        + String.join(", ", ProofRow.ALL.stream().map(ProofRow::name).toList())));
  }

  private List<RowProcess.Measured> measure(List<ProofRow> wanted)
      throws IOException, InterruptedException {
    List<RowProcess.Measured> out = new ArrayList<>();
    for (ProofRow row : wanted) {
      System.err.println("proof: row " + row.name());
      out.add(
          RowProcess.measure(
              row, warmUps, runs, edits, machines, heap.orElseGet(row::heap), seconds));
    }
    return out;
  }

  private void print(
      NaiveComparison comparison, List<RowProcess.Measured> measured, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%d workloads, %d rules: every pair %.2f s (%,d decisions), proof %.4f s: %,.0f times"
            + " faster, answers %s (%d guardrails broken by a rule, %d ways between segments)%n",
        comparison.blueprint().workloads().size(),
        comparison.blueprint().rules().size(),
        comparison.naiveSeconds(),
        comparison.decisions(),
        comparison.proofSeconds(),
        comparison.ratio(),
        comparison.equal() ? "equal" : "DIFFER",
        comparison.proved().violations().size(),
        comparison.proved().reached().size());
    out.printf(
        "%n%-17s %7s %8s %9s %9s %9s %9s %9s %9s %9s  %s%n",
        "workloads",
        "rules",
        "tenants",
        "setup s",
        "checks s",
        "proof s",
        "ratio",
        "CPU s",
        "cold s",
        "heap MiB",
        "");
    double before = 0;
    for (RowProcess.Measured row : measured) {
      before = print(row, before, out);
    }
    out.println();
    out.println("ratio: of the proof's time to that of the row above; cold: the first proof.");
    measured.forEach(row -> printEdits(row, out));
    measured.forEach(row -> row.readBack().ifPresent(time -> print(row.row(), time, out)));
  }

  /** The row's time, for the next row's ratio. */
  private static double print(RowProcess.Measured row, double before, PrintStream out) {
    ProofRow size = row.row();
    out.printf(Locale.ROOT, "%-17s %,7d %,8d ", size.name(), size.rules(), size.tenants());
    if (row.runs().isEmpty()) {
      out.println(row.failure());
      return 0;
    }
    double total = median(row, ProofTime::total);
    out.printf(
        Locale.ROOT,
        "%9.3f %9.3f %9.3f %9s %9.3f %9.3f %,9d  %s%n",
        median(row, ProofTime::setup),
        median(row, ProofTime::checks),
        total,
        before == 0 ? "" : String.format(Locale.ROOT, "%.1f", total / before),
        median(row, ProofTime::cpu),
        row.cold().orElseThrow().total(),
        row.heapBytes() >> 20,
        row.failure());
    return total;
  }

  private static void printEdits(RowProcess.Measured row, PrintStream out) {
    for (EditTimes times : row.edits()) {
      out.printf(
          Locale.ROOT,
          "%-17s one rule %-8s median %6.2f ms (CPU %6.2f), 9 of 10 within %6.2f ms (CPU %6.2f),"
              + " worst %6.2f ms (CPU %6.2f); %s%n",
          row.row().name(),
          times.kind().name().toLowerCase(Locale.ROOT),
          EditTimes.median(times.millis()),
          EditTimes.median(times.cpuMillis()),
          EditTimes.most(times.millis()),
          EditTimes.most(times.cpuMillis()),
          times.millis().getLast(),
          times.cpuMillis().getLast(),
          times.equal()
              ? "equal to a proof from the start"
              : "DIFFERS from a proof from the start");
    }
  }

  private static void print(ProofRow row, ReadBackTime time, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%-17s rendered and read back: %,d of %,d machines, %.1f ms each on one thread; %s%n",
        row.name(),
        time.machines(),
        time.all(),
        time.millisEach(),
        time.faithful() ? "exactly the blueprint's flows" : "NOT the blueprint's flows");
  }

  private static double median(RowProcess.Measured row, ToDoubleFunction<ProofTime> part) {
    return NaiveComparison.median(row.runs().stream().map(part::applyAsDouble).toList());
  }

  private ObjectNode json(NaiveComparison comparison, List<RowProcess.Measured> measured) {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.putObject("everyPair")
        .put("workloads", comparison.blueprint().workloads().size())
        .put("rules", comparison.blueprint().rules().size())
        .put("decisions", comparison.decisions())
        .put("naiveSeconds", comparison.naiveSeconds())
        .put("proofSeconds", comparison.proofSeconds())
        .put("ratio", comparison.ratio())
        .put("equal", comparison.equal());
    ArrayNode all = out.putArray("rows");
    for (RowProcess.Measured row : measured) {
      ObjectNode one = all.addObject();
      one.put("row", row.row().name())
          .put("workloads", row.row().workloads())
          .put("rules", row.row().rules())
          .put("tenants", row.row().tenants())
          .put("adversarial", row.row().adversarial())
          .put("heapBytes", row.heapBytes())
          .put("failure", row.failure());
      row.cold().ifPresent(time -> put(time, one.putObject("cold")));
      ArrayNode times = one.putArray("runs");
      row.runs().forEach(time -> put(time, times.addObject()));
      row.readBack()
          .ifPresent(
              time ->
                  one.putObject("readBack")
                      .put("machines", time.machines())
                      .put("of", time.all())
                      .put("seconds", time.seconds())
                      .put("faithful", time.faithful()));
      ArrayNode kinds = one.putArray("edits");
      for (EditTimes some : row.edits()) {
        ObjectNode kind = kinds.addObject();
        kind.put("kind", some.kind().name().toLowerCase(Locale.ROOT)).put("equal", some.equal());
        some.millis().forEach(kind.putArray("milliseconds")::add);
        some.cpuMillis().forEach(kind.putArray("cpuMilliseconds")::add);
      }
    }
    return out;
  }

  private static void put(ProofTime time, ObjectNode into) {
    into.put("setupSeconds", time.setup())
        .put("checksSeconds", time.checks())
        .put("cpuSeconds", time.cpu())
        .put("findings", time.findings())
        .put("holds", time.holds());
  }
}
