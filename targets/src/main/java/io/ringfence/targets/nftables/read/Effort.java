package io.ringfence.targets.nftables.read;

/** How many rules have been followed to answer what is asked of one ruleset. */
final class Effort {
  private final long max;
  private long steps;

  private Effort(long max) {
    this.max = max;
  }

  /** For rulesets whose shape is known to be followed in no time. */
  static Effort unbounded() {
    return new Effort(Long.MAX_VALUE);
  }

  static Effort atMost(long steps) {
    return new Effort(steps);
  }

  /**
   * Another rule is followed.
   *
   * @throws UnreadableException when they are too many
   */
  void step() {
    if (++steps > max) {
      throw new UnreadableException(
          "packets can take so many ways through its chains and interfaces that following them"
              + " takes more than %,d steps".formatted(max));
    }
  }
}
