package io.ringfence.conformance.isolation;

import io.ringfence.cli.terminal.ProgressBar;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Terminal;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Says on standard error how far a long run is: a bar on a terminal, and elsewhere a line for each
 * stream that ended, so that a run which is broken off leaves what it has seen.
 */
final class IsolationProgress implements IsolationStreams.Watcher, AutoCloseable {
  private final ProgressBar bar;
  private final boolean lines;
  private final long requests;
  private final long begun = System.nanoTime();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();

  IsolationProgress(long requests) {
    this.requests = requests;
    Screen screen = Terminal.ofProcess(System.getenv()).err();
    this.bar = new ProgressBar(screen);
    this.lines = !screen.isTerminal();
  }

  @Override
  public void sent(long more) {
    bar.at("requests", (int) sent.addAndGet(more), (int) requests);
  }

  @Override
  public void ended(IsolationStreams.Stream stream, IsolationRun.Report report) {
    long all = ended.addAndGet(report.sent());
    if (lines) {
      System.err.printf(
          Locale.ROOT,
          "seed %d: %,d requests, %s; %,d of %,d, %,.0f/s%n",
          stream.seed(),
          report.sent(),
          report.holds() ? "isolated" : report.violations(),
          all,
          requests,
          sent.get() / ((System.nanoTime() - begun) / 1e9));
    }
  }

  /** What this process and its databases have spent. */
  static double cpuSeconds() {
    return Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().descendants())
            .mapToLong(p -> p.info().totalCpuDuration().map(d -> d.toNanos()).orElse(0L))
            .sum()
        / 1e9;
  }

  @Override
  public void close() {
    bar.close();
  }
}
