package io.ringfence.gateway.session;

import java.time.Instant;

/** What became of a session, for the record. */
public sealed interface SessionEvent {
  Instant at();

  /** A caller may have a session once it is approved. */
  record Asked(Instant at, Session session) implements SessionEvent {}

  record Began(Instant at, Session session) implements SessionEvent {}

  /** Its time was over, or what was asked for was never approved. */
  record Expired(Instant at, Session session) implements SessionEvent {}

  /**
   * @param approver its name
   */
  record Approved(Instant at, Session session, String approver) implements SessionEvent {}

  /**
   * An approval that was tried in vain.
   *
   * @param session as it was named
   */
  record ApprovalRefused(Instant at, String session, String approver, String why)
      implements SessionEvent {}

  record Revoked(Instant at, Revocation what, String by) implements SessionEvent {}

  record Reinstated(Instant at, Revocation what, String by) implements SessionEvent {}

  /** A stream that was running ended before its client or its database ended it. */
  record StreamEnded(Instant at, String caller, String why) implements SessionEvent {}
}
