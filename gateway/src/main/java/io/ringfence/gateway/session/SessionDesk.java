package io.ringfence.gateway.session;

import io.ringfence.gateway.identity.Identified;
import java.util.List;

/** What operators do with sessions, by the operator's door. */
public interface SessionDesk {
  /** All that are not over, by caller and rule. */
  List<Session> list();

  /**
   * Approves a session that waits.
   *
   * @param approver as verified: one of the blueprint's approvers, and not who asked
   * @throws SessionException in words for the operator, when it is not to be
   */
  Session approve(String session, Identified approver) throws SessionException;

  /**
   * Ends what is named, at once and for as long as it could last, and streams with it. It holds
   * across a restart.
   *
   * @param by who revokes, for the record
   * @throws SessionException when there is nothing to revoke, or it cannot be kept for good (what
   *     is named is ended even so)
   */
  void revoke(Revocation what, String by) throws SessionException;

  /**
   * Takes a revocation back.
   *
   * @throws SessionException when there is none of it, or that cannot be kept for good
   */
  void reinstate(Revocation what, String by) throws SessionException;

  /** What is revoked, in the order in which it was. */
  List<Revocation> revoked();
}
