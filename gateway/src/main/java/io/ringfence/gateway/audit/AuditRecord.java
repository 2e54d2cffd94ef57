package io.ringfence.gateway.audit;

import io.ringfence.gateway.policy.Observations;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Touch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One thing that the audit log tells. Its fields are all there is: none holds a filter's value, a
 * literal of SQL, a vector, a payload or a credential.
 */
public sealed interface AuditRecord {
  Instant time();

  /**
   * A request was decided; durable before the first byte of its answer.
   *
   * @param generation of the policy that decided it
   * @param request its id, which its completion bears too
   * @param client its address, as text
   * @param operation by its engine's name; absent where the request was not understood
   * @param rule that permits it, with file, line and column
   * @param reason the kind of refusal; absent where it is permitted
   * @param statement of SQL, printed anew without its literals
   * @param trace that the request is a part of, where it is traced
   */
  record Decided(
      Instant time,
      String generation,
      String gateway,
      String request,
      String principal,
      Optional<String> tenant,
      String client,
      String engine,
      Optional<String> operation,
      List<Touch> touches,
      boolean permitted,
      Optional<String> rule,
      Optional<String> ruleAt,
      Optional<String> reason,
      Optional<String> statement,
      Optional<String> trace)
      implements AuditRecord {
    public Decided {
      touches = List.copyOf(touches);
    }

    /** One that is no statement, and not traced. */
    public Decided(
        Instant time,
        String generation,
        String gateway,
        String request,
        String principal,
        Optional<String> tenant,
        String client,
        String engine,
        Optional<String> operation,
        List<Touch> touches,
        boolean permitted,
        Optional<String> rule,
        Optional<String> ruleAt,
        Optional<String> reason) {
      this(
          time,
          generation,
          gateway,
          request,
          principal,
          tenant,
          client,
          engine,
          operation,
          touches,
          permitted,
          rule,
          ruleAt,
          reason,
          Optional.empty(),
          Optional.empty());
    }

    /** Whether the rule denies it, and it was let pass because the rule is only observed. */
    public boolean observed() {
      return permitted && rule.filter(r -> r.startsWith(Observations.MARK)).isPresent();
    }
  }

  /**
   * What became of a decided request.
   *
   * @param status {@link #ANSWERED}, {@link #CUT_OFF}, or the kind of refusal
   * @param latency from the decision to the last byte of the answer
   */
  record Completed(Instant time, String request, String status, Extent extent, Duration latency)
      implements AuditRecord {
    public static final String ANSWERED = "answered";

    /** The client was gone before the last byte. */
    public static final String CUT_OFF = "cut_off";
  }

  /** What an operator did; there is room for it also on a full disk. */
  record Operated(Instant time, String operator, Action action, Optional<String> subject)
      implements AuditRecord {
    /** What operators do. */
    public enum Action {
      STATUS,
      APPROVE,
      REVOKE,
      REINSTATE,
      RELOAD,
      DRAIN,
      AUDIT
    }
  }

  /**
   * What became of a session: {@code asked}, {@code began}, {@code approved}, {@code
   * approval_refused}, {@code expired}, {@code revoked}, {@code reinstated}, or {@code cut} where
   * what ran under it was ended.
   *
   * @param by who approved or revoked
   * @param why what was revoked, or why it was refused or cut
   */
  record OfSession(
      Instant time,
      String event,
      Optional<String> session,
      Optional<String> caller,
      Optional<String> rule,
      Optional<String> by,
      Optional<String> why)
      implements AuditRecord {}

  /** A start after a stop in the middle of a write: so many bytes of a torn line were set aside. */
  record Recovered(Instant time, String segment, long tornBytes) implements AuditRecord {}
}
