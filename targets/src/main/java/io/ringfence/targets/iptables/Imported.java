package io.ringfence.targets.iptables;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What reading yields.
 *
 * @param ruleset libnftables JSON, exactly when there is no problem
 */
public record Imported(Optional<JsonNode> ruleset, List<SaveProblem> problems) {
  public Imported {
    problems = List.copyOf(problems);
    if (ruleset.isPresent() != problems.isEmpty()) {
      throw new IllegalArgumentException("a ruleset is read exactly when there is no problem");
    }
  }
}
