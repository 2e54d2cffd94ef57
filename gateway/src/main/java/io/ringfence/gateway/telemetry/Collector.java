package io.ringfence.gateway.telemetry;

import java.io.IOException;

/** Where telemetry goes. */
@FunctionalInterface
public interface Collector {
  /** What became of one request. */
  enum Outcome {
    TAKEN,
    /** Not now; the same may be taken later. */
    LATER,
    /** It will never be taken. */
    NEVER
  }

  /**
   * @param path of the signal: {@code /v1/traces} or {@code /v1/logs}
   * @throws IOException when the collector is not reached
   */
  Outcome send(String path, byte[] request) throws IOException;

  /** The same; whatever fails is worth another try. */
  default Outcome attempt(String path, byte[] request) {
    try {
      return send(path, request);
    } catch (IOException | RuntimeException e) {
      return Outcome.LATER;
    }
  }
}
