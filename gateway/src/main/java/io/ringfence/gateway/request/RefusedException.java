package io.ringfence.gateway.request;

/** Ends the understanding of a request: the refusal is its answer. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  public RefusedException(Refusal.Kind kind, String text) {
    // Refusals are answers, many a second under attack, and need no stack.
    super(text, null, false, false);
    this.refusal = new Refusal(kind, text);
  }

  public Refusal refusal() {
    return refusal;
  }
}
