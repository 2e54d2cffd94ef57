package io.ringfence.gateway.identity;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Does something again and again, apart from those who ask. */
public final class Background implements AutoCloseable {
  /** What is done again and again. */
  @FunctionalInterface
  public interface Work {
    /** Does it once; how long to wait before the next time. */
    Duration step();
  }

  /** How long is waited after work that failed in a way it should not. */
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final Work work;
  private final Semaphore wakes = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;

  private Background(String name, Work work) {
    this.work = work;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  /** Starts at once. */
  public static Background start(String name, Work work) {
    Background out = new Background(name, work);
    out.thread.start();
    return out;
  }

  /** Does it now instead of at its time. */
  public void wake() {
    if (wakes.availablePermits() == 0) {
      wakes.release();
    }
  }

  private void run() {
    while (!closed) {
      Duration pause = step();
      try {
        if (wakes.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          wakes.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** A source that fails in an unforeseen way grows stale, which denies; it is tried again. */
  private Duration step() {
    try {
      return work.step();
    } catch (RuntimeException e) {
      return AFTER_FAILURE;
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
