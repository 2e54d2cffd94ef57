package io.ringfence.lab;

/** Why there can be no such lab here; the message is one line for the operator. */
public final class LabUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  public LabUnavailable(String message) {
    super(message);
  }

  public LabUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
