package io.ringfence.conformance.throughput;

import io.netty.channel.EventLoopGroup;
import io.ringfence.conformance.PairedRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * A gateway as a process of its own that holds many connections for long, and what it holds of
 * memory.
 */
final class Soak {
  /** Files beside connections: jars, logs, the database's connections. */
  static final int FILES_BESIDE = 1_000;

  /** The gateway closes what asks nothing in its first 30 s, or for 75 s later. */
  static final Duration EVERY = Duration.ofSeconds(25);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Soak() {}

  /**
   * How long, and with how many.
   *
   * @param warmUp from when all connections are there until memory counts
   * @param duration from then on
   * @param sample how often it is looked at
   * @param every how often each connection is used
   */
  record Settings(
      int connections, Duration warmUp, Duration duration, Duration sample, Duration every) {}

  /**
   * What was seen.
   *
   * @param samples after the warm-up, in order; one at least, and none after something failed
   */
  record Seen(List<ProcessMemory> samples, long answered, long failed, int open) {
    /** By how much of what it was the memory grew: from the first fifth of samples to the last. */
    double growth() {
      return growth(ProcessMemory::bytes);
    }

    /** Of a part of it. */
    double growth(ToLongFunction<ProcessMemory> part) {
      int fifth = Math.max(1, samples.size() / 5);
      double first = median(part, samples.subList(0, fifth));
      double last = median(part, samples.subList(samples.size() - fifth, samples.size()));
      return last / first - 1;
    }

    private static double median(ToLongFunction<ProcessMemory> part, List<ProcessMemory> of) {
      return PairedRuns.median(of.stream().map(m -> (double) part.applyAsLong(m)).toList());
    }
  }

  /** Files that each of the two processes may have open, as far as this one may raise it. */
  static long filesMax() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
      if (line.startsWith("Max open files")) {
        String hard = line.substring(26).strip().split("\\s+")[1];
        return hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard);
      }
    }
    throw new IOException("/proc/self/limits does not tell of open files");
  }

  /**
   * @param progress is told of each sample
   */
  static Seen run(Site site, Settings settings, Consumer<String> progress)
      throws IOException, InterruptedException {
    Searches searches = new ChromaSearches();
    Sockets sockets = Sockets.best();
    EventLoopGroup databaseLoops = sockets.loops(1);
    EventLoopGroup clientLoops = sockets.loops(1);
    try (CannedDatabase database = new CannedDatabase(searches, databaseLoops, sockets);
        Running gateway =
            Running.start(
                new Soaked(new RingfenceGateway(searches)),
                site,
                Contender.Demand.MTLS,
                database.port())) {
      progress.accept("connecting " + settings.connections() + " clients");
      try (HeldConnections clients =
          new HeldConnections(
              site,
              searches,
              settings.connections(),
              settings.every(),
              gateway.port(),
              clientLoops,
              sockets)) {
        progress.accept(clients.open() + " are connected; warming up");
        Thread.sleep(settings.warmUp());
        List<ProcessMemory> samples = watch(settings, clients, gateway, progress);
        return new Seen(samples, clients.answered(), clients.failed(), clients.open());
      }
    } finally {
      clientLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(PATIENCE.toMillis());
      databaseLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(PATIENCE.toMillis());
    }
  }

  private static List<ProcessMemory> watch(
      Settings settings, HeldConnections clients, Running gateway, Consumer<String> progress)
      throws IOException, InterruptedException {
    List<ProcessMemory> samples = new ArrayList<>();
    long begin = System.nanoTime();
    for (Duration at = Duration.ZERO;
        samples.isEmpty() || (at.compareTo(settings.duration()) <= 0 && clients.failed() == 0);
        at = at.plus(settings.sample())) {
      long wait = at.toNanos() - (System.nanoTime() - begin);
      TimeUnit.NANOSECONDS.sleep(Math.max(0, wait));
      ProcessMemory now = ProcessMemory.of(gateway.pid());
      samples.add(now);
      progress.accept(
          "%4d s: %d connections, %,d answered, %d failed; %s"
              .formatted(
                  at.toSeconds(), clients.open(), clients.answered(), clients.failed(), text(now)));
    }
    return samples;
  }

  static String text(ProcessMemory memory) {
    return "%,d KiB held (resident %,d, live heap %,d, buffers %,d)"
        .formatted(
            memory.bytes() >> 10, memory.rss() >> 10, memory.live() >> 10, memory.buffers() >> 10);
  }

  /**
   * The gateway with a heap of one size, whose native memory is told; it ends with this process.
   */
  private record Soaked(RingfenceGateway gateway) implements Contender {
    @Override
    public String name() {
      return "soaked";
    }

    @Override
    public List<String> command(Site site, Demand demand, int port, int database)
        throws IOException {
      List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
      List<String> plain = gateway.command(site, demand, port, database);
      Path blueprint = site.file("ringfence-" + port).resolve("site.yaml");
      Files.writeString(
          blueprint,
          Files.readString(blueprint)
              .replace("audit: {", "limits: { connections: 16384, streams: 16384 }\n    audit: {"));
      command.add(plain.getFirst());
      command.addAll(ProcessMemory.FLAGS);
      command.addAll(plain.subList(1, plain.size()));
      return command;
    }
  }
}
