package io.ringfence.conformance.decision;

import io.ringfence.conformance.PairedRuns;
import io.ringfence.model.Request;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs engines beside each other on one estate. What is measured is the CPU time of the whole
 * process, compilation and collection included, while one thread decides.
 */
final class DecisionBench {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int REQUESTS_MIN = 8;
  private static final int WARM_RUNS = 3;

  private final GrantEstate estate;
  private final GrantRequests requests;
  private final CompiledContender own;
  private final int ownCount;
  private final long peerNanos;

  /**
   * @param ownCount how many requests each of our runs decides
   * @param peerNanos about how long each run of a peer lasts
   */
  DecisionBench(int grants, long seed, int ownCount, long peerNanos) {
    this.estate = new GrantEstate(grants);
    this.requests = new GrantRequests(estate, seed);
    this.own = new CompiledContender(estate);
    this.ownCount = ownCount;
    this.peerNanos = peerNanos;
  }

  /** One engine's run: the answers, and CPU nanoseconds and bytes a decision. */
  private record Run(boolean[] answers, double nanos, double bytes) {}

  GrantEstate estate() {
    return estate;
  }

  /** Our decisions alone: CPU nanoseconds of each run, after some that warm up. */
  Alone alone(int runs) throws Exception {
    List<Double> nanos = new ArrayList<>();
    List<Double> bytes = new ArrayList<>();
    long permitted = 0;
    for (int i = 0; i < WARM_RUNS; i++) {
      run(own, requests.next(ownCount));
    }
    for (int i = 0; i < runs; i++) {
      Run run = run(own, requests.next(ownCount));
      nanos.add(run.nanos);
      bytes.add(run.bytes);
      for (boolean answer : run.answers) {
        permitted += answer ? 1 : 0;
      }
    }
    return new Alone(
        estate.grants(), nanos, PairedRuns.median(bytes), (double) permitted / runs / ownCount);
  }

  /**
   * What our decisions cost by themselves.
   *
   * @param nanos of CPU a decision, run by run
   * @param bytes that a decision allocates
   * @param permitted the share of the requests that are permitted
   */
  record Alone(int grants, List<Double> nanos, double bytes, double permitted) {
    double perSecond() {
      return 1e9 / PairedRuns.median(nanos);
    }
  }

  /** Interleaved pairs: who runs first alternates. */
  <Q> Comparison compare(Contender<Q> peer, int pairs) throws Exception {
    int peerCount = calibrate(peer);
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int pair = 0; pair < pairs; pair++) {
      List<Request> asked = requests.next(Math.max(ownCount, peerCount));
      List<Request> some = asked.subList(0, peerCount);
      Run first = pair % 2 == 0 ? run(own, asked) : run(peer, some);
      Run second = pair % 2 == 0 ? run(peer, some) : run(own, asked);
      agree(peer.name(), some, first.answers, second.answers);
      ours.add((pair % 2 == 0 ? first : second).nanos);
      theirs.add((pair % 2 == 0 ? second : first).nanos);
    }
    return new Comparison(
        estate.grants(), peer.name(), new PairedRuns(ours, theirs), (long) pairs * peerCount);
  }

  /** How many requests a run of the peer takes; finding out also warms it up. */
  private <Q> int calibrate(Contender<Q> peer) throws Exception {
    int count = REQUESTS_MIN;
    int enough = 0;
    while (enough < WARM_RUNS) {
      double nanos = run(peer, requests.next(count)).nanos * count;
      if (nanos < peerNanos && count < ownCount) {
        count = Math.min(ownCount, nanos < peerNanos / 2.0 ? count * 2 : count + count / 2);
      } else {
        enough++;
      }
    }
    return count;
  }

  private static void agree(String peer, List<Request> asked, boolean[] a, boolean[] b) {
    for (int i = 0; i < asked.size(); i++) {
      if (a[i] != b[i]) {
        throw new IllegalStateException("ringfence and " + peer + " differ on " + asked.get(i));
      }
    }
  }

  private static <Q> Run run(Contender<Q> engine, List<Request> asked) throws Exception {
    List<Q> prepared = engine.prepare(asked);
    boolean[] answers = new boolean[prepared.size()];
    System.gc();
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long cpu = ProcessClock.nanos();
    for (int i = 0; i < answers.length; i++) {
      answers[i] = engine.permits(prepared.get(i));
    }
    double nanos = (ProcessClock.nanos() - cpu) / (double) answers.length;
    double allocated = (THREADS.getCurrentThreadAllocatedBytes() - bytes) / (double) answers.length;
    return new Run(answers, nanos, allocated);
  }
}
