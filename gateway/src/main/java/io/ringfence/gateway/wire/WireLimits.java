package io.ringfence.gateway.wire;

import io.ringfence.gateway.limit.Bounds;
import java.time.Duration;

/**
 * The bounds on what one client may take of a listener.
 *
 * @param connectionsMax at one time, over all clients
 * @param bodyBytesMax of one request
 * @param handshakeTime from the connection to the end of TLS
 * @param requestTime from a request's first byte to its last
 * @param idleTime between two requests of one connection
 * @param answerTime from an answer's first byte to its last
 * @param wholeTime from a request that is wholly there to its answer
 * @param depthMax how deep a request's body may nest
 */
public record WireLimits(
    int connectionsMax,
    int bodyBytesMax,
    Duration handshakeTime,
    Duration requestTime,
    Duration idleTime,
    Duration answerTime,
    Duration wholeTime,
    int depthMax) {
  /** With the bounds of a request where the blueprint says nothing. */
  public WireLimits(
      int connectionsMax,
      int bodyBytesMax,
      Duration handshakeTime,
      Duration requestTime,
      Duration idleTime,
      Duration answerTime) {
    this(
        connectionsMax,
        bodyBytesMax,
        handshakeTime,
        requestTime,
        idleTime,
        answerTime,
        Bounds.DEFAULT.time(),
        Bounds.DEFAULT.depth());
  }

  /** A request line, or one header field. */
  static final int LINE_BYTES_MAX = 16 << 10;

  /** All of a request's head. */
  static final int HEAD_BYTES_MAX = 32 << 10;

  static final int FIELDS_MAX = 100;

  /** Streams of one connection at one time (HTTP/2). */
  static final int STREAMS_MAX = 128;

  /** Streams that a client may take back within {@link #WINDOW} (rapid reset). */
  static final int RESETS_MAX = 200;

  /** SETTINGS, PING, PRIORITY and unknown frames within {@link #WINDOW}. */
  static final int CONTROL_FRAMES_MAX = 500;

  /** CONTINUATION frames of one block of headers that are not full. */
  static final int SMALL_CONTINUATIONS_MAX = 8;

  static final int EMPTY_DATA_FRAMES_MAX = 8;

  static final Duration WINDOW = Duration.ofSeconds(10);

  public static final WireLimits DEFAULT =
      new WireLimits(
          16_384,
          32 << 20,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(75),
          Duration.ofSeconds(30));

  public WireLimits bodyBytesMax(int bytes) {
    return new WireLimits(
        connectionsMax,
        bytes,
        handshakeTime,
        requestTime,
        idleTime,
        answerTime,
        wholeTime,
        depthMax);
  }

  public WireLimits connectionsMax(int connections) {
    return new WireLimits(
        connections,
        bodyBytesMax,
        handshakeTime,
        requestTime,
        idleTime,
        answerTime,
        wholeTime,
        depthMax);
  }

  /** With a blueprint's bounds on one request. */
  public WireLimits bounds(Bounds bounds) {
    return new WireLimits(
        connectionsMax,
        (int) Math.min(bounds.bodyBytes(), Integer.MAX_VALUE / 2),
        handshakeTime,
        requestTime,
        idleTime,
        answerTime,
        bounds.time(),
        bounds.depth());
  }

  /** With the same bound for everything that a slow client can draw out. */
  public WireLimits times(Duration each) {
    return new WireLimits(
        connectionsMax, bodyBytesMax, each, each, each, each, wholeTime, depthMax);
  }
}
