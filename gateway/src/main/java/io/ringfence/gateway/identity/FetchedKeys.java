package io.ringfence.gateway.identity;

import io.ringfence.gateway.request.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An issuer's keys, fetched ahead in the background: nobody who asks waits for a fetch.
 *
 * <p>While the issuer does not answer the keys that are known count, up to a stated age; then its
 * tokens are refused.
 */
final class FetchedKeys implements KeySource, Background.Work {
  static final Duration REFRESH_EVERY = Duration.ofMinutes(5);

  /** How long keys count that nobody has confirmed. */
  static final Duration STALE_AFTER = Duration.ofHours(1);

  /** Between fetches, however many tokens name unknown keys. */
  static final Duration PAUSE_MIN = Duration.ofSeconds(10);

  static final Duration RETRY_MIN = Duration.ofSeconds(2);
  static final Duration RETRY_MAX = Duration.ofMinutes(1);

  /** Gets the keys as they are now. */
  @FunctionalInterface
  interface Loader {
    KeySet load() throws IOException, SourceException;
  }

  private final String issuer;
  private final Loader loader;
  private final InstantSource time;
  private final LastKnown<KeySet> known;
  private final CountDownLatch first = new CountDownLatch(1);
  private volatile Instant tried = Instant.MIN;
  private Duration retry = RETRY_MIN;
  private volatile Runnable wake = () -> {};

  FetchedKeys(String issuer, Loader loader, InstantSource time) {
    this.issuer = issuer;
    this.loader = loader;
    this.time = time;
    this.known = new LastKnown<>(STALE_AFTER, time);
  }

  /** Says how the next step is brought forward. */
  void wakenBy(Runnable wake) {
    this.wake = wake;
  }

  /** Waits for the first keys; false when there are none in time. */
  boolean awaitFirst(Duration within) throws InterruptedException {
    return first.await(within.toMillis(), TimeUnit.MILLISECONDS);
  }

  LastKnown<KeySet> known() {
    return known;
  }

  @Override
  public KeySet keys() throws RefusedException {
    Optional<KeySet> value = known.value();
    if (value.isEmpty()) {
      missed(); // also when a clock jumped past what was known, long before the next refresh
      throw Unauthenticated.unavailable("the token's issuer cannot be verified now");
    }
    return value.get();
  }

  @Override
  public void missed() {
    if (!time.instant().isBefore(later(tried, PAUSE_MIN))) {
      wake.run();
    }
  }

  private static Instant later(Instant from, Duration by) {
    return from.equals(Instant.MIN) ? from : from.plus(by);
  }

  @Override
  public Duration step() {
    tried = time.instant();
    try {
      known.learn(loader.load());
      first.countDown();
      retry = RETRY_MIN;
      return REFRESH_EVERY;
    } catch (IOException | SourceException e) {
      known.fail("the keys of `" + issuer + "` cannot be fetched: " + e.getMessage());
      Duration pause = retry;
      retry = retry.multipliedBy(2).compareTo(RETRY_MAX) > 0 ? RETRY_MAX : retry.multipliedBy(2);
      return pause;
    }
  }
}
