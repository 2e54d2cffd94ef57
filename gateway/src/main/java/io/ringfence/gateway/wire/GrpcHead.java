package io.ringfence.gateway.wire;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.time.Duration;
import java.util.Optional;

/**
 * The head of a call over gRPC.
 *
 * @param service with its package
 * @param secret beside a certificate
 * @param timeout how long its caller waits
 */
record GrpcHead(
    String service,
    String method,
    Optional<String> secret,
    Optional<String> traceparent,
    Optional<Duration> timeout) {
  static final String CONTENT_TYPE = "application/grpc";

  /**
   * @throws RefusedException when it is no call over gRPC, or its messages are compressed
   */
  static GrpcHead of(Http2Request head) throws RefusedException {
    RequestHead request = RequestHead.of(head.method(), head.target(), head.fields());
    boolean grpc =
        request.method().equals("POST")
            && request
                .contentType()
                .filter(t -> t.equals(CONTENT_TYPE) || t.equals(CONTENT_TYPE + "+proto"))
                .isPresent();
    if (!grpc) {
      throw HeaderFields.malformed("this is no call over gRPC");
    }
    if (head.fields().one("grpc-encoding").filter(e -> !e.equals("identity")).isPresent()) {
      throw new RefusedException(Refusal.Kind.UNSUPPORTED, "compressed messages are not served");
    }
    if (request.target().path().size() != 2 || !request.target().query().isEmpty()) {
      throw HeaderFields.malformed("the path is not `/SERVICE/METHOD`");
    }
    return new GrpcHead(
        request.target().path().getFirst(),
        request.target().path().getLast(),
        request.secret(),
        request.traceparent(),
        GrpcFraming.timeout(head.fields()));
  }
}
