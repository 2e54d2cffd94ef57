package io.ringfence.agent.kernel;

import io.ringfence.agent.kernel.ConntrackEntry.TcpState;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/** Tracked connections as netlink attributes ({@code linux/netfilter/nfnetlink_conntrack.h}). */
final class ConntrackCodec {
  static final int TUPLE_ORIGINAL = 1;
  static final int TUPLE_REPLY = 2;
  static final int STATUS = 3;
  static final int PROTOCOL_INFO = 4;
  static final int TIMEOUT = 7;
  static final int MARK = 8;
  static final int ID = 12;
  static final int ZONE = 18;
  static final int MARK_MASK = 21;

  private static final int TUPLE_IP = 1;
  private static final int TUPLE_PROTOCOL = 2;
  private static final int V4_SOURCE = 1;
  private static final int V6_SOURCE = 3;
  private static final int PROTOCOL_NUMBER = 1;
  private static final int SOURCE_PORT = 2;
  private static final int DESTINATION_PORT = 3;
  private static final int ICMP_ID = 4;
  private static final int ICMPV6_ID = 7;
  private static final int INFO_TCP = 1;
  private static final int TCP_STATE = 1;
  private static final int TCP_FLAGS_ORIGINAL = 4;
  private static final int TCP_FLAGS_REPLY = 5;

  /** The window is not checked: it was negotiated before we looked. */
  private static final byte BE_LIBERAL = 8;

  private ConntrackCodec() {}

  static ConntrackEntry entry(NetlinkAttributes from) {
    return new ConntrackEntry(
        tuple(from.nested(TUPLE_ORIGINAL)),
        tuple(from.nested(TUPLE_REPLY)),
        from.number(STATUS).orElse(0),
        from.number(MARK).orElse(0),
        Duration.ofSeconds(Integer.toUnsignedLong(from.number(TIMEOUT).orElse(0))),
        tcpState(from.nested(PROTOCOL_INFO).nested(INFO_TCP)),
        from.number(ID).orElse(0),
        from.number(ZONE).orElse(0));
  }

  private static Optional<TcpState> tcpState(NetlinkAttributes info) {
    return info.find(TCP_STATE).flatMap(state -> TcpState.of(state[0]));
  }

  private static ConntrackTuple tuple(NetlinkAttributes from) {
    NetlinkAttributes ip = from.nested(TUPLE_IP);
    NetlinkAttributes protocol = from.nested(TUPLE_PROTOCOL);
    int first = ip.find(V4_SOURCE).isPresent() ? V4_SOURCE : V6_SOURCE;
    int number = protocol.number(PROTOCOL_NUMBER).orElse(0);
    int icmp = number == IpHeaders.ICMPV6 ? ICMPV6_ID : ICMP_ID;
    return new ConntrackTuple(
        address(ip, first),
        address(ip, first + 1),
        number,
        protocol.number(SOURCE_PORT).orElse(0),
        protocol.number(DESTINATION_PORT).orElse(0),
        protocol.number(icmp + 1).orElse(0),
        protocol.number(icmp + 2).orElse(0),
        protocol.number(icmp).orElse(0));
  }

  private static InetAddress address(NetlinkAttributes ip, int type) {
    try {
      return InetAddress.getByAddress(ip.find(type).orElseThrow());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of neither 4 nor 16 bytes", e);
    }
  }

  static NetlinkAttributes attributes(ConntrackTuple tuple) {
    int first = tuple.family() == ConntrackTuple.AF_INET ? V4_SOURCE : V6_SOURCE;
    var ip =
        new NetlinkAttributes()
            .with(first, tuple.source().getAddress())
            .with(first + 1, tuple.destination().getAddress());
    var protocol = new NetlinkAttributes().withByte(PROTOCOL_NUMBER, tuple.protocol());
    if (tuple.isIcmp()) {
      int icmp = tuple.protocol() == IpHeaders.ICMPV6 ? ICMPV6_ID : ICMP_ID;
      protocol
          .withShort(icmp, tuple.icmpId())
          .withByte(icmp + 1, tuple.icmpType())
          .withByte(icmp + 2, tuple.icmpCode());
    } else {
      protocol
          .withShort(SOURCE_PORT, tuple.sourcePort())
          .withShort(DESTINATION_PORT, tuple.destinationPort());
    }
    return new NetlinkAttributes().withNested(TUPLE_IP, ip).withNested(TUPLE_PROTOCOL, protocol);
  }

  /** What a TCP connection is that was established before it was tracked. */
  static NetlinkAttributes establishedTcp() {
    byte[] liberal = {BE_LIBERAL, BE_LIBERAL}; // struct nf_ct_tcp_flags: flags, mask
    var tcp =
        new NetlinkAttributes()
            .withByte(TCP_STATE, TcpState.ESTABLISHED.number)
            .with(TCP_FLAGS_ORIGINAL, liberal)
            .with(TCP_FLAGS_REPLY, liberal);
    return new NetlinkAttributes().withNested(INFO_TCP, tcp);
  }
}
