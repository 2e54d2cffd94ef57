package io.ringfence.gateway.request;

/**
 * The answer to a unary call over gRPC, without its framing.
 *
 * @param message the protobuf message, not to be changed; empty where the status is not {@link #OK}
 * @param status a code of gRPC's: {@code grpc-status}
 * @param text {@code grpc-message}, before it is percent-encoded; empty where there is none
 */
public record GrpcAnswer(byte[] message, int status, String text) {
  public static final int OK = 0;

  public static GrpcAnswer ok(byte[] message) {
    return new GrpcAnswer(message, OK, "");
  }

  /**
   * @param status not {@link #OK}
   */
  public static GrpcAnswer failed(int status, String text) {
    return new GrpcAnswer(new byte[0], status, text);
  }
}
