package io.ringfence.gateway.admin;

import io.ringfence.gateway.identity.Identified;
import java.util.Optional;

/**
 * Who stands at the operator's door.
 *
 * @param name for the record
 * @param identity as verified by mTLS; absent on the machine itself, where the kernel says who it
 *     is, and where nobody can approve
 */
public record Operator(String name, Right right, Optional<Identified> identity) {
  /** What somebody may do there. */
  public enum Right {
    /** Status, readiness and metrics. */
    LOOK,
    /** All but to approve. */
    OPERATE,
    /** All. */
    APPROVE
  }

  /** Somebody on the machine itself: root, or the gateway's own user. */
  public static Operator local(String user) {
    return new Operator("user:" + user, Right.OPERATE, Optional.empty());
  }

  boolean may(Right wanted) {
    return right.compareTo(wanted) >= 0;
  }
}
