package io.ringfence.gateway.request;

/**
 * A unary call over gRPC, without its framing. No metadata of a client's is among it.
 *
 * @param service with its package: {@code qdrant.Points}
 * @param message the protobuf message, uncompressed, not to be changed
 */
public record GrpcCall(String service, String method, byte[] message) {}
