package io.ringfence.model;

/**
 * A range of destination ports of one protocol, both ends included (0-65535).
 *
 * <p>For ICMP a port is {@code type << 8 | code}; a protocol without ports has the full range only.
 */
public record PortRange(Protocol protocol, int first, int last) implements Comparable<PortRange> {
  public static final int PORT_MAX = 65535;

  public PortRange {
    if (first < 0 || last > PORT_MAX || first > last) {
      throw new IllegalArgumentException(
          "ports " + first + "-" + last + " are not within 0-" + PORT_MAX);
    }
    if (!protocol.hasPorts() && !protocol.isIcmp() && (first != 0 || last != PORT_MAX)) {
      throw new IllegalArgumentException(protocol + " has no ports");
    }
  }

  public static PortRange all(Protocol protocol) {
    return new PortRange(protocol, 0, PORT_MAX);
  }

  public boolean isAll() {
    return first == 0 && last == PORT_MAX;
  }

  @Override
  public int compareTo(PortRange other) {
    int byProtocol = protocol.compareTo(other.protocol);
    int byFirst = byProtocol != 0 ? byProtocol : Integer.compare(first, other.first);
    return byFirst != 0 ? byFirst : Integer.compare(last, other.last);
  }

  @Override
  public String toString() {
    if (isAll()) {
      return protocol.toString();
    }
    if (protocol.isIcmp()) {
      return protocol + "/" + icmp();
    }
    return (first == last ? "" + first : first + "-" + last) + "/" + protocol;
  }

  private String icmp() {
    for (IcmpMessage message : IcmpMessage.values()) {
      if (message.ranges().contains(this)) {
        return message.text();
      }
    }
    return "type-" + (first >> 8) + (first >> 8 == last >> 8 ? "" : "-" + (last >> 8));
  }
}
