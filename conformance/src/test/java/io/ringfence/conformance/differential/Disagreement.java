package io.ringfence.conformance.differential;

/**
 * A packet that the kernel treats otherwise than the reference decision says.
 *
 * @param site the blueprint, the machine and the form
 * @param packet what it was, and how it came
 * @param expected what the reference says, and why
 * @param observed what the kernel did
 */
record Disagreement(String site, String packet, String expected, String observed) {
  String text() {
    return site + ": " + packet + ": expected " + expected + ", but the kernel " + observed;
  }
}
