package io.ringfence.cli.terminal;

import java.time.Duration;

/**
 * One line that says how far long work has come; on a terminal only, and only once the work has
 * lasted a while. Used from several threads.
 */
public final class ProgressBar implements AutoCloseable {
  private static final Duration QUIET = Duration.ofMillis(300);
  private static final Duration REDRAW = Duration.ofMillis(80);
  private static final int BAR = 24;
  private static final String CLEAR_LINE = "\r\033[K";

  private final Screen screen;
  private final long begun = System.nanoTime();
  private long drawn = Long.MIN_VALUE;

  public ProgressBar(Screen screen) {
    this.screen = screen;
  }

  /**
   * Says how far the work is.
   *
   * @param total 0 when it is not known how much there is
   */
  public synchronized void at(String work, int done, int total) {
    long now = System.nanoTime();
    boolean soon = drawn != Long.MIN_VALUE && now - drawn < REDRAW.toNanos() && done < total;
    if (!screen.isTerminal() || now - begun < QUIET.toNanos() || soon) {
      return;
    }
    drawn = now;
    screen.print(CLEAR_LINE + line(work, done, total));
  }

  private String line(String work, int done, int total) {
    if (total <= 0) {
      return screen.in(Style.DIM, "  " + work + "...");
    }
    int full = (int) ((long) BAR * Math.min(done, total) / total);
    String bar = "━".repeat(full) + screen.in(Style.DIM, "─".repeat(BAR - full));
    String line = "  " + bar + " " + work + " " + done + "/" + total;
    return TextWrap.columns(line) < screen.width() ? line : "  " + bar + " " + done + "/" + total;
  }

  /** Takes the line away, so that something else can be printed. */
  public synchronized void clear() {
    if (drawn != Long.MIN_VALUE) {
      screen.print(CLEAR_LINE);
      drawn = Long.MIN_VALUE;
    }
  }

  @Override
  public void close() {
    clear();
  }
}
