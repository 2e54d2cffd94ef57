package io.ringfence.gateway.identity;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time of day, which a clock that is set back does not prolong anything by: since the start at
 * least as much has passed as really has.
 */
public final class SteadyTime implements InstantSource {
  private final InstantSource wall;
  private final LongSupplier nanoTime;
  private final Instant start;
  private final long startNanos;

  public SteadyTime() {
    this(InstantSource.system(), System::nanoTime);
  }

  public SteadyTime(InstantSource wall, LongSupplier nanoTime) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.start = wall.instant();
    this.startNanos = nanoTime.getAsLong();
  }

  @Override
  public Instant instant() {
    Instant steady = start.plusNanos(nanoTime.getAsLong() - startNanos);
    Instant now = wall.instant();
    return now.isBefore(steady) ? steady : now;
  }
}
