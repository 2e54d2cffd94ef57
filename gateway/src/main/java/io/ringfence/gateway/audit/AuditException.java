package io.ringfence.gateway.audit;

import java.io.IOException;

/** Why something is not in the audit log, or the log cannot be used; in the operator's words. */
public final class AuditException extends IOException {
  private static final long serialVersionUID = 1L;

  public AuditException(String message) {
    super(message);
  }

  public AuditException(String message, Throwable cause) {
    super(message, cause);
  }
}
