package io.ringfence.gateway.engine;

import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.GrpcCall;
import io.ringfence.gateway.request.Scope;
import java.util.Optional;

/** One engine's gRPC where some methods stream. What is not declared to stream is unary. */
public interface StreamingProtocol extends Protocol<GrpcCall, GrpcAnswer> {
  /** How a method streams; empty where it is unary, or none. */
  Optional<Dialogue.Form> form(String service, String method);

  /**
   * A call of a method that streams.
   *
   * @param depthMax how deep messages may nest
   */
  Dialogue begin(String service, String method, Scope scope, int depthMax);
}
