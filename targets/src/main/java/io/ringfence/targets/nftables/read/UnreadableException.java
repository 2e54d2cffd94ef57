package io.ringfence.targets.nftables.read;

/** A construct outside the reader's meaning; nothing is known of a ruleset that has one. */
public final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableException(String message) {
    super(message);
  }
}
