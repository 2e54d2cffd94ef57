package io.ringfence.gateway.request;

/** Ends the understanding of a request: the refusal is its answer. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  public RefusedException(Refusal.Kind kind, String text) {
    this(new Refusal(kind, text));
  }

  public RefusedException(Refusal refusal) {
    // Refusals are answers, many a second under attack, and need no stack.
    super(refusal.text(), null, false, false);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
