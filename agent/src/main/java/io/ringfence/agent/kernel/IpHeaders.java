package io.ringfence.agent.kernel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the headers of an IPv4 or IPv6 packet say (RFC 791, RFC 8200).
 *
 * @param transport where the transport header starts; empty in a fragment other than the first
 */
record IpHeaders(InetAddress source, InetAddress destination, int protocol, OptionalInt transport) {
  static final int ICMP = 1;
  static final int TCP = 6;
  static final int UDP = 17;
  static final int ICMPV6 = 58;

  private static final int DCCP = 33;
  static final int SCTP = 132;
  private static final int UDPLITE = 136;
  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int AUTHENTICATION = 51;
  private static final int DESTINATION_OPTIONS = 60;

  /** Empty when the packet is neither, or is cut off before its addresses end. */
  static Optional<IpHeaders> parse(byte[] packet) {
    int version = packet.length == 0 ? 0 : (packet[0] >>> 4) & 0xf;
    return switch (version) {
      case 4 -> packet.length < 20 ? Optional.empty() : Optional.of(v4(packet));
      case 6 -> packet.length < 40 ? Optional.empty() : Optional.of(v6(packet));
      default -> Optional.empty();
    };
  }

  private static IpHeaders v4(byte[] packet) {
    boolean first = (number(packet, 6, 2) & 0x1fff) == 0;
    return new IpHeaders(
        address(packet, 12, 4),
        address(packet, 16, 4),
        number(packet, 9, 1),
        first ? OptionalInt.of((packet[0] & 0xf) * 4) : OptionalInt.empty());
  }

  private static IpHeaders v6(byte[] packet) {
    int next = number(packet, 6, 1);
    int at = 40;
    boolean first = true;
    while (isExtension(next) && at + 8 <= packet.length) {
      if (next == FRAGMENT) {
        first = (number(packet, at + 2, 2) & 0xfff8) == 0;
      }
      int length = extensionLength(next, number(packet, at + 1, 1));
      next = number(packet, at, 1);
      at += length;
    }
    return new IpHeaders(
        address(packet, 8, 16),
        address(packet, 24, 16),
        next,
        first && !isExtension(next) ? OptionalInt.of(at) : OptionalInt.empty());
  }

  private static boolean isExtension(int next) {
    return next == HOP_BY_HOP
        || next == ROUTING
        || next == FRAGMENT
        || next == AUTHENTICATION
        || next == DESTINATION_OPTIONS;
  }

  private static int extensionLength(int type, int field) {
    return switch (type) {
      case FRAGMENT -> 8;
      case AUTHENTICATION -> (field + 2) * 4;
      default -> (field + 1) * 8;
    };
  }

  OptionalInt sourcePort(byte[] packet) {
    return hasPorts() ? transportNumber(packet, 0, 2) : OptionalInt.empty();
  }

  OptionalInt destinationPort(byte[] packet) {
    return hasPorts() ? transportNumber(packet, 2, 2) : OptionalInt.empty();
  }

  OptionalInt icmpType(byte[] packet) {
    return isIcmp(protocol) ? transportNumber(packet, 0, 1) : OptionalInt.empty();
  }

  OptionalInt icmpCode(byte[] packet) {
    return isIcmp(protocol) ? transportNumber(packet, 1, 1) : OptionalInt.empty();
  }

  static boolean isIcmp(int protocol) {
    return protocol == ICMP || protocol == ICMPV6;
  }

  private boolean hasPorts() {
    return protocol == TCP
        || protocol == UDP
        || protocol == SCTP
        || protocol == DCCP
        || protocol == UDPLITE;
  }

  /** A number in the transport header; empty when it is not there or was cut off. */
  private OptionalInt transportNumber(byte[] packet, int offset, int bytes) {
    return transport.isPresent() && transport.getAsInt() + offset + bytes <= packet.length
        ? OptionalInt.of(number(packet, transport.getAsInt() + offset, bytes))
        : OptionalInt.empty();
  }

  private static int number(byte[] packet, int at, int bytes) {
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      value = (value << 8) | (packet[at + i] & 0xff);
    }
    return value;
  }

  private static InetAddress address(byte[] packet, int at, int bytes) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(packet, at, at + bytes));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of neither 4 nor 16 bytes", e);
    }
  }
}
