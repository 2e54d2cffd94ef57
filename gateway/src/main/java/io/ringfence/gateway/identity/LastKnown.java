package io.ringfence.gateway.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What a source said last, for as long as that counts.
 *
 * <p>INVARIANT (silence ends in denial): a value counts until a stated age after its source last
 * gave or confirmed it; then there is none.
 */
final class LastKnown<T> {
  /**
   * @param heard when the source last gave or confirmed the value
   */
  private record Said<T>(T value, Instant heard) {}

  private final Duration staleAfter;
  private final InstantSource time;
  private volatile Said<T> said;
  private volatile String problem;

  LastKnown(Duration staleAfter, InstantSource time) {
    this.staleAfter = staleAfter;
    this.time = time;
  }

  void learn(T value) {
    said = new Said<>(value, time.instant());
    problem = null;
  }

  /** The source stands as it stood. */
  void confirm() {
    Said<T> last = said;
    if (last != null && problem == null) {
      said = new Said<>(last.value(), time.instant());
    }
  }

  /**
   * The source does not answer, or what it says cannot be used; what is known counts on a while.
   */
  void fail(String why) {
    problem = why;
  }

  Optional<T> value() {
    Said<T> last = said;
    return last != null && time.instant().isBefore(last.heard().plus(staleAfter))
        ? Optional.of(last.value())
        : Optional.empty();
  }

  /** Why the source cannot be used now, for the operator; empty while it can. */
  Optional<String> problem() {
    return Optional.ofNullable(problem);
  }
}
