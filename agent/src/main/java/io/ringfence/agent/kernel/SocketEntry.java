package io.ringfence.agent.kernel;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * A TCP, UDP or SCTP socket of a network namespace. IPv4 addresses in IPv6 sockets are given as
 * IPv4.
 *
 * @param remotePort 0 when it is not connected
 * @param user who owns it; absent when no process has it any more
 */
public record SocketEntry(
    Protocol protocol,
    InetAddress localAddress,
    int localPort,
    InetAddress remoteAddress,
    int remotePort,
    State state,
    OptionalLong user) {
  /** The transport protocol. */
  public enum Protocol {
    TCP,
    UDP,
    SCTP
  }

  /**
   * The states of {@code net/tcp_states.h}; UDP has ESTABLISHED, for connected, and CLOSE; SCTP
   * ESTABLISHED for each association and address of it.
   */
  public enum State {
    ESTABLISHED(1),
    SYN_SENT(2),
    SYN_RECV(3),
    FIN_WAIT1(4),
    FIN_WAIT2(5),
    TIME_WAIT(6),
    CLOSE(7),
    CLOSE_WAIT(8),
    LAST_ACK(9),
    LISTEN(10),
    CLOSING(11),
    NEW_SYN_RECV(12);

    private final int number;

    State(int number) {
      this.number = number;
    }

    static State of(int number) {
      return Arrays.stream(values())
          .filter(state -> state.number == number)
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no socket state: " + number));
    }
  }

  /** Whether it has an end at the other side. */
  public boolean connected() {
    return remotePort != 0;
  }

  /** Whether packets from here to there may be sent from it. */
  public boolean sends(InetAddress source, int port, InetAddress destination, int goal) {
    boolean from = localPort == port && (isBoundToAll() || localAddress.equals(source));
    boolean to = !connected() || remotePort == goal && remoteAddress.equals(destination);
    return from && to;
  }

  private boolean isBoundToAll() {
    return localAddress.isAnyLocalAddress();
  }

  /**
   * Whether it takes connections to an address and port of its family or, unless bound, of both.
   */
  boolean listensAt(InetAddress address, int port) {
    return state == State.LISTEN
        && localPort == port
        && (isBoundToAll() || localAddress.equals(address));
  }
}
