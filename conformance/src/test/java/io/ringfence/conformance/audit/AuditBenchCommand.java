package io.ringfence.conformance.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.BenchOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/audit}. */
@Command(
    name = "audit",
    sortOptions = false,
    description = {
      "Measures how many decisions a second become durable in the gateway's audit log.",
      "",
      "Each caller writes a record, waits until it is on the disk (fdatasync), and writes the next."
          + " Callers that wait at once share a sync (group commit). Plain rows wait for the kernel"
          + " alone. Beside them, what one write and one fdatasync take on this disk."
    },
    footer = {"", "Exit codes: 0 measured, 1 not so, 2 wrong usage."})
final class AuditBenchCommand implements Callable<Integer> {
  private static final int SYNCS = 200;

  @Option(
      names = "--callers",
      split = ",",
      paramLabel = "N",
      description = "Rows (${DEFAULT-VALUE}).")
  private List<Integer> callers = List.of(1, 64);

  @Option(names = "--seconds", paramLabel = "N", description = "A row takes (${DEFAULT-VALUE}).")
  private int seconds = 5;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "On the disk to measure (${DEFAULT-VALUE}).")
  private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

  @Mixin private BenchOutput output;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new AuditBenchCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    long sync = AuditBench.syncMicros(folder, SYNCS);
    List<AuditBench.Row> rows = new ArrayList<>();
    AuditBench.measure(folder, 8, true, Duration.ofSeconds(Math.min(seconds, 2))); // warms up
    for (boolean durable : new boolean[] {true, false}) {
      for (int each : callers) {
        rows.add(AuditBench.measure(folder, each, durable, Duration.ofSeconds(seconds)));
      }
    }
    switch (output.format()) {
      case table -> print(sync, rows);
      case json -> System.out.println(json(sync, rows).toPrettyString());
    }
    return 0;
  }

  private static void print(long sync, List<AuditBench.Row> rows) {
    System.out.printf(Locale.ROOT, "one write and fdatasync: %,d us (median)%n%n", sync);
    System.out.printf("%8s %8s %11s %9s %9s%n", "callers", "", "records/s", "p50 us", "p99 us");
    for (AuditBench.Row row : rows) {
      System.out.printf(
          Locale.ROOT,
          "%8d %8s %,11.0f %,9d %,9d%n",
          row.callers(),
          row.durable() ? "durable" : "plain",
          row.perSecond(),
          row.percentile(0.5),
          row.percentile(0.99));
    }
  }

  private static ObjectNode json(long sync, List<AuditBench.Row> rows) {
    ObjectNode out = new ObjectMapper().createObjectNode().put("syncMicros", sync);
    var all = out.putArray("rows");
    for (AuditBench.Row row : rows) {
      all.addObject()
          .put("callers", row.callers())
          .put("durable", row.durable())
          .put("recordsPerSecond", row.perSecond())
          .put("p50Micros", row.percentile(0.5))
          .put("p99Micros", row.percentile(0.99));
    }
    return out;
  }
}
