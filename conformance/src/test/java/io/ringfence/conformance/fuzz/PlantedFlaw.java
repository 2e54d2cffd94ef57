package io.ringfence.conformance.fuzz;

/** A parser that fails at one word, to show that the search would find it. */
public final class PlantedFlaw {
  static final String WORD = "10.";

  private PlantedFlaw() {}

  /** Called by name, once an input. */
  public static void fuzzerTestOneInput(byte[] input) {
    boolean flaw = input.length >= WORD.length();
    for (int i = 0; flaw && i < WORD.length(); i++) {
      flaw = input[i] == WORD.charAt(i);
    }
    if (flaw && input.length > 12) {
      throw new IllegalStateException("planted");
    }
  }
}
