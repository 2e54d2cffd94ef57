package io.ringfence.gateway.exchange;

import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Refusal;
import java.util.Optional;

/**
 * An answer's way out: what became of a request is recorded once the last byte of its answer has
 * left, or the client is gone. Whichever comes last, the answer or the leaving, records it.
 */
public final class Departure {
  /** Where nobody tells when an answer has left: it has when it is there. */
  public static final Departure AT_ONCE = new Departure(true);

  private final boolean atOnce;
  private AuditTrail.Entry entry;
  private Optional<Refusal> refusal = Optional.empty();
  private Extent extent;
  private boolean left;
  private boolean whole;
  private String explanation = "";

  public Departure() {
    this(false);
  }

  private Departure(boolean atOnce) {
    this.atOnce = atOnce;
  }

  /** Has the answer say what decided, before it is there. */
  public void explain(Decision decision) {
    if (!atOnce) {
      explanation = decision.explanation();
    }
  }

  /** What decided, in printable ASCII; empty where answers do not say. */
  public String explanation() {
    return explanation;
  }

  /** The answer is there. */
  void answered(AuditTrail.Entry of, Optional<Refusal> why, Extent how) {
    if (atOnce) {
      of.completed(why, how);
      return;
    }
    boolean late;
    synchronized (this) {
      entry = of;
      refusal = why;
      extent = how;
      late = left;
    }
    if (late) {
      record();
    }
  }

  /**
   * It has left; once.
   *
   * @param wholly whether its last byte is out
   */
  public void left(boolean wholly) {
    if (atOnce) {
      return;
    }
    boolean there;
    synchronized (this) {
      if (left) {
        return;
      }
      left = true;
      whole = wholly;
      there = entry != null;
    }
    if (there) {
      record();
    }
  }

  /** A refusal says what went wrong, also where the client was told in other words or had gone. */
  private void record() {
    if (whole || refusal.isPresent()) {
      entry.completed(refusal, extent);
    } else {
      entry.cutOff(extent);
    }
  }
}
