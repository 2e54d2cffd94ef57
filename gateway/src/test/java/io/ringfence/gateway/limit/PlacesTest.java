package io.ringfence.gateway.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlacesTest {
  @Test
  void soManyForAKeyAndNotOneMore() {
    Places places = new Places(2, 10);
    Places.Place first = places.take("a").orElseThrow();
    assertTrue(places.take("a").isPresent());
    assertEquals(Optional.empty(), places.take("a"));
    assertTrue(places.take("b").isPresent());
    first.close();
    first.close();
    assertTrue(places.take("a").isPresent());
    assertEquals(Optional.empty(), places.take("a"), "given back once");
    assertEquals(3, places.taken());
  }

  @Test
  void soManyTogetherAndNotOneMore() {
    Places places = new Places(2, 3);
    places.take("a");
    places.take("b");
    Places.Place last = places.take("c").orElseThrow();
    assertEquals(Optional.empty(), places.take("d"));
    assertEquals(3, places.keys(), "who holds none is not remembered");
    last.close();
    assertEquals(2, places.keys());
    assertTrue(places.take("d").isPresent());
  }
}
