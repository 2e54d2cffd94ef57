package io.ringfence.gateway.engine.shelf;

import io.ringfence.gateway.request.Refusal;

/** What Shelf calls each kind of refusal, as its clients know it. */
enum ShelfError {
  BAD_REQUEST(400),
  WHO_ARE_YOU(401),
  FORBIDDEN(403),
  NO_SUCH_SHELF(404),
  TOO_LARGE(413),
  SLOW_DOWN(429),
  BROKEN(500),
  AWAY(503);

  private final int status;

  ShelfError(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }

  static ShelfError of(Refusal.Kind kind) {
    return switch (kind) {
      case MALFORMED, UNSUPPORTED -> BAD_REQUEST;
      case UNAUTHENTICATED -> WHO_ARE_YOU;
      case DENIED -> FORBIDDEN;
      case NOT_FOUND -> NO_SUCH_SHELF;
      case TOO_LARGE -> TOO_LARGE;
      case TOO_MANY -> SLOW_DOWN;
      case WITHHELD -> BROKEN;
      case UNAVAILABLE, TIMED_OUT -> AWAY;
    };
  }
}
