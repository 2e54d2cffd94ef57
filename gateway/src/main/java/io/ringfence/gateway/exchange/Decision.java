package io.ringfence.gateway.exchange;

import io.ringfence.model.SourceLocation;
import java.util.Optional;

/**
 * Permit or deny, with the rule that made it.
 *
 * @param rule absent where no rule permits
 */
public record Decision(boolean permitted, Optional<String> rule, Optional<SourceLocation> at) {
  /** What no rule permits. */
  public static final Decision DENIED = new Decision(false, Optional.empty(), Optional.empty());

  public static Decision permit(String rule, SourceLocation at) {
    return new Decision(true, Optional.of(rule), Optional.of(at));
  }
}
