package io.ringfence.verifier.flows;

/**
 * The variables of a flow, in the order that diagrams ask them.
 *
 * <p>Addresses come first: the union of many rules then keeps one path per pair of ends, and below
 * it one of few shared port sets. The names come last: the union of rules for n names would have
 * 2^n branches were the names asked first, and has n at the end. Bits run from the most significant
 * down, so that a prefix is one path and the lowest address is the first found.
 *
 * <p>IPv4 uses the first 32 of an address's 128 variables; no IPv4 set asks the rest.
 */
final class FlowVariables {
  static final int FAMILY = 0;
  static final int SOURCE = 1;
  static final int DESTINATION = SOURCE + 128;
  static final int PROTOCOL = DESTINATION + 128;
  static final int PORT = PROTOCOL + 8;
  static final int USER = PORT + 16;
  static final int SOURCE_PORT = USER + 32;
  static final int NAMES = SOURCE_PORT + 16;

  static final int PROTOCOL_BITS = 8;
  static final int PORT_BITS = 16;
  static final int USER_BITS = 32;

  private FlowVariables() {}
}
