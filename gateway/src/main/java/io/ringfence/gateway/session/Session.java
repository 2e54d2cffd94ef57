package io.ringfence.gateway.session;

import java.time.Instant;
import java.util.Optional;

/**
 * A caller's permission to use one access rule, at one moment. A value: what happens to it makes
 * another.
 *
 * @param id unguessable, so that naming it shows one has seen it
 * @param caller its name
 * @param rule that permits
 * @param since when it was asked for, if it waits for approval; else when it began
 * @param until when it ends, unless it is ended before
 */
public record Session(
    String id, String caller, String rule, Instant since, Instant until, State state) {

  /** Where a session stands. */
  public sealed interface State {
    /** A second person has to approve it; until then nothing is permitted. */
    record Waiting() implements State {}

    /**
     * It permits.
     *
     * @param approver who approved it, where the rule demands that
     */
    record Live(Optional<String> approver) implements State {}

    /** Ended before its time; the caller gets no other under the rule until that has come. */
    record Revoked() implements State {}
  }

  /** One of a caller under a rule. */
  record Key(String caller, String rule) {}

  Key key() {
    return new Key(caller, rule);
  }

  boolean over(Instant now) {
    return !now.isBefore(until);
  }
}
