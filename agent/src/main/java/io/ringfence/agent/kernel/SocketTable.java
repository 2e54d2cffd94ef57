package io.ringfence.agent.kernel;

import io.ringfence.agent.kernel.SocketEntry.Protocol;
import io.ringfence.agent.kernel.SocketEntry.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The TCP, UDP and SCTP sockets of a network namespace at one moment. */
public record SocketTable(List<SocketEntry> sockets) {
  private static final Path NET = Path.of("/proc/thread-self/net");

  /** The owner, and the file that a process has the socket open by. */
  private static final int USER = 7;

  private static final int INODE = 9;

  /** Who opened a connection. */
  public enum Initiator {
    LOCAL,
    REMOTE
  }

  public SocketTable {
    sockets = List.copyOf(sockets);
  }

  /** Reads the sockets of the calling thread's network namespace ({@code man 5 proc_pid_net}). */
  public static SocketTable read() throws IOException {
    List<SocketEntry> sockets = new ArrayList<>();
    for (String file : List.of("tcp", "tcp6", "udp", "udp6")) {
      Protocol protocol = file.startsWith("tcp") ? Protocol.TCP : Protocol.UDP;
      lines(file).skip(1).map(line -> entry(protocol, line)).forEach(sockets::add);
    }
    lines("sctp/assocs").skip(1).flatMap(SctpAssociations::sockets).forEach(sockets::add);
    return new SocketTable(sockets);
  }

  private static Stream<String> lines(String file) throws IOException {
    try {
      return Files.readAllLines(NET.resolve(file)).stream();
    } catch (NoSuchFileException e) {
      return Stream.empty(); // a kernel without that family or protocol
    }
  }

  /** The TCP connections that are neither being opened nor over. */
  public List<SocketEntry> tcpConnections() {
    return sockets.stream()
        .filter(socket -> socket.protocol() == Protocol.TCP && isLive(socket.state()))
        .toList();
  }

  private static boolean isLive(State state) {
    return switch (state) {
      case ESTABLISHED, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT, CLOSING, LAST_ACK -> true;
      case SYN_SENT, SYN_RECV, NEW_SYN_RECV, TIME_WAIT, CLOSE, LISTEN -> false;
    };
  }

  /**
   * Who opened a TCP connection: the other end if we listen where it is connected to. One whose
   * listener is gone since counts as ours. Of a connection within the namespace, the end that is
   * listened at is the remote's.
   */
  public Initiator initiator(SocketEntry connection) {
    boolean listening =
        sockets.stream()
            .anyMatch(s -> s.listensAt(connection.localAddress(), connection.localPort()));
    return listening ? Initiator.REMOTE : Initiator.LOCAL;
  }

  /** The sockets that may have opened a connection from here. */
  public List<SocketEntry> senders(ConntrackTuple opened) {
    return sockets.stream()
        .filter(s -> number(s.protocol()) == opened.protocol())
        .filter(s -> s.state() != State.LISTEN)
        .filter(
            s ->
                s.sends(
                    opened.source(),
                    opened.sourcePort(),
                    opened.destination(),
                    opened.destinationPort()))
        .toList();
  }

  private static int number(Protocol protocol) {
    return switch (protocol) {
      case TCP -> IpHeaders.TCP;
      case UDP -> IpHeaders.UDP;
      case SCTP -> IpHeaders.SCTP;
    };
  }

  private static SocketEntry entry(Protocol protocol, String line) {
    String[] fields = line.strip().split("\\s+", -1);
    return new SocketEntry(
        protocol,
        address(fields[1]),
        port(fields[1]),
        address(fields[2]),
        port(fields[2]),
        State.of(Integer.parseInt(fields[3], 16)),
        fields[INODE].equals("0") ? OptionalLong.empty() : OptionalLong.of(user(fields)));
  }

  private static long user(String[] fields) {
    return Long.parseLong(fields[USER]);
  }

  private static int port(String end) {
    return Integer.parseInt(end.substring(end.indexOf(':') + 1), 16);
  }

  /** The kernel prints an address as words of 32 bits, each as a number of this machine. */
  private static InetAddress address(String end) {
    byte[] printed = HexFormat.of().parseHex(end.substring(0, end.indexOf(':')));
    ByteBuffer address = ByteBuffer.allocate(printed.length).order(ByteOrder.nativeOrder());
    for (ByteBuffer in = ByteBuffer.wrap(printed); in.hasRemaining(); ) {
      address.putInt(in.getInt());
    }
    try {
      return InetAddress.getByAddress(address.array());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of neither 4 nor 16 bytes", e);
    }
  }
}
