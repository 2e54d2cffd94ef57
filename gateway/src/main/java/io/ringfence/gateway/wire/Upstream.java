package io.ringfence.gateway.wire;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A database to ask, and the bounds on asking it.
 *
 * @param credentials the headers with which the gateway logs in, as of now
 * @param connectionsMax of each thread at one time
 * @param waitingMax questions of each thread that wait for a connection
 * @param answerBytesMax of one answer
 * @param connectTime until the connection, TLS included, is there
 * @param answerTime from the question to the end of its answer
 */
public record Upstream(
    InetSocketAddress socket,
    Optional<UpstreamTls> tls,
    Supplier<Map<String, String>> credentials,
    int connectionsMax,
    int waitingMax,
    int answerBytesMax,
    Duration connectTime,
    Duration answerTime) {
  /** A connection that is idle for so long is not used again: servers close theirs at 5 s. */
  static final Duration IDLE_MAX = Duration.ofSeconds(4);

  public static Upstream of(
      InetSocketAddress socket,
      Optional<UpstreamTls> tls,
      Supplier<Map<String, String>> credentials) {
    return new Upstream(
        socket,
        tls,
        credentials,
        128,
        1024,
        64 << 20,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30));
  }

  public Upstream answerTime(Duration time) {
    return new Upstream(
        socket, tls, credentials, connectionsMax, waitingMax, answerBytesMax, connectTime, time);
  }

  /** With other bounds on connections and those who wait for one. */
  public Upstream connections(int connections, int waiting) {
    return new Upstream(
        socket, tls, credentials, connections, waiting, answerBytesMax, connectTime, answerTime);
  }

  /** With other credentials. */
  public Upstream credentials(Supplier<Map<String, String>> other) {
    return new Upstream(
        socket, tls, other, connectionsMax, waitingMax, answerBytesMax, connectTime, answerTime);
  }

  public Upstream answerBytesMax(int bytes) {
    return new Upstream(
        socket, tls, credentials, connectionsMax, waitingMax, bytes, connectTime, answerTime);
  }

  /** What stands in {@code Host} and {@code :authority}. */
  String authority() {
    String address = socket.getAddress().getHostAddress();
    return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + socket.getPort();
  }
}
