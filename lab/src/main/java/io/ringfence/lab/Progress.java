package io.ringfence.lab;

/** Hears how far long work has come; called from several threads. */
@FunctionalInterface
public interface Progress {
  Progress NONE = (work, done, total) -> {};

  /**
   * Hears of one more step.
   *
   * @param work what is being done, such as {@code probing}
   * @param done how many of {@code total} steps are over
   */
  void at(String work, int done, int total);
}
