package io.ringfence.model;

import java.util.List;
import java.util.Optional;

/**
 * Permit or deny, with what made it.
 *
 * @param decider the access rule or guardrail, or {@code default-deny/SEGMENT}
 * @param at where that stands; absent for the default
 * @param trace what was considered, in order, one sentence each
 */
public record Verdict(
    boolean permitted, String decider, Optional<SourceLocation> at, List<String> trace) {
  public Verdict {
    trace = List.copyOf(trace);
  }

  public static Verdict permit(String rule, SourceLocation at, List<String> trace) {
    return new Verdict(true, rule, Optional.of(at), trace);
  }

  public static Verdict deny(String decider, Optional<SourceLocation> at, List<String> trace) {
    return new Verdict(false, decider, at, trace);
  }

  /** {@code PERMIT by search at rag.yaml:12:5}, or the like. */
  public String text() {
    return (permitted ? "PERMIT" : "DENY") + " by " + decider + at.map(a -> " at " + a).orElse("");
  }
}
