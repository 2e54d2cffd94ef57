package io.ringfence.gateway.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is late is told once, in its order; what is done is kept no longer. */
class OverdueTest {
  private static final Duration TIME = Duration.ofMillis(60);

  private final EmbeddedChannel loop = new EmbeddedChannel();
  private final List<String> missed = new ArrayList<>();
  private final Overdue<String> overdue = new Overdue<>(loop.eventLoop(), TIME, missed::add);

  @Test
  void whatIsDoneIsLetGoAtOnce() throws InterruptedException {
    overdue.add("one");
    overdue.add("other");
    overdue.done("one");
    assertEquals(1, overdue.count());
    pass();
    assertEquals(List.of("other"), missed);
    assertEquals(0, overdue.count());
  }

  @Test
  void eachHasItsOwnTime() throws InterruptedException {
    overdue.add("first");
    Thread.sleep(TIME.toMillis() / 2);
    overdue.add("second");
    Thread.sleep(TIME.toMillis() / 2 + 5);
    loop.runScheduledPendingTasks();
    assertEquals("first", missed.getFirst());
    pass();
    assertEquals(List.of("first", "second"), missed);
  }

  /** After nothing was left to look at, it looks again. */
  @Test
  void looksAgainWhenThereIsSomething() throws InterruptedException {
    overdue.add("one");
    overdue.done("one");
    pass();
    overdue.add("other");
    pass();
    assertEquals(List.of("other"), missed);
  }

  private void pass() throws InterruptedException {
    long end = System.nanoTime() + 4 * TIME.toNanos();
    while (System.nanoTime() < end) {
      loop.runScheduledPendingTasks();
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }
}
