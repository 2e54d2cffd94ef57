package io.ringfence.gateway.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands until it is moved. */
public final class TestingTime implements InstantSource {
  public static final Instant START = Instant.parse("2026-06-01T12:00:00Z");

  private volatile Instant now = START;

  @Override
  public Instant instant() {
    return now;
  }

  public void pass(Duration time) {
    now = now.plus(time);
  }

  public void set(Instant to) {
    now = to;
  }
}
