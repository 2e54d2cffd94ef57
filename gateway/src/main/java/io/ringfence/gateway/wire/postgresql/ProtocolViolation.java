package io.ringfence.gateway.wire.postgresql;

/** A message that is none: the connection ends. */
final class ProtocolViolation extends Exception {
  private static final long serialVersionUID = 1L;

  ProtocolViolation(String text) {
    super(text, null, false, false);
  }
}
