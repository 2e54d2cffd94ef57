package io.ringfence.gateway.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A caller's permission to use one access rule, at one moment. A value: what happens to it makes
 * another.
 *
 * <pre>
 *   none --ask--> Waiting --approve--> Live --time--> none
 *   none --use-----------------------> Live --revoke--> Revoked --time--> none
 * </pre>
 *
 * @param id unguessable, so that naming it shows one has seen it
 * @param caller its name
 * @param rule that permits
 * @param since when it was asked for, while it waits for approval; else when it began
 * @param until when it ends, unless it is ended before
 */
public record Session(
    String id, String caller, String rule, Instant since, Instant until, State state) {

  /** How long a session waits for approval. */
  public static final Duration WAITS_MAX = Duration.ofMinutes(15);

  /** Where a session stands. */
  public sealed interface State {
    /**
     * A second person has to approve it; until then nothing is permitted.
     *
     * @param lasts how long it will last, from its approval
     */
    record Waiting(Duration lasts) implements State {}

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

  /** What waits for a second person. */
  static Session asked(String id, Key key, Duration lasts, Instant now) {
    return new Session(
        id, key.caller(), key.rule(), now, now.plus(WAITS_MAX), new State.Waiting(lasts));
  }

  /** What nobody needs to approve. */
  static Session begun(String id, Key key, Duration lasts, Instant now) {
    return new Session(
        id, key.caller(), key.rule(), now, now.plus(lasts), new State.Live(Optional.empty()));
  }

  /** Of one that waits. */
  Session approved(String approver, Duration lasts, Instant now) {
    return new Session(
        id, caller, rule, now, now.plus(lasts), new State.Live(Optional.of(approver)));
  }

  Session revoked() {
    return new Session(id, caller, rule, since, until, new State.Revoked());
  }

  Key key() {
    return new Key(caller, rule);
  }

  boolean over(Instant now) {
    return !now.isBefore(until);
  }

  /** Whether it permits at that moment. */
  boolean stands(Instant now) {
    return state instanceof State.Live && !over(now);
  }

  /** Whether a second person has approved it, and it permits. */
  boolean approved(Instant now) {
    return state instanceof State.Live live && live.approver().isPresent() && !over(now);
  }
}
