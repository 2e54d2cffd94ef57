package io.ringfence.targets.iptables;

import io.ringfence.model.SourceLocation;

/** What is wrong with a text, and where. */
public record SaveProblem(SourceLocation at, String message) {
  /** {@code FILE:LINE:COLUMN: message}. */
  public String text() {
    return at + ": " + message;
  }
}
