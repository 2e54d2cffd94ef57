package io.ringfence.gateway.identity;

/** Why something that identities are verified by cannot be used, for the operator. */
public final class SourceException extends Exception {
  private static final long serialVersionUID = 1L;

  public SourceException(String message) {
    super(message);
  }

  public SourceException(String message, Throwable cause) {
    super(message, cause);
  }
}
