package io.ringfence.gateway.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Never more than the rate, never less, in bounded memory. */
class RatesTest {
  private static final Optional<Duration> TAKEN = Optional.empty();

  private final AtomicLong now = new AtomicLong(-5);

  private Rates rates(int count, Duration per, int keysMax) {
    return new Rates(count, per, keysMax, now::get);
  }

  private void after(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void asManyAsTheRateHasAndNotOneMore() {
    Rates rates = rates(3, Duration.ofSeconds(3), 10);
    for (int i = 0; i < 3; i++) {
      assertEquals(TAKEN, rates.take("a"));
    }
    assertEquals(Optional.of(Duration.ofSeconds(1)), rates.take("a"));
    assertEquals(TAKEN, rates.take("b"), "another's");
    after(Duration.ofSeconds(1).minusNanos(1));
    assertEquals(Optional.of(Duration.ofNanos(1)), rates.take("a"));
    after(Duration.ofNanos(1));
    assertEquals(TAKEN, rates.take("a"));
    assertTrue(rates.take("a").isPresent());
  }

  @Test
  void whatIsRefusedCostsNothing() {
    Rates rates = rates(1, Duration.ofSeconds(1), 10);
    assertEquals(TAKEN, rates.take("a"));
    for (int i = 0; i < 100; i++) {
      assertTrue(rates.take("a").isPresent());
    }
    after(Duration.ofSeconds(1));
    assertEquals(TAKEN, rates.take("a"));
  }

  @Test
  void keysPastTheTableShareOneBucketUntilOthersAreFull() {
    Rates rates = rates(2, Duration.ofSeconds(2), 2);
    assertEquals(TAKEN, rates.take("a"));
    assertEquals(TAKEN, rates.take("b"));
    assertEquals(TAKEN, rates.take("c"));
    assertEquals(TAKEN, rates.take("d"));
    assertTrue(rates.take("e").isPresent(), "c, d and e share one");
    assertEquals(2, rates.keys());
    after(Duration.ofSeconds(2));
    assertEquals(TAKEN, rates.take("e"));
    assertEquals(1, rates.keys(), "a and b are forgotten");
  }

  @Test
  void ofTheSlowTwin() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 200; round++) {
      int count = 1 + random.nextInt(5);
      Rates rates = rates(count, Duration.ofNanos(10L * count), 4);
      double tokens = count;
      for (int i = 0; i < 100; i++) {
        long pause = random.nextInt(25);
        now.addAndGet(pause);
        tokens = Math.min(count, tokens + pause / 10.0);
        boolean taken = rates.take("a").isEmpty();
        assertEquals(tokens > 1 - 1e-9, taken, "round " + round + ", request " + i);
        tokens -= taken ? 1 : 0;
      }
    }
  }

  @Test
  void manyThreadsTakeNoMore() throws Exception {
    Rates rates = rates(1000, Duration.ofSeconds(1), 10);
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Long>> takers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        takers.add(
            () -> {
              long taken = 0;
              for (int n = 0; n < 1000; n++) {
                taken += rates.take("a").isEmpty() ? 1 : 0;
              }
              return taken;
            });
      }
      long taken = 0;
      for (Future<Long> one : threads.invokeAll(takers)) {
        taken += one.get();
      }
      assertEquals(1000, taken);
    }
  }
}
