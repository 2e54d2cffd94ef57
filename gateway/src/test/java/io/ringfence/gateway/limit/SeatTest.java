package io.ringfence.gateway.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ringfence.gateway.request.RefusedException;
import org.junit.jupiter.api.Test;

/** Connections of a principal, at the limit and one past it. */
class SeatTest {
  private final Places places = new Places(2, 10);

  private Seat seated(String who) throws RefusedException {
    Seat out = new Seat();
    out.take(places, who);
    return out;
  }

  @Test
  void atTheLimitAndPastIt() throws RefusedException {
    Seat first = seated("a");
    seated("a").take(places, "a"); // its next request
    assertThrows(RefusedException.class, () -> seated("a"));
    seated("b");
    first.close();
    seated("a");
    assertThrows(RefusedException.class, () -> seated("a"));
  }

  /** A connection that several use is the last one's. */
  @Test
  void movesToWhoAsks() throws RefusedException {
    Seat shared = seated("a");
    shared.take(places, "b");
    assertEquals(1, places.taken());
    seated("a");
    seated("a");
    assertThrows(RefusedException.class, () -> shared.take(places, "a"));
    shared.close();
    shared.close();
    assertEquals(2, places.taken());
  }

  @Test
  void aConnectionThatIsOverTakesNone() throws RefusedException {
    Seat over = seated("a");
    over.close();
    over.take(places, "a");
    assertEquals(0, places.taken());
  }

  @Test
  void theLimitMayChange() throws RefusedException {
    seated("a");
    seated("a");
    places.perKey(3);
    seated("a");
    places.perKey(1);
    assertThrows(RefusedException.class, () -> seated("a"));
  }
}
