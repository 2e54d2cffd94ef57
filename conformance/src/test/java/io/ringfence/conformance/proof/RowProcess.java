package io.ringfence.conformance.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.model.Blueprint;
import io.ringfence.model.testing.LargeEstate;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Measures one row in a process of its own, so that neither heap nor compiled code of another row
 * counts; and is that process.
 */
final class RowProcess {
  private static final ProofRow WARM_UP = new ProofRow(1_000, 100, 10, false);

  private RowProcess() {}

  /**
   * What one row cost.
   *
   * @param runs after the warm-up, in their order
   * @param heapBytes the most that was used of the heap at once, garbage included
   * @param failure why there are no runs, or no more; empty when all is well
   */
  record Measured(ProofRow row, List<ProofTime> runs, long heapBytes, String failure) {}

  /** Runs a row, at most so long. */
  static Measured measure(ProofRow row, int warmUps, int runs, String heap, long seconds)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heap,
            "-XX:+UseParallelGC",
            "-cp",
            System.getProperty("java.class.path"),
            RowProcess.class.getName(),
            row.name(),
            String.valueOf(warmUps),
            String.valueOf(runs));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    try (ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor()) {
      watch.schedule(process::destroyForcibly, seconds, TimeUnit.SECONDS);
      Measured out = read(row, process);
      boolean complete = process.waitFor() == 0 && out.runs().size() == runs;
      watch.shutdownNow();
      return complete
          ? out
          : new Measured(row, out.runs(), out.heapBytes(), failure(process, seconds, heap));
    } finally {
      process.destroyForcibly();
    }
  }

  private static String failure(Process process, long seconds, String heap) {
    return process.exitValue() == 128 + 9
        ? "not done within " + seconds + " s"
        : "failed with a heap of " + heap + ", exit code " + process.exitValue();
  }

  private static Measured read(ProofRow row, Process process) throws IOException {
    List<ProofTime> runs = new ArrayList<>();
    long heap = 0;
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode run = new ObjectMapper().readTree(line);
        heap = Math.max(heap, run.get("heap").asLong());
        runs.add(
            new ProofTime(
                run.get("setup").asDouble(),
                run.get("checks").asDouble(),
                run.get("matrix").asDouble(),
                run.get("findings").asInt(),
                run.get("holds").asBoolean()));
      }
    }
    return new Measured(row, List.copyOf(runs), heap, "");
  }

  /** The child: a line of JSON for each run. */
  public static void main(String[] arguments) {
    ProofRow row = ProofRow.named(arguments[0]).orElseThrow();
    Blueprint blueprint = row.blueprint();
    Blueprint small = LargeEstate.of(WARM_UP.workloads(), WARM_UP.rules(), WARM_UP.tenants());
    for (int i = Integer.parseInt(arguments[1]); i > 0; i--) {
      ProofTime.of(small);
    }
    for (int i = Integer.parseInt(arguments[2]); i > 0; i--) {
      System.gc();
      heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
      ProofTime time = ProofTime.of(blueprint);
      ObjectNode line = new ObjectMapper().createObjectNode();
      line.put("setup", time.setup())
          .put("checks", time.checks())
          .put("matrix", time.matrix())
          .put("findings", time.findings())
          .put("holds", time.holds())
          .put("heap", heapPools().stream().mapToLong(p -> p.getPeakUsage().getUsed()).sum());
      System.out.println(line);
      System.out.flush();
    }
  }

  private static List<MemoryPoolMXBean> heapPools() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(p -> p.getType() == MemoryType.HEAP)
        .toList();
  }
}
