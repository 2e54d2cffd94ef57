package io.ringfence.targets.nftables.ruleset;

import java.util.List;
import java.util.Optional;

/** Statements in order, and who the rule is for. */
public record Rule(List<Statement> statements, Optional<String> comment) {
  public static final int COMMENT_BYTES_MAX = 128;

  public Rule {
    statements = List.copyOf(statements);
    comment.ifPresent(c -> Names.require(c, COMMENT_BYTES_MAX));
  }

  public static Rule of(Statement... statements) {
    return new Rule(List.of(statements), Optional.empty());
  }

  public Rule named(String comment) {
    return new Rule(statements, Optional.of(comment));
  }
}
