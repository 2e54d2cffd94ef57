package io.ringfence.gateway.session;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Records events: at once where somebody waits for it, else behind the back of who asks. */
final class SessionRecorder implements AutoCloseable {
  /** How many events may wait to be recorded; what comes beyond is counted and lost. */
  static final int WAITING_MAX = 10_000;

  private final SessionTrail trail;
  private final BlockingQueue<SessionEvent> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final AtomicLong missed = new AtomicLong();
  private final Thread thread = Thread.ofVirtual().name("record sessions").unstarted(this::run);

  SessionRecorder(SessionTrail trail) {
    this.trail = trail;
    thread.start();
  }

  void now(SessionEvent event) throws IOException {
    trail.record(event);
  }

  void later(SessionEvent event) {
    if (!waiting.offer(event)) {
      missed();
    }
  }

  void missed() {
    missed.incrementAndGet();
  }

  long missedCount() {
    return missed.get();
  }

  private void run() {
    try {
      while (true) {
        record(waiting.take());
      }
    } catch (InterruptedException e) {
      // Closed: nothing comes any more.
    }
  }

  private void record(SessionEvent event) {
    try {
      trail.record(event);
    } catch (IOException | RuntimeException e) {
      missed();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
