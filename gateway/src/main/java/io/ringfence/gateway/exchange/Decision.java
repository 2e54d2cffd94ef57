package io.ringfence.gateway.exchange;

import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.session.Session;
import io.ringfence.model.SourceLocation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Permit or deny, with the rule that made it.
 *
 * @param rule absent where no rule permits
 * @param sessions under which it is permitted; of a denial, those that wait for an approval, which
 *     is all that is missing
 */
public record Decision(
    boolean permitted, Optional<String> rule, Optional<SourceLocation> at, List<Session> sessions) {
  /** What no rule permits. */
  public static final Decision DENIED = new Decision(false, Optional.empty(), Optional.empty());

  public Decision {
    sessions = List.copyOf(sessions);
  }

  /** One that has nothing to do with sessions. */
  public Decision(boolean permitted, Optional<String> rule, Optional<SourceLocation> at) {
    this(permitted, rule, at, List.of());
  }

  public static Decision permit(String rule, SourceLocation at) {
    return new Decision(true, Optional.of(rule), Optional.of(at));
  }

  /** What would be permitted, had a second person approved these. */
  public static Decision waitsFor(List<Session> sessions) {
    return new Decision(false, Optional.empty(), Optional.empty(), sessions);
  }

  /**
   * Which rule decided, and where it stands, for developers who try a blueprint; never what exists.
   * In printable ASCII.
   */
  public String explanation() {
    return rule.map(r -> "rule " + r + at.map(a -> " at " + a).orElse(""))
        .orElse("no rule")
        .replaceAll("[^ -~]", "?");
  }

  /** For whom it denies; it names what lacks a rule, and nothing of what exists. */
  public String denial(Operation operation) {
    String waiting =
        sessions.isEmpty()
            ? ""
            : sessions.stream()
                .map(s -> "`" + s.id() + "`")
                .collect(Collectors.joining(", ", "; it waits for approval as session ", ""));
    return operation.unpermitted() + waiting;
  }
}
