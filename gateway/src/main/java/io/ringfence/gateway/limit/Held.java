package io.ringfence.gateway.limit;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.time.Duration;
import java.util.Optional;

/** What one request has taken of the room for bodies; of one thread. */
public final class Held {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Bodies bodies;
  private int bytes;

  public Held(Bodies bodies) {
    this.bodies = bodies;
  }

  /**
   * Has as many bytes as the request takes by now.
   *
   * @throws RefusedException when there is no room for them
   */
  public void grow(int now) throws RefusedException {
    if (now > bytes) {
      if (!bodies.take(now - bytes)) {
        throw new RefusedException(
            new Refusal(
                Refusal.Kind.TOO_MANY,
                "the gateway has no room for more requests now",
                Optional.of(RETRY)));
      }
      bytes = now;
    }
  }

  /** Gives all back. */
  public void release() {
    bodies.give(bytes);
    bytes = 0;
  }
}
