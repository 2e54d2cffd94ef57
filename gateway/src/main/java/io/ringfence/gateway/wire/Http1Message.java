package io.ringfence.gateway.wire;

/**
 * A request or an answer in HTTP/1.1, read wholly.
 *
 * @param start its first line: a {@link Request} or a {@link Status}
 */
record Http1Message(Start start, HeaderFields fields, byte[] body) {
  /** What the first line says. */
  sealed interface Start {}

  record Request(String method, String target) implements Start {}

  record Status(int code) implements Start {}
}
