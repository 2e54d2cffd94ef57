package io.ringfence.language;

import io.ringfence.model.Blueprint;
import java.util.List;
import java.util.Optional;

/** What loading yields: the blueprint exactly when no problem is an error. */
public record Loaded(Optional<Blueprint> blueprint, List<Problem> problems) {
  public Loaded {
    problems = List.copyOf(problems);
    boolean errors = problems.stream().anyMatch(p -> p.severity() == Problem.Severity.ERROR);
    if (errors == blueprint.isPresent()) {
      throw new IllegalArgumentException("a blueprint is loaded exactly when there is no error");
    }
  }
}
