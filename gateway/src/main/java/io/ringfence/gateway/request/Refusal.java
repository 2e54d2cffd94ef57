package io.ringfence.gateway.request;

import java.time.Duration;
import java.util.Optional;

/**
 * Why a request is not answered from the database, before its engine words it in its own format.
 *
 * @param text for the client: it never says what exists
 * @param retryAfter when the same request may be answered, where waiting helps
 */
public record Refusal(Kind kind, String text, Optional<Duration> retryAfter) {
  /** Of everything, denials too, while decisions cannot be recorded: none is told. */
  public static final Refusal UNRECORDED =
      new Refusal(Kind.UNAVAILABLE, "the decision cannot be recorded, so that nothing is answered");

  public Refusal(Kind kind, String text) {
    this(kind, text, Optional.empty());
  }

  /** What an engine's format tells apart. */
  public enum Kind {
    /** It cannot be understood wholly, and so is not understood at all. */
    MALFORMED,
    UNAUTHENTICATED,
    /** No rule permits it, or it is an operation that the gateway does not know. */
    DENIED,
    /** What it names does not exist for this caller; something foreign is no different. */
    NOT_FOUND,
    /** Understood, permitted, and impossible where data is kept apart as it is here. */
    UNSUPPORTED,
    /** Past a limit of size, depth, batch or top-k. */
    TOO_LARGE,
    /** Past a rate. */
    TOO_MANY,
    /** The database's answer does not hold what was asked for, so none of it is shown. */
    WITHHELD,
    /** The database, or something that a decision needs, does not answer. */
    UNAVAILABLE,
    TIMED_OUT
  }
}
