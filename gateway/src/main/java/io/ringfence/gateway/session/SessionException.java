package io.ringfence.gateway.session;

/** What an operator asks for and cannot have, in words for them. */
public final class SessionException extends Exception {
  private static final long serialVersionUID = 1L;

  public SessionException(String message) {
    super(message);
  }

  public SessionException(String message, Throwable cause) {
    super(message, cause);
  }
}
