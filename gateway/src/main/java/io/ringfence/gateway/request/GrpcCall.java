package io.ringfence.gateway.request;

/**
 * A unary call over gRPC, without its framing. No metadata of a client's is among it.
 *
 * @param service with its package: {@code qdrant.Points}
 * @param message the protobuf message, uncompressed, not to be changed
 * @param depthMax how deep messages may nest in it
 */
public record GrpcCall(String service, String method, byte[] message, int depthMax) {
  public GrpcCall(String service, String method, byte[] message) {
    this(service, method, message, StrictJson.DEPTH_DEFAULT);
  }
}
