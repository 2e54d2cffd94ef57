package io.ringfence.conformance.badrooms.decision;

import java.time.Instant;
import java.util.function.Supplier;

/** By method reference, which is no call. */
final class ReadsClock {
  final Supplier<Instant> clock = Instant::now;
}
