package io.ringfence.conformance.throughput;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.BenchOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/soak}. */
@Command(
    name = "soak",
    sortOptions = false,
    description = {
      "Holds many connections (TLS 1.3, a certificate each) at a gateway for long, and measures"
          + " what its process holds of memory, buffers outside the heap included.",
      "",
      "Each connection searches every 25 s; all are answered by a stand-in of the database. At each"
          + " sample the gateway collects its heap, and what counts is its resident memory but for"
          + " the part of the heap that is then empty. The heap is of one size, touched at the"
          + " start. Growth is from the median of the first fifth of the samples after the warm-up"
          + " to that of the last. The gateway itself takes 16,384 connections at most; each of"
          + " the two processes needs as many open files as there are connections, and 1,000."
    },
    footer = {
      "",
      "Exit codes: 0 it grew no more than --growth, 1 it did, or a request failed, 2 wrong usage."
    })
final class SoakCommand implements Callable<Integer> {
  private static final int GATEWAYS_MAX = 16_384;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "How many are held (${DEFAULT-VALUE}).")
  private int connections = 10_000;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long memory is measured (${DEFAULT-VALUE}).")
  private int seconds = 600;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      description = "How long it is not, once all are connected (${DEFAULT-VALUE}).")
  private int warmUp = 120;

  @Option(
      names = "--sample",
      paramLabel = "S",
      description = "How often it is looked at (${DEFAULT-VALUE}).")
  private int sample = 5;

  @Option(
      names = "--growth",
      paramLabel = "PERCENT",
      description = "By how much it may grow (${DEFAULT-VALUE}).")
  private double growth = 1;

  @Mixin private BenchOutput output;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new SoakCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    if (connections < 1
        || connections > GATEWAYS_MAX
        || seconds < 1
        || warmUp < 0
        || sample < 1
        || sample > seconds) {
      throw wrong("--connections is 1 to 16384, --sample at least 1 and no more than --seconds");
    }
    long files = connections + Soak.FILES_BESIDE;
    if (Soak.filesMax() < files) {
      throw wrong(
          "%d connections need a limit of %d open files, and this shell may have %d: raise it with `ulimit -n %d`, as root"
              .formatted(connections, files, Soak.filesMax(), files));
    }
    Path folder = Files.createTempDirectory("ringfence-soak");
    try {
      Soak.Seen seen =
          Soak.run(
              Site.in(folder),
              new Soak.Settings(
                  connections,
                  Duration.ofSeconds(warmUp),
                  Duration.ofSeconds(seconds),
                  Duration.ofSeconds(sample),
                  Soak.EVERY),
              System.err::println);
      switch (output.format()) {
        case table -> print(seen);
        case json -> System.out.println(json(seen).toPrettyString());
      }
      boolean held = seen.failed() == 0 && seen.open() == connections;
      return held && seen.growth() * 100 <= growth ? 0 : 1;
    } finally {
      remove(folder);
    }
  }

  private CommandLine.ParameterException wrong(String what) {
    return new CommandLine.ParameterException(spec.commandLine(), what);
  }

  private void print(Soak.Seen seen) {
    System.out.printf(
        Locale.ROOT,
        "%d connections, %,d requests answered, %d failed%nafter the warm-up: %s%nafter %d s:"
            + " %s%ngrowth: %.2f %%%n",
        seen.open(),
        seen.answered(),
        seen.failed(),
        Soak.text(seen.samples().getFirst()),
        seconds,
        Soak.text(seen.samples().getLast()),
        100 * seen.growth());
  }

  private static ObjectNode json(Soak.Seen seen) {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("connections", seen.open()).put("answered", seen.answered());
    out.put("failed", seen.failed()).put("growth", seen.growth());
    ArrayNode samples = out.putArray("samples");
    seen.samples()
        .forEach(
            m ->
                samples
                    .addObject()
                    .put("held", m.bytes())
                    .put("resident", m.rss())
                    .put("live", m.live())
                    .put("buffers", m.buffers()));
    return out;
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
