package io.ringfence.gateway.limit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * So many requests in a span of time, for each of many keys: a token bucket a key, which holds as
 * many requests as the rate has and is refilled evenly.
 *
 * <p>A bucket is one number, the time at which it is full again (the virtual scheduling form of the
 * generic cell rate algorithm, ITU-T I.371). A key whose bucket is full is no different from one
 * that never asked, and is forgotten when there is need of room.
 *
 * <p>INVARIANT (bounded whatever clients send): there are {@code keysMax} buckets at most; keys
 * past it share one, until others' are full.
 */
final class Rates {
  private static final long SWEEP_NANOS = 100_000_000;

  private final long perRequest;
  private final long span;
  private final int keysMax;
  private final LongSupplier nanos;
  private final long origin;
  private final ConcurrentHashMap<String, AtomicLong> buckets = new ConcurrentHashMap<>();
  private final AtomicLong shared = new AtomicLong();
  private long swept = -SWEEP_NANOS;

  /**
   * @param nanos a clock that only goes forward
   */
  Rates(int count, Duration per, int keysMax, LongSupplier nanos) {
    this.perRequest = Math.max(1, per.toNanos() / count);
    this.span = perRequest * count;
    this.keysMax = keysMax;
    this.nanos = nanos;
    this.origin = nanos.getAsLong();
  }

  /** Takes one request's token; empty when there was one, or else when there will be. */
  Optional<Duration> take(String key) {
    long now = nanos.getAsLong() - origin;
    AtomicLong bucket = bucket(key, now);
    while (true) {
      long fullAt = bucket.get();
      long next = Math.max(fullAt, now) + perRequest;
      if (next - now > span) {
        return Optional.of(Duration.ofNanos(next - now - span));
      }
      if (bucket.compareAndSet(fullAt, next)) {
        return Optional.empty();
      }
    }
  }

  private AtomicLong bucket(String key, long now) {
    AtomicLong bucket = buckets.get(key);
    return bucket == null ? added(key, now) : bucket;
  }

  private synchronized AtomicLong added(String key, long now) {
    if (buckets.size() >= keysMax) {
      sweep(now);
    }
    return buckets.size() >= keysMax ? shared : buckets.computeIfAbsent(key, k -> new AtomicLong());
  }

  /** Forgets full buckets; not again at once, since it looks at all. */
  private void sweep(long now) {
    if (now - swept >= SWEEP_NANOS) {
      swept = now;
      buckets.values().removeIf(fullAt -> fullAt.get() <= now);
    }
  }

  int keys() {
    return buckets.size();
  }
}
