package io.ringfence.lab;

import java.time.Duration;

/** Bounds how many calls a second a lab's probe or attack makes in all, and until when. */
final class Pace {
  /** Calls a second, over all namespaces. */
  static final int RATE_MAX = 40_000;

  private final int rate;
  private final long end;
  private double allowance;
  private long last = System.nanoTime();

  Pace(int rate, Duration within) {
    this.rate = rate;
    this.end = last + within.toNanos();
  }

  static Pace within(Duration time) {
    return new Pace(RATE_MAX, time);
  }

  /** True when the next call may be made now. */
  synchronized boolean permits() {
    long now = System.nanoTime();
    allowance = Math.min(rate / 100.0 + 1, allowance + (now - last) * 1e-9 * rate);
    last = now;
    if (allowance < 1) {
      return false;
    }
    allowance--;
    return true;
  }

  /** True when the time for all calls is over. */
  boolean isOver() {
    return System.nanoTime() > end;
  }
}
