package io.ringfence.language;

import java.util.List;
import java.util.Optional;

/** What formatting yields: the canonical text, or why the file cannot be read. */
public record Formatted(Optional<String> text, List<Problem> problems) {
  public Formatted {
    problems = List.copyOf(problems);
  }
}
