package io.ringfence.language;

import io.ringfence.model.SourceLocation;
import java.util.Locale;

/** Something wrong with a blueprint, for the operator: where, what, and what to write instead. */
public record Problem(Severity severity, SourceLocation at, String message) {
  /** Whether the blueprint can be used all the same. */
  public enum Severity {
    ERROR,
    WARNING
  }

  /** {@code rag.yaml:12:7: error: what is wrong}. */
  public String text() {
    return at + ": " + severity.name().toLowerCase(Locale.ROOT) + ": " + message;
  }
}
