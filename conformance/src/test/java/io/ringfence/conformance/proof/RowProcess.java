package io.ringfence.conformance.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.testing.EditGenerator;
import io.ringfence.verifier.Proof;
import io.ringfence.verifier.projection.NetworkProjection;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Measures one row in a process of its own, so that neither heap nor compiled code of another row
 * counts; and is that process.
 */
final class RowProcess {
  private RowProcess() {}

  /**
   * What one row cost.
   *
   * @param cold the first proof of the process
   * @param runs those after the warm-up, in their order
   * @param edits by kind
   * @param readBack of some of the machines; absent when none was asked for
   * @param heapBytes the most that was used of the heap at once, garbage included
   * @param failure why there are no runs, or no more; empty when all is well
   */
  record Measured(
      ProofRow row,
      Optional<ProofTime> cold,
      List<ProofTime> runs,
      List<EditTimes> edits,
      Optional<ReadBackTime> readBack,
      long heapBytes,
      String failure) {
    boolean whole() {
      return failure.isEmpty()
          && edits.stream().allMatch(EditTimes::equal)
          && readBack.stream().allMatch(ReadBackTime::faithful);
    }
  }

  /** Runs a row, at most so long. */
  static Measured measure(
      ProofRow row, int warmUps, int runs, int edits, int machines, String heap, long seconds)
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
            String.valueOf(runs),
            String.valueOf(edits),
            String.valueOf(machines));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    try (ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor()) {
      watch.schedule(process::destroyForcibly, seconds, TimeUnit.SECONDS);
      Measured out = read(row, process);
      boolean complete = process.waitFor() == 0 && out.runs().size() == runs;
      watch.shutdownNow();
      return complete
          ? out
          : new Measured(
              row,
              out.cold(),
              out.runs(),
              out.edits(),
              out.readBack(),
              out.heapBytes(),
              failure(process, seconds, heap));
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
    Optional<ProofTime> cold = Optional.empty();
    List<EditTimes> edits = new ArrayList<>();
    Optional<ReadBackTime> readBack = Optional.empty();
    long heap = 0;
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode read = new ObjectMapper().readTree(line);
        if (read.has("edit")) {
          edits.add(edits(read));
        } else if (read.has("machines")) {
          readBack = Optional.of(readBack(read));
        } else if (read.get("cold").asBoolean()) {
          cold = Optional.of(run(read));
        } else {
          heap = Math.max(heap, read.get("heap").asLong());
          runs.add(run(read));
        }
      }
    }
    return new Measured(row, cold, List.copyOf(runs), List.copyOf(edits), readBack, heap, "");
  }

  private static ProofTime run(JsonNode line) {
    return new ProofTime(
        line.get("setup").asDouble(),
        line.get("checks").asDouble(),
        line.get("cpu").asDouble(),
        line.get("findings").asInt(),
        line.get("holds").asBoolean());
  }

  private static EditTimes edits(JsonNode line) {
    EditGenerator.Kind kind = EditGenerator.Kind.valueOf(line.get("edit").asText());
    return new EditTimes(
        kind, numbers(line.get("millis")), numbers(line.get("cpu")), line.get("equal").asBoolean());
  }

  private static List<Double> numbers(JsonNode list) {
    List<Double> out = new ArrayList<>();
    list.forEach(n -> out.add(n.asDouble()));
    return out;
  }

  private static ReadBackTime readBack(JsonNode line) {
    return new ReadBackTime(
        line.get("machines").asInt(),
        line.get("all").asInt(),
        line.get("seconds").asDouble(),
        line.get("faithful").asBoolean());
  }

  /** The child: a line of JSON for each proof, for each kind of edits, and for the read-back. */
  public static void main(String[] arguments) {
    Blueprint blueprint = ProofRow.named(arguments[0]).orElseThrow().blueprint();
    say(line(ProofTime.of(blueprint), true));
    for (int i = Integer.parseInt(arguments[1]); i > 0; i--) {
      ProofTime.of(blueprint);
    }
    for (int i = Integer.parseInt(arguments[2]); i > 0; i--) {
      System.gc();
      heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
      say(line(ProofTime.of(blueprint), false));
    }
    int edits = Integer.parseInt(arguments[3]);
    if (edits > 0) {
      Proof proof = Proof.of(blueprint);
      EditTimes.KINDS.forEach(kind -> say(line(EditTimes.of(proof, kind, edits))));
    }
    int machines = Integer.parseInt(arguments[4]);
    if (machines > 0) {
      say(line(ReadBackTime.of(new NetworkProjection(new Directory(blueprint)), machines)));
    }
  }

  private static ObjectNode line(ReadBackTime time) {
    return new ObjectMapper()
        .createObjectNode()
        .put("machines", time.machines())
        .put("all", time.all())
        .put("seconds", time.seconds())
        .put("faithful", time.faithful());
  }

  private static ObjectNode line(ProofTime time, boolean cold) {
    return new ObjectMapper()
        .createObjectNode()
        .put("cold", cold)
        .put("setup", time.setup())
        .put("checks", time.checks())
        .put("cpu", time.cpu())
        .put("findings", time.findings())
        .put("holds", time.holds())
        .put("heap", heapPools().stream().mapToLong(p -> p.getPeakUsage().getUsed()).sum());
  }

  private static ObjectNode line(EditTimes times) {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("edit", times.kind().name()).put("equal", times.equal());
    times.millis().forEach(out.putArray("millis")::add);
    times.cpuMillis().forEach(out.putArray("cpu")::add);
    return out;
  }

  private static void say(ObjectNode line) {
    System.out.println(line);
    System.out.flush();
  }

  private static List<MemoryPoolMXBean> heapPools() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(p -> p.getType() == MemoryType.HEAP)
        .toList();
  }
}
