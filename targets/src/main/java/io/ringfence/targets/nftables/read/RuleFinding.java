package io.ringfence.targets.nftables.read;

import io.ringfence.model.Flow;
import java.util.List;
import java.util.Optional;

/**
 * A rule of a ruleset that somebody else wrote, without which packets fare as with it.
 *
 * @param place table, chain, number and handle, or file and line
 * @param why in words
 * @param by the rules that take its packets before, or would decide them the same behind it
 * @param dependsOn the places of what is not understood, if it is so only when all of that matches;
 *     empty when it is so however that turns out
 * @param witness a flow that shows it, where one can
 */
public record RuleFinding(
    Kind kind,
    String place,
    String text,
    String why,
    List<String> by,
    List<String> dependsOn,
    Optional<Flow> witness) {
  public RuleFinding {
    by = List.copyOf(by);
    dependsOn = List.copyOf(dependsOn);
  }

  /** What is wrong with it. */
  public enum Kind {
    /** No packet gets as far as the rule and has what it asks for. */
    NEVER_MATCHES("never matches"),
    /** Rules before it take every packet that it asks for. */
    SHADOWED("shadowed"),
    /** What it decides would be decided the same without it. */
    REDUNDANT("redundant");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /** Whether it is so however what is not understood turns out. */
  public boolean certain() {
    return dependsOn.isEmpty();
  }
}
