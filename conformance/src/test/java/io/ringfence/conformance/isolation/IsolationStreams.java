package io.ringfence.conformance.isolation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many requests as several streams, each with a seed of its own and data as at the start, sent in
 * worlds side by side that share nothing. What comes of a stream depends on its seed alone, not on
 * how many worlds there are, so that one can be sent again by itself.
 */
final class IsolationStreams {
  private final Iterator<Stream> left;
  private final Watcher watcher;
  private final List<IsolationRun.Report> reports = new ArrayList<>();

  private IsolationStreams(List<Stream> streams, Watcher watcher) {
    this.left = streams.iterator();
    this.watcher = watcher;
  }

  /** One stream of requests. */
  record Stream(long seed, long requests) {}

  /** Who is told how far it is, by several threads. */
  interface Watcher {
    /** So many more were sent. */
    void sent(long requests);

    void ended(Stream stream, IsolationRun.Report report);
  }

  /**
   * @param each how many requests a stream has; the last may have fewer
   */
  static List<Stream> split(long requests, long seed, long each) {
    List<Stream> out = new ArrayList<>();
    for (long sent = 0; sent < requests; sent += each) {
      out.add(new Stream(seed + out.size(), Math.min(each, requests - sent)));
    }
    return out;
  }

  /** Sends them all; a stream with a violation lets the others end, and no more begin. */
  static IsolationRun.Report run(List<Grounds> worlds, List<Stream> streams, Watcher watcher)
      throws IOException, InterruptedException {
    IsolationStreams all = new IsolationStreams(streams, watcher);
    try (ExecutorService threads = Executors.newFixedThreadPool(worlds.size())) {
      List<Future<?>> ends = new ArrayList<>();
      for (Grounds world : worlds) {
        ends.add(
            threads.submit(
                () -> {
                  all.sendIn(world);
                  return null;
                }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
    return all.sum();
  }

  private void sendIn(Grounds world) throws IOException {
    for (Stream stream = next(); stream != null; stream = next()) {
      try (Subject subject = world.whole()) {
        IsolationRun.Report report =
            IsolationRun.of(subject, stream.requests(), stream.seed(), false, watcher::sent);
        end(stream, report);
      } catch (IOException | RuntimeException e) {
        throw new IOException("seed " + stream.seed() + ": " + e.getMessage(), e);
      }
    }
  }

  private synchronized Stream next() {
    boolean broken = reports.stream().anyMatch(r -> !r.holds());
    return broken || !left.hasNext() ? null : left.next();
  }

  private synchronized void end(Stream stream, IsolationRun.Report report) {
    reports.add(report.of(stream.seed()));
    watcher.ended(stream, report);
  }

  private synchronized IsolationRun.Report sum() {
    long sent = 0;
    long valid = 0;
    long answered = 0;
    long twinFailed = 0;
    Map<String, IsolationRun.Counts> counts = new TreeMap<>();
    List<String> violations = new ArrayList<>();
    for (IsolationRun.Report report : reports) {
      sent += report.sent();
      valid += report.valid();
      answered += report.answered();
      twinFailed += report.twinFailed();
      report
          .counts()
          .forEach(
              (operation, c) ->
                  counts.computeIfAbsent(operation, o -> new IsolationRun.Counts()).add(c));
      violations.addAll(report.violations());
    }
    return new IsolationRun.Report(sent, valid, answered, twinFailed, counts, violations);
  }
}
