package io.ringfence.agent.kernel;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * A connection as the kernel tracks it.
 *
 * @param original the direction of the packet that created the entry: its source is the initiator
 * @param reply what the answers look like; the reverse of the original, but for translated
 *     addresses
 * @param status the {@code IPS_*} bits of {@code linux/netfilter/nf_conntrack_common.h}
 * @param mark the connection's mark, 0 if none was set
 * @param timeout how long the entry still lives without another packet
 * @param tcpState empty for other protocols
 * @param id what distinguishes it from an earlier entry of the same tuple
 * @param zone 0 unless zones are in use
 */
public record ConntrackEntry(
    ConntrackTuple original,
    ConntrackTuple reply,
    int status,
    int mark,
    Duration timeout,
    Optional<TcpState> tcpState,
    int id,
    int zone) {
  static final int SEEN_REPLY = 1 << 1;
  static final int ASSURED = 1 << 2;
  static final int CONFIRMED = 1 << 3;

  /** The states of a tracked TCP connection, with the kernel's numbers. */
  public enum TcpState {
    NONE(0),
    SYN_SENT(1),
    SYN_RECV(2),
    ESTABLISHED(3),
    FIN_WAIT(4),
    CLOSE_WAIT(5),
    LAST_ACK(6),
    TIME_WAIT(7),
    CLOSE(8),
    SYN_SENT2(9);

    final int number;

    TcpState(int number) {
      this.number = number;
    }

    static Optional<TcpState> of(int number) {
      return Arrays.stream(values()).filter(state -> state.number == number).findFirst();
    }
  }

  public boolean seenReply() {
    return (status & SEEN_REPLY) != 0;
  }

  /** Whether it is kept when the table is full. */
  public boolean assured() {
    return (status & ASSURED) != 0;
  }
}
