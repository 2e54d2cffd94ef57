package io.ringfence.agent.kernel;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * One direction of a tracked connection: who sends what to whom.
 *
 * @param protocol the IP protocol's number
 * @param sourcePort 0 unless the protocol has ports (so the destination port)
 * @param icmpType 0 unless the protocol is ICMP or ICMPv6 (so the code and the identifier)
 */
public record ConntrackTuple(
    InetAddress source,
    InetAddress destination,
    int protocol,
    int sourcePort,
    int destinationPort,
    int icmpType,
    int icmpCode,
    int icmpId) {
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;

  public ConntrackTuple {
    if (source.getClass() != destination.getClass()) {
      throw new IllegalArgumentException(
          "ends of two families: " + source.getHostAddress() + ", " + destination.getHostAddress());
    }
  }

  public static ConntrackTuple tcp(
      InetAddress source, int sourcePort, InetAddress destination, int destinationPort) {
    return ported(IpHeaders.TCP, source, sourcePort, destination, destinationPort);
  }

  public static ConntrackTuple udp(
      InetAddress source, int sourcePort, InetAddress destination, int destinationPort) {
    return ported(IpHeaders.UDP, source, sourcePort, destination, destinationPort);
  }

  private static ConntrackTuple ported(
      int protocol,
      InetAddress source,
      int sourcePort,
      InetAddress destination,
      int destinationPort) {
    return new ConntrackTuple(source, destination, protocol, sourcePort, destinationPort, 0, 0, 0);
  }

  /** The other direction of a connection with ports and without address translation. */
  public ConntrackTuple reversed() {
    if (isIcmp()) {
      throw new IllegalStateException("an ICMP exchange has no reverse of its own");
    }
    return ported(protocol, destination, destinationPort, source, sourcePort);
  }

  public boolean isIcmp() {
    return IpHeaders.isIcmp(protocol);
  }

  /** {@code AF_INET} or {@code AF_INET6}. */
  int family() {
    return source instanceof Inet4Address ? AF_INET : AF_INET6;
  }
}
