package io.ringfence.gateway.wire;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A time limit that moves often and is looked at seldom; of one event loop's thread. */
final class Deadline {
  private final EventExecutor loop;
  private final Runnable missed;
  private long at;
  private boolean set;
  private boolean looking;

  Deadline(EventExecutor loop, Runnable missed) {
    this.loop = loop;
    this.missed = missed;
  }

  void within(Duration time) {
    at = System.nanoTime() + time.toNanos();
    set = true;
    if (!looking) {
      look(time.toNanos());
    }
  }

  void none() {
    set = false;
  }

  private void look(long nanos) {
    looking = true;
    loop.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
  }

  private void check() {
    looking = false;
    if (!set) {
      return;
    }
    long left = at - System.nanoTime();
    if (left > 0) {
      look(left);
    } else {
      set = false;
      missed.run();
    }
  }
}
