package io.ringfence.cli.demo;

import io.ringfence.cli.terminal.ProgressBar;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.lab.Progress;
import java.time.Duration;
import java.util.function.Supplier;

/** What the demo tells while it runs: chapters, and what was seen in each, with the time taken. */
public final class Story {
  private final Screen out;
  private final Screen err;
  private int chapter;

  /**
   * @param out takes the story
   * @param err takes progress bars
   */
  public Story(Screen out, Screen err) {
    this.out = out;
    this.err = err;
  }

  void chapter(String title) {
    chapter++;
    out.line();
    out.line(out.in(Style.BOLD, chapter + ". " + title));
  }

  /** Something seen that is as it should be. */
  void good(String text) {
    out.prose("   " + out.in(Style.GREEN, "✓") + " ", "     ", text);
  }

  /** Something seen that nobody wants. */
  void bad(String text) {
    out.prose("   " + out.in(Style.RED, "✗") + " ", "     ", text);
  }

  /** Something worth knowing. */
  void note(String text) {
    out.prose("   " + out.in(Style.YELLOW, "!") + " ", "     ", text);
  }

  void plain(String text) {
    out.prose("     ", "     ", text);
  }

  void line(String text) {
    out.line(text);
  }

  /** Runs work that may take a while, with a bar where there is a terminal. */
  <T> T during(Work<T> work) throws Exception {
    try (ProgressBar bar = new ProgressBar(err)) {
      return work.run(bar::at);
    }
  }

  /** Work that tells how far it is. */
  interface Work<T> {
    T run(Progress progress) throws Exception;
  }

  /** A value and how long it took. */
  record Timed<T>(T value, Duration took) {
    String seconds() {
      return String.format("%.1f s", took.toMillis() / 1000.0);
    }
  }

  static <T> Timed<T> timed(Supplier<T> work) {
    long begun = System.nanoTime();
    T value = work.get();
    return new Timed<>(value, Duration.ofNanos(System.nanoTime() - begun));
  }
}
