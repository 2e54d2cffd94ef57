package io.ringfence.conformance.fuzz;

/** Where Jazzer begins: runs the target that the system property names. */
public final class FuzzEntry {
  static final String TARGET = "ringfence.fuzz.target";

  private static final FuzzTarget CHOSEN = FuzzTarget.named(System.getProperty(TARGET));

  private FuzzEntry() {}

  /** Called by name, once an input. */
  public static void fuzzerTestOneInput(byte[] input) {
    CHOSEN.run(input);
  }
}
