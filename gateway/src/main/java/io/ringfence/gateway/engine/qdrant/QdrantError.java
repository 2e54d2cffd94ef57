package io.ringfence.gateway.engine.qdrant;

import io.ringfence.gateway.request.Refusal;

/** What Qdrant calls each kind of refusal: a status over HTTP and one over gRPC. */
enum QdrantError {
  BAD_INPUT(400, 3),
  UNAUTHENTICATED(401, 16),
  FORBIDDEN(403, 7),
  NOT_FOUND(404, 5),
  /** Over HTTP there is no word for it but that the request is bad. */
  UNSUPPORTED(400, 9),
  TOO_LARGE(413, 8),
  TOO_MANY(429, 8),
  INTERNAL(500, 13),
  UNAVAILABLE(503, 14),
  TIMED_OUT(504, 4);

  private final int http;
  private final int grpc;

  QdrantError(int http, int grpc) {
    this.http = http;
    this.grpc = grpc;
  }

  int http() {
    return http;
  }

  /** A status code of gRPC's. */
  int grpc() {
    return grpc;
  }

  static QdrantError of(Refusal.Kind kind) {
    return switch (kind) {
      case MALFORMED -> BAD_INPUT;
      case UNAUTHENTICATED -> UNAUTHENTICATED;
      case DENIED -> FORBIDDEN;
      case NOT_FOUND -> NOT_FOUND;
      case UNSUPPORTED -> UNSUPPORTED;
      case TOO_LARGE -> TOO_LARGE;
      case TOO_MANY -> TOO_MANY;
      case WITHHELD -> INTERNAL;
      case UNAVAILABLE -> UNAVAILABLE;
      case TIMED_OUT -> TIMED_OUT;
    };
  }
}
