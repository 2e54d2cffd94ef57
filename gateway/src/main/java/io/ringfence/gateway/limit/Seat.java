package io.ringfence.gateway.limit;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;

/**
 * A connection's place among its principal's: of whoever asks over it, the last one where several
 * do.
 */
public final class Seat {
  private String who;
  private Places.Place place;
  private boolean over;

  /**
   * Has a place of the principal's.
   *
   * @throws RefusedException when all of them are taken
   */
  public synchronized void take(Places places, String principal) throws RefusedException {
    if (over || principal.equals(who)) {
      return;
    }
    leave();
    place =
        places
            .take(principal)
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.Kind.TOO_MANY,
                        "more than " + places.perKey() + " connections per principal"));
    who = principal;
  }

  private void leave() {
    if (place != null) {
      place.close();
      place = null;
      who = null;
    }
  }

  /** The connection is over. */
  public synchronized void close() {
    over = true;
    leave();
  }
}
