package io.ringfence.model;

/** An IP protocol by its IANA number (0-255). */
public record Protocol(int number) implements Comparable<Protocol> {
  public static final Protocol ICMP = new Protocol(1);
  public static final Protocol TCP = new Protocol(6);
  public static final Protocol UDP = new Protocol(17);
  public static final Protocol ICMPV6 = new Protocol(58);
  public static final Protocol SCTP = new Protocol(132);

  public Protocol {
    if (number < 0 || number > 255) {
      throw new IllegalArgumentException("protocol " + number + " is not within 0-255");
    }
  }

  /** True when the protocol has 16-bit ports where TCP has them. */
  public boolean hasPorts() {
    return equals(TCP) || equals(UDP) || equals(SCTP);
  }

  /** True for ICMP of either family, whose port is {@code type << 8 | code}. */
  public boolean isIcmp() {
    return equals(ICMP) || equals(ICMPV6);
  }

  /** True when a packet of that family may carry the protocol: each ICMP belongs to one family. */
  public boolean belongsTo(Family family) {
    return !isIcmp() || equals(ICMP) == (family == Family.IPV4);
  }

  @Override
  public int compareTo(Protocol other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return switch (number) {
      case 1 -> "icmp";
      case 6 -> "tcp";
      case 17 -> "udp";
      case 58 -> "icmpv6";
      case 132 -> "sctp";
      default -> "proto-" + number;
    };
  }
}
