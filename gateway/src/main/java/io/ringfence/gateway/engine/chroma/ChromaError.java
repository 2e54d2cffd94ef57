package io.ringfence.gateway.engine.chroma;

import io.ringfence.gateway.request.Refusal;

/** What Chroma calls each kind of refusal, as its clients know it. */
enum ChromaError {
  INVALID_ARGUMENT(400, "InvalidArgumentError"),
  AUTH(401, "AuthError"),
  FORBIDDEN(403, "AuthorizationError"),
  NOT_FOUND(404, "NotFoundError"),
  RATE_LIMIT(429, "RateLimitError"),
  QUOTA(413, "QuotaError"),
  INTERNAL(500, "InternalError"),
  UNAVAILABLE(503, "InternalError"),
  TIMED_OUT(504, "InternalError");

  private final int status;
  private final String text;

  ChromaError(int status, String text) {
    this.status = status;
    this.text = text;
  }

  int status() {
    return status;
  }

  String text() {
    return text;
  }

  static ChromaError of(Refusal.Kind kind) {
    return switch (kind) {
      case MALFORMED, UNSUPPORTED -> INVALID_ARGUMENT;
      case UNAUTHENTICATED -> AUTH;
      case DENIED -> FORBIDDEN;
      case NOT_FOUND -> NOT_FOUND;
      case TOO_LARGE -> QUOTA;
      case TOO_MANY -> RATE_LIMIT;
      case WITHHELD -> INTERNAL;
      case UNAVAILABLE -> UNAVAILABLE;
      case TIMED_OUT -> TIMED_OUT;
    };
  }
}
