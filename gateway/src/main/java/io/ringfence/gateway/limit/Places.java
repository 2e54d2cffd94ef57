package io.ringfence.gateway.limit;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Places for what lasts, as connections and streams do: so many for each key, and so many together.
 * Only keys that hold a place are remembered.
 */
public final class Places {
  private volatile int perKey;
  private final int together;
  private final ConcurrentHashMap<String, Integer> held = new ConcurrentHashMap<>();
  private final AtomicInteger taken = new AtomicInteger();

  public Places(int perKey, int together) {
    this.perKey = perKey;
    this.together = together;
  }

  /** From now on; who holds more keeps them. */
  public void perKey(int most) {
    perKey = most;
  }

  public int perKey() {
    return perKey;
  }

  /** A place that somebody holds. */
  public final class Place implements AutoCloseable {
    private final String key;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Place(String key) {
      this.key = key;
    }

    /** Gives it back; once, however often it is called. */
    @Override
    public void close() {
      if (open.compareAndSet(true, false)) {
        held.computeIfPresent(key, (k, n) -> n == 1 ? null : n - 1);
        taken.decrementAndGet();
      }
    }
  }

  /** Empty when all are taken, the key's or all together. */
  public Optional<Place> take(String key) {
    if (taken.incrementAndGet() > together) {
      taken.decrementAndGet();
      return Optional.empty();
    }
    boolean[] got = {false};
    held.compute(
        key,
        (k, n) -> {
          int now = n == null ? 0 : n;
          got[0] = now < perKey;
          return got[0] ? Integer.valueOf(now + 1) : n;
        });
    if (!got[0]) {
      taken.decrementAndGet();
      return Optional.empty();
    }
    return Optional.of(new Place(key));
  }

  /** How many are held, by all. */
  public int taken() {
    return taken.get();
  }

  int keys() {
    return held.size();
  }
}
