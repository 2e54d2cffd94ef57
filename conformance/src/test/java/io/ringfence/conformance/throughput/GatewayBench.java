package io.ringfence.conformance.throughput;

import io.netty.channel.EventLoopGroup;
import io.ringfence.conformance.PairedRuns;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs contenders beside each other, in interleaved pairs, over the same stand-in of a database and
 * under the same load.
 */
final class GatewayBench implements AutoCloseable {
  /** Enough for some thousand requests of each client in a run. */
  private static final int TOKENS_PER_CLIENT = 64;

  /** Threads of a process that are shown. */
  private static final int BUSIEST = 6;

  private static final Duration WARM_UP_TURN = Duration.ofSeconds(5);

  private final Site site;
  private final Searches searches;
  private final Settings settings;
  private final Sockets sockets = Sockets.best();
  private final EventLoopGroup databaseLoops = sockets.loops(1);
  private final EventLoopGroup clientLoops = sockets.loops(1);
  private final CannedDatabase database;

  /**
   * How it is measured.
   *
   * @param connections how many clients there are
   * @param warmUp how long each contender is under load before anything counts
   * @param run how long each run lasts
   */
  record Settings(int connections, int pairs, Duration warmUp, Duration run) {}

  GatewayBench(Site site, Searches searches, Settings settings) {
    this.site = site;
    this.searches = searches;
    this.settings = settings;
    database = new CannedDatabase(searches, databaseLoops, sockets);
  }

  /**
   * What a peer and ours needed.
   *
   * @param micros of CPU a request took: the peer's, and ours
   * @param perSecond requests a second, the same
   * @param latencies at half of the peer's load, the same
   */
  record Comparison(
      String peer,
      String own,
      Contender.Demand demand,
      PairedRuns micros,
      PairedRuns perSecond,
      Latencies latencies,
      List<Waits> waits) {}

  /** What a side's threads had of the processors while it was asked at a pace, a second. */
  record Waits(String side, List<ThreadWaits.Counts> threads) {}

  /**
   * Latencies in milliseconds, run by run: what half of the requests do not exceed, and 99 of 100.
   *
   * @param perSecond how often both were asked
   */
  record Latencies(double perSecond, PairedRuns half, PairedRuns most) {}

  Comparison compare(Contender peer, Contender own, Contender.Demand demand)
      throws IOException, InterruptedException {
    try (Side one = new Side(peer, demand);
        Side other = new Side(own, demand)) {
      warm(one, other);
      for (int pair = 0; pair < settings.pairs(); pair++) {
        // Who runs first alternates.
        (pair % 2 == 0 ? one : other).measure();
        (pair % 2 == 0 ? other : one).measure();
      }
      double rate = PairedRuns.median(one.perSecond) / 2;
      pace(one, other, rate);
      return new Comparison(
          peer.name(),
          own.name(),
          demand,
          new PairedRuns(one.micros, other.micros),
          new PairedRuns(one.perSecond, other.perSecond),
          new Latencies(
              rate, new PairedRuns(one.half, other.half), new PairedRuns(one.most, other.most)),
          List.of(
              new Waits(peer.name(), one.proxyWaits.busiest(BUSIEST)),
              new Waits("clients of " + peer.name(), one.clientWaits.busiest(BUSIEST)),
              new Waits(own.name(), other.proxyWaits.busiest(BUSIEST)),
              new Waits("clients of " + own.name(), other.clientWaits.busiest(BUSIEST))));
    }
  }

  /** Both are asked equally often, in pairs too: one run's tail says little. */
  private void pace(Side one, Side other, double rate) throws IOException, InterruptedException {
    for (int pair = 0; pair < settings.pairs(); pair++) {
      (pair % 2 == 0 ? one : other).pace(rate);
      (pair % 2 == 0 ? other : one).pace(rate);
    }
  }

  /** By turns, since connections that idle for long are closed. */
  private void warm(Side one, Side other) throws IOException, InterruptedException {
    Duration left = settings.warmUp();
    while (left.isPositive()) {
      Duration turn = left.compareTo(WARM_UP_TURN) < 0 ? left : WARM_UP_TURN;
      one.warm(turn);
      other.warm(turn);
      left = left.minus(turn);
    }
  }

  /** One contender under load. */
  private final class Side implements AutoCloseable {
    private final Running running;
    private final Optional<TokenSupply> tokens;
    private final Load load;
    private final List<Double> micros = new ArrayList<>();
    private final List<Double> perSecond = new ArrayList<>();
    private final List<Double> half = new ArrayList<>();
    private final List<Double> most = new ArrayList<>();
    private final ThreadWaits proxyWaits = new ThreadWaits();
    private final ThreadWaits clientWaits = new ThreadWaits();

    Side(Contender contender, Contender.Demand demand) throws IOException, InterruptedException {
      running = Running.start(contender, site, demand, database.port());
      tokens =
          switch (demand) {
            case MTLS -> Optional.empty();
            case MTLS_AND_JWT ->
                Optional.of(
                    new TokenSupply(site.tokens(), settings.connections() * TOKENS_PER_CLIENT));
          };
      load =
          new Load(
              site, searches, tokens, settings.connections(), running.port(), clientLoops, sockets);
    }

    void warm(Duration turn) throws IOException, InterruptedException {
      fillTokens();
      load.run(turn);
    }

    void measure() throws IOException, InterruptedException {
      fillTokens();
      long before = running.cpuNanos();
      Load.Window window = load.run(settings.run());
      micros.add((running.cpuNanos() - before) / 1e3 / window.latencies().length);
      perSecond.add(window.perSecond());
    }

    void pace(double rate) throws IOException, InterruptedException {
      fillTokens();
      Map<Long, ThreadWaits.Counts> proxyBefore = ThreadWaits.ofTree(running.process());
      Map<Long, ThreadWaits.Counts> clientsBefore = ThreadWaits.ofThisProcess();
      Load.Window window = load.paced(settings.run(), rate);
      proxyWaits.add(proxyBefore, ThreadWaits.ofTree(running.process()));
      clientWaits.add(clientsBefore, ThreadWaits.ofThisProcess());
      half.add(window.quantile(0.5).toNanos() / 1e6);
      most.add(window.quantile(0.99).toNanos() / 1e6);
    }

    private void fillTokens() {
      tokens.ifPresent(TokenSupply::fill);
    }

    @Override
    public void close() throws InterruptedException {
      load.close();
      running.close();
    }
  }

  @Override
  public void close() {
    database.close();
    clientLoops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
    databaseLoops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
  }
}
