package io.ringfence.conformance.throughput;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.conformance.BenchOutput;
import io.ringfence.conformance.PairedRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/gateway-postgresql}. */
@Command(
    name = "gateway-postgresql",
    sortOptions = false,
    description = {
      "Measures the CPU that a query takes at the gateway beside pgbouncer, before the same real"
          + " PostgreSQL.",
      "",
      "JDBC clients keep their connections (TLS 1.3) and ask for ten rows of 380 bytes. Counted is"
          + " the CPU of all threads of the proxy, user and system, in interleaved pairs of runs."
          + " Queries are prepared once and then bound, parsed each time (the same text), or sent"
          + " as one text that is another each time. The gateway always parses, classifies,"
          + " authorizes, prints anew and audits durably; pgbouncer passes bytes on."
    },
    footer = {"", "Exit codes: 0 done, 1 a contender failed, 2 wrong usage."})
final class PostgresqlCommand implements Callable<Integer> {
  private static final int PAIRS_MIN = 10;

  @Option(
      names = "--show",
      paramLabel = "WAY",
      split = ",",
      description = "prepared, parsed, simple (${DEFAULT-VALUE}).")
  private List<PooledDatabase.Way> ways = List.of(PooledDatabase.Way.values());

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "Clients at once, 50 at most (${DEFAULT-VALUE}).")
  private int connections = 16;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description = "Pairs of runs, at least 10 (${DEFAULT-VALUE}).")
  private int pairs = PAIRS_MIN;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long each run lasts (${DEFAULT-VALUE}).")
  private int seconds = 3;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      description = "How long each is under load before it counts (${DEFAULT-VALUE}).")
  private int warmUp = 10;

  @Mixin private BenchOutput output;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new PostgresqlCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    if (pairs < PAIRS_MIN || connections < 1 || connections > 50 || seconds < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--pairs is at least " + PAIRS_MIN + ", --connections 1 to 50, --seconds at least 1");
    }
    Path folder = Files.createTempDirectory("ringfence-bench");
    PooledDatabase.open(folder);
    List<Row> done = new ArrayList<>();
    try (PooledDatabase database = PooledDatabase.start()) {
      Site site = Site.in(folder);
      // pgbouncer runs as nobody, and this key is worth nothing.
      PooledDatabase.open(site.file("server.key"));
      for (PooledDatabase.Way way : ways) {
        System.err.println(way + ": ringfence beside pgbouncer");
        done.add(compare(site, database, way));
      }
    } finally {
      remove(folder);
    }
    switch (output.format()) {
      case table -> print(done);
      case json -> System.out.println(json(done).toPrettyString());
    }
    return 0;
  }

  /** CPU in microseconds of a query, and queries a second, run by run. */
  private record Row(PooledDatabase.Way way, PairedRuns micros, PairedRuns perSecond) {}

  private Row compare(Site site, PooledDatabase database, PooledDatabase.Way way)
      throws IOException, InterruptedException, SQLException {
    Duration run = Duration.ofSeconds(seconds);
    try (Side peer =
            new Side(site, database, new Pgbouncer(program()), PooledDatabase.PASSWORD, way);
        Side own =
            new Side(
                site, database, new RingfencePostgresql(database.key()), database.key(), way)) {
      peer.load.run(Duration.ofSeconds(warmUp));
      own.load.run(Duration.ofSeconds(warmUp));
      for (int pair = 0; pair < pairs; pair++) {
        (pair % 2 == 0 ? peer : own).measure(run);
        (pair % 2 == 0 ? own : peer).measure(run);
      }
      return new Row(
          way,
          new PairedRuns(peer.micros, own.micros),
          new PairedRuns(peer.perSecond, own.perSecond));
    }
  }

  /** One proxy under load. */
  private final class Side implements AutoCloseable {
    private final Running running;
    private final SqlLoad load;
    private final List<Double> micros = new ArrayList<>();
    private final List<Double> perSecond = new ArrayList<>();

    Side(
        Site site,
        PooledDatabase database,
        Contender contender,
        String password,
        PooledDatabase.Way way)
        throws IOException, InterruptedException, SQLException {
      running = Running.start(contender, site, Contender.Demand.MTLS, database.port());
      try {
        load = new SqlLoad(database, running.port(), password, way, connections);
      } catch (SQLException e) {
        running.close();
        throw new IOException(contender.name() + ": " + running.log(), e);
      }
    }

    void measure(Duration run) throws IOException, InterruptedException {
      long before = running.cpuNanos();
      long answered = load.run(run);
      micros.add((running.cpuNanos() - before) / 1e3 / answered);
      perSecond.add(answered / (double) run.toSeconds());
    }

    @Override
    public void close() throws InterruptedException, SQLException {
      try {
        load.close();
      } finally {
        running.close();
      }
    }
  }

  private String program() {
    return Stream.of("/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer")
        .filter(p -> Files.isExecutable(Path.of(p)))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandLine.ParameterException(
                    spec.commandLine(), "pgbouncer is missing; scripts/bench-peers fetches it"));
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void print(List<Row> done) {
    System.out.printf(
        "%n%-9s %13s %8s %7s %16s %12s %10s%n",
        "query", "pgbouncer, us", "own, us", "ratio", "interval", "pgbouncer/s", "own/s");
    for (Row row : done) {
      System.out.printf(
          Locale.ROOT,
          "%-9s %13.1f %8.1f %7.2f %16s %,12.0f %,10.0f%n",
          row.way(),
          PairedRuns.median(row.micros().ones()),
          PairedRuns.median(row.micros().others()),
          row.micros().ratio(),
          String.format(Locale.ROOT, "%.2f to %.2f", row.micros().low(), row.micros().high()),
          PairedRuns.median(row.perSecond().ones()),
          PairedRuns.median(row.perSecond().others()));
    }
  }

  private ObjectNode json(List<Row> done) {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("connections", connections).put("pairs", pairs).put("seconds", seconds);
    ArrayNode rows = out.putArray("comparisons");
    for (Row row : done) {
      ObjectNode one = rows.addObject();
      one.put("query", row.way().name()).put("ratio", row.micros().ratio());
      one.put("low", row.micros().low()).put("high", row.micros().high());
      row.micros().ones().forEach(one.withArray("/peerMicros")::add);
      row.micros().others().forEach(one.withArray("/ownMicros")::add);
    }
    return out;
  }
}
