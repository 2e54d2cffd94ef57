package io.ringfence.targets.nftables;

/**
 * The number of a policy, and how a connection that it permitted is marked: in the highest 12 bits
 * of the connection's mark. The others are left alone.
 *
 * @param number from 1; after 4095 the marks begin again
 */
public record Generation(int number) {
  public static final int MARK_MASK = 0xfff0_0000;

  /** How many generations have marks of their own; 0 is the mark of what none has permitted. */
  public static final int MARKS = 4095;

  private static final int MARK_SHIFT = 20;

  public Generation {
    if (number < 1) {
      throw new IllegalArgumentException("generation " + number + " is not a positive number");
    }
  }

  /** The mark, within {@link #MARK_MASK}; never 0. */
  public int mark() {
    return ((number - 1) % MARKS + 1) << MARK_SHIFT;
  }
}
