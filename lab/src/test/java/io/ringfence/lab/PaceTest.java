package io.ringfence.lab;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void permitsNoMoreThanTheRate() throws InterruptedException {
    Pace pace = new Pace(1000, Duration.ofMinutes(1));
    long end = System.nanoTime() + Duration.ofMillis(200).toNanos();
    int permitted = 0;
    while (System.nanoTime() < end) {
      if (pace.permits()) {
        permitted++;
      } else {
        Thread.sleep(1);
      }
    }
    assertTrue(permitted <= 1000 / 5 + 1000 / 100 + 20, permitted + " in a fifth of a second");
    assertTrue(permitted >= 50, permitted + " in a fifth of a second");
  }

  @Test
  void endsWhenTheTimeIsUp() {
    assertTrue(Pace.within(Duration.ZERO.minusMillis(1)).isOver());
    assertFalse(Pace.within(Duration.ofMinutes(1)).isOver());
  }
}
