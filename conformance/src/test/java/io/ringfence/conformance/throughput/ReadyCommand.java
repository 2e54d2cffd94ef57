package io.ringfence.conformance.throughput;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.BenchOutput;
import io.ringfence.conformance.PairedRuns;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/ready}. */
@Command(
    name = "ready",
    sortOptions = false,
    description = {
      "Measures how long `./ringfence gateway` takes from its start until it listens, on the"
          + " example blueprint (examples/rag-platform.yaml), which it reads and proves first.",
      "",
      "The first run is not counted: it builds what is stale and warms the machine's caches. CPU is"
          + " that of all threads until then, user and system."
    },
    footer = {"", "Exit codes: 0 done, 1 a start failed, 2 wrong usage."})
final class ReadyCommand implements Callable<Integer> {
  private static final String LISTENS = "  qdrant/";

  @Option(
      names = "--command",
      paramLabel = "FILE",
      required = true,
      hidden = true,
      description = "The command that is started; bench/ready knows it.")
  private Path command;

  @Option(names = "--runs", paramLabel = "N", description = "How many starts (${DEFAULT-VALUE}).")
  private int runs = 20;

  @Mixin private BenchOutput output;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ReadyCommand()).execute(arguments));
  }

  /** One start: until it listens, and the CPU until then, both in milliseconds. */
  private record Start(double millis, double cpuMillis) {}

  @Override
  public Integer call() throws Exception {
    if (runs < 1) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--runs is at least 1");
    }
    Path folder = Files.createTempDirectory("ringfence-ready");
    List<Start> starts = new ArrayList<>();
    try {
      write(folder);
      start(folder);
      for (int run = 0; run < runs; run++) {
        starts.add(start(folder));
      }
    } finally {
      remove(folder);
    }
    List<Double> millis = starts.stream().map(Start::millis).toList();
    List<Double> cpu = starts.stream().map(Start::cpuMillis).toList();
    switch (output.format()) {
      case table ->
          System.out.printf(
              Locale.ROOT,
              "ready after %.0f ms (%.0f to %.0f, %d starts), %.0f ms of CPU%n",
              PairedRuns.median(millis),
              Collections.min(millis),
              Collections.max(millis),
              runs,
              PairedRuns.median(cpu));
      case json -> {
        ObjectNode out = new ObjectMapper().createObjectNode();
        millis.forEach(out.putArray("millis")::add);
        cpu.forEach(out.putArray("cpuMillis")::add);
        System.out.println(out.toPrettyString());
      }
    }
    return 0;
  }

  /** The example, with keys for it. */
  private static void write(Path folder) throws IOException {
    try (InputStream in = ReadyCommand.class.getResourceAsStream("/examples/rag-platform.yaml")) {
      Files.copy(in, folder.resolve("site.yaml"));
    }
    Site site = Site.in(Files.createDirectories(folder.resolve("keys")));
    Files.copy(site.file("server.pem"), site.file("gateway.pem"));
    Files.copy(site.file("server.key"), site.file("gateway.key"));
    Files.copy(site.file("ca.pem"), site.file("acme-ca.pem"));
    Files.copy(site.file("jwks.json"), site.file("acme-jwks.json"));
  }

  private Start start(Path folder) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            command.toString(),
            "gateway",
            "--blueprint",
            folder.resolve("site.yaml").toString(),
            "--listen",
            "rest=127.0.0.1:0",
            "--listen",
            "grpc=127.0.0.1:0");
    Path said = folder.resolve("said");
    builder.redirectError(said.toFile()).environment().put("QDRANT_API_KEY", "unused");
    long begin = System.nanoTime();
    Process process = builder.start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(LISTENS)) {
          double millis = (System.nanoTime() - begin) / 1e6;
          return new Start(millis, ProcessTreeClock.nanos(process.toHandle()) / 1e6);
        }
      }
      throw new IOException("it does not listen: " + Files.readString(said));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
