package io.ringfence.gateway.limit;

import io.ringfence.gateway.exchange.Admission;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.model.Gateway;
import io.ringfence.model.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How often each principal and tenant may ask, how often each operation may be carried out, and how
 * much one operation may bring or ask for. What clients name is never a key: principals are
 * verified, operations are of a closed list.
 */
public final class RequestLimits implements Admission {
  /** Principals that are counted apart at once. */
  public static final int PRINCIPALS_MAX = 65_536;

  private final Bounds bounds;
  private final List<Counted> rates;
  private final Places running;

  /** A rate of the blueprint, and its counts. */
  private record Counted(Gateway.Rate rate, Rates counts) {}

  /**
   * @param nanos a clock that only goes forward: {@code System::nanoTime}
   */
  public RequestLimits(Gateway.Limits limits, LongSupplier nanos) {
    this(limits, nanos, PRINCIPALS_MAX);
  }

  RequestLimits(Gateway.Limits limits, LongSupplier nanos, int keysMax) {
    this.bounds = Bounds.of(limits);
    this.running = new Places(bounds.streams(), Integer.MAX_VALUE);
    this.rates =
        limits.requests().stream()
            .map(r -> new Counted(r, new Rates(r.count(), r.per(), keysMax, nanos)))
            .toList();
  }

  /** All who show no identity count as one principal. */
  @Override
  public Runnable request(Caller caller) throws RefusedException {
    for (Counted counted : rates) {
      switch (counted.rate().scope()) {
        case PRINCIPAL -> take(counted, caller.name());
        case TENANT -> {
          Optional<Tenant> tenant = caller.scope().tenant();
          if (tenant.isPresent()) {
            take(counted, tenant.get().name());
          }
        }
        case OPERATION -> {}
      }
    }
    return running
            .take(caller.name())
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.Kind.TOO_MANY,
                        "more than " + bounds.streams() + " requests per principal at one time"))
        ::close;
  }

  @Override
  public Duration time() {
    return bounds.time();
  }

  @Override
  public void operation(Caller caller, Operation operation) throws RefusedException {
    refusePast(bounds.batch(), operation.size().batch(), "items in one request");
    refusePast(bounds.topK(), operation.size().topK(), "results of one query");
    for (Counted counted : rates) {
      switch (counted.rate().scope()) {
        case OPERATION -> take(counted, operation.name());
        case PRINCIPAL, TENANT -> {}
      }
    }
  }

  private static void refusePast(int limit, int asked, String what) throws RefusedException {
    if (asked > limit) {
      throw new RefusedException(
          Refusal.Kind.TOO_LARGE, asked + " " + what + "; at most " + limit + " are taken");
    }
  }

  private static void take(Counted counted, String key) throws RefusedException {
    Optional<Duration> wait = counted.counts().take(key);
    if (wait.isPresent()) {
      throw new RefusedException(
          new Refusal(Refusal.Kind.TOO_MANY, "more than " + text(counted.rate()), wait));
    }
  }

  private static String text(Gateway.Rate rate) {
    return "%d %s in %s per %s"
        .formatted(
            rate.count(),
            rate.count() == 1 ? "request" : "requests",
            rate.per().toString().substring(2).toLowerCase(Locale.ROOT),
            rate.scope().text());
  }
}
