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
  private long lookAt;

  Deadline(EventExecutor loop, Runnable missed) {
    this.loop = loop;
    this.missed = missed;
  }

  void within(Duration time) {
    at = System.nanoTime() + time.toNanos();
    set = true;
    if (!looking || at - lookAt < 0) {
      look(time.toNanos());
    }
  }

  void none() {
    set = false;
  }

  private void look(long nanos) {
    long when = System.nanoTime() + nanos;
    looking = true;
    lookAt = when;
    loop.schedule(() -> check(when), nanos, TimeUnit.NANOSECONDS);
  }

  private void check(long when) {
    if (when != lookAt) {
      return; // an earlier look was due since
    }
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
