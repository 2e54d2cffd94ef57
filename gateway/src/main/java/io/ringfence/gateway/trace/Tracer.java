package io.ringfence.gateway.trace;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Chooses which requests are traced: of those that come with a trace, those whose sender records
 * it; of the others, a share.
 *
 * <p>INVARIANT (tracing is bounded): whatever clients say of their traces, no more than {@link
 * #TRACES_PER_SECOND_MAX} begin in a second.
 */
public final class Tracer {
  public static final int TRACES_PER_SECOND_MAX = 200;

  /** Traces nothing, and costs nothing. */
  public static final Tracer OFF =
      new Tracer(-1, spans -> {}, InstantSource.system(), System::nanoTime);

  private static final int THOUSAND = 1000;
  private static final long SECOND = 1_000_000_000L;
  private static final long APART = SECOND / TRACES_PER_SECOND_MAX;

  private final int permille;
  private final Consumer<List<Span>> sink;
  private final InstantSource clock;
  private final LongSupplier nanos;

  /** When as many as may be in a second would have begun: the generic cell rate algorithm. */
  private final AtomicLong full;

  /**
   * @param permille of a thousand requests without a trace, how many are traced
   * @param sink takes each trace's spans; it must not wait
   * @param nanos a clock that only goes forward
   */
  public Tracer(int permille, Consumer<List<Span>> sink, InstantSource clock, LongSupplier nanos) {
    this.permille = permille;
    this.sink = sink;
    this.clock = clock;
    this.nanos = nanos;
    this.full = new AtomicLong(nanos.getAsLong());
  }

  /**
   * A trace of a request that begins now; empty where it is not traced.
   *
   * @param traceparent as the client sent it; what is malformed counts as nothing
   */
  public Optional<Trace> begin(Optional<String> traceparent, String gateway, String engine) {
    if (permille < 0) {
      return Optional.empty();
    }
    Optional<TraceParent> parent = traceparent.flatMap(TraceParent::parse);
    if (!chosen(parent) || !room()) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Trace trace =
        new Trace(
            parent.map(TraceParent::trace).orElseGet(Trace::traceId),
            parent.map(TraceParent::span).orElse(""),
            now.getEpochSecond() * SECOND + now.getNano(),
            sink);
    trace.say("ringfence.gateway", gateway);
    trace.say("db.system.name", engine);
    return Optional.of(trace);
  }

  private boolean chosen(Optional<TraceParent> parent) {
    return parent.isPresent()
        ? parent.get().sampled()
        : ThreadLocalRandom.current().nextInt(THOUSAND) < permille;
  }

  private boolean room() {
    while (true) {
      long now = nanos.getAsLong();
      long before = full.get();
      long after = (before - now > 0 ? before : now) + APART;
      if (after - now > SECOND) {
        return false;
      }
      if (full.compareAndSet(before, after)) {
        return true;
      }
    }
  }
}
