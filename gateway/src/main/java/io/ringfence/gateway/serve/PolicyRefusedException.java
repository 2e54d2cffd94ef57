package io.ringfence.gateway.serve;

/** A blueprint may not be served: it is not valid, not proved, or not this gateway's. */
public final class PolicyRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  public PolicyRefusedException(String message) {
    super(message);
  }

  public PolicyRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
