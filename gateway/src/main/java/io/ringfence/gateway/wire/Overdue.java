package io.ringfence.gateway.wire;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What has the same time to come to its end, each from when it was added; of one event loop's
 * thread.
 *
 * <p>INVARIANT (nothing is kept that is done): what is done is let go at once, however long it had.
 * An alarm for each would keep it, and all that hangs on it, for its whole time.
 */
final class Overdue<T> {
  private final EventExecutor loop;
  private final Duration time;
  private final Consumer<T> missed;
  private final Map<T, Long> due = new LinkedHashMap<>();
  private boolean looking;

  /**
   * @param missed takes what is not done in time
   */
  Overdue(EventExecutor loop, Duration time, Consumer<T> missed) {
    this.loop = loop;
    this.time = time;
    this.missed = missed;
  }

  void add(T item) {
    due.put(item, System.nanoTime() + time.toNanos());
    if (!looking) {
      look(time.toNanos());
    }
  }

  void done(T item) {
    due.remove(item);
  }

  int count() {
    return due.size();
  }

  private void look(long nanos) {
    looking = true;
    loop.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
  }

  /** They are in the order in which they are due. */
  private void check() {
    looking = false;
    while (!due.isEmpty()) {
      Iterator<Map.Entry<T, Long>> first = due.entrySet().iterator();
      Map.Entry<T, Long> next = first.next();
      long left = next.getValue() - System.nanoTime();
      if (left > 0) {
        look(left);
        return;
      }
      T item = next.getKey();
      first.remove();
      missed.accept(item);
    }
  }
}
