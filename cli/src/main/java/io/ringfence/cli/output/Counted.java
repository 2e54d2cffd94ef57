package io.ringfence.cli.output;

/** A number of things in a sentence. */
public final class Counted {
  private Counted() {}

  /** {@code 1 rule}, {@code 2 rules}, {@code 2 policies}. */
  public static String of(long count, String noun) {
    return count + " " + (count == 1 ? noun : plural(noun));
  }

  private static String plural(String noun) {
    boolean ies = noun.endsWith("y") && !noun.endsWith("ey") && !noun.endsWith("ay");
    return ies ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
  }
}
