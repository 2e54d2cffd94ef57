package io.ringfence.gateway.limit;

import io.ringfence.model.Gateway;
import java.time.Duration;

/**
 * What one request or one caller may take: what the blueprint says, and where it says nothing,
 * still a bound.
 *
 * @param topK results that one query may ask for
 * @param bodyBytes of a request, decompressed
 * @param depth how deep lists and objects may nest in a request
 * @param batch records or queries in a request
 * @param time until a request is answered or given up
 * @param connections that one principal may have open
 * @param streams requests of one principal that are answered at one time
 */
public record Bounds(
    int topK, long bodyBytes, int depth, int batch, Duration time, int connections, int streams) {
  public static final Bounds DEFAULT =
      new Bounds(10_000, 32L << 20, 64, 10_000, Duration.ofSeconds(60), 1024, 1024);

  /** Connections of all principals together, and of those who are not known yet. */
  public static final int CONNECTIONS_MAX = 65_536;

  public static Bounds of(Gateway.Limits limits) {
    return new Bounds(
        limits.topK().orElse(DEFAULT.topK),
        limits.bodyBytes().orElse(DEFAULT.bodyBytes),
        limits.depth().orElse(DEFAULT.depth),
        limits.batch().orElse(DEFAULT.batch),
        limits.time().orElse(DEFAULT.time),
        limits.connections().orElse(DEFAULT.connections),
        limits.streams().orElse(DEFAULT.streams));
  }
}
