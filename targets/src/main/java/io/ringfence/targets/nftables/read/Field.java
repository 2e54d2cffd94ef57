package io.ringfence.targets.nftables.read;

import java.util.Optional;

/** What a rule can read of a packet and its connection. */
enum Field {
  IN_INTERFACE("meta iifname", Type.INTERFACE),
  OUT_INTERFACE("meta oifname", Type.INTERFACE),
  /** The owner of the socket that sends the packet. */
  OWNER("meta skuid", Type.OWNER),
  FAMILY("meta nfproto", Type.FAMILY),
  ETHER_TYPE("meta protocol", Type.ETHER_TYPE),
  PROTOCOL("meta l4proto", Type.PROTOCOL),
  STATE("ct state", Type.STATE),
  MARK("ct mark", Type.MARK),
  DIRECTION("ct direction", Type.DIRECTION),
  CT_PROTOCOL("ct protocol", Type.PROTOCOL),
  CT_SOURCE_4("ct original ip saddr", Type.IPV4),
  CT_SOURCE_6("ct original ip6 saddr", Type.IPV6),
  CT_DESTINATION_4("ct original ip daddr", Type.IPV4),
  CT_DESTINATION_6("ct original ip6 daddr", Type.IPV6),
  CT_PORT("ct original proto-dst", Type.PORT),
  SOURCE_4("ip saddr", Type.IPV4),
  SOURCE_6("ip6 saddr", Type.IPV6),
  DESTINATION_4("ip daddr", Type.IPV4),
  DESTINATION_6("ip6 daddr", Type.IPV6),
  PROTOCOL_4("ip protocol", Type.PROTOCOL),
  HOP_LIMIT("ip6 hoplimit", Type.NUMBER),
  TCP_SOURCE_PORT("tcp sport", Type.PORT),
  TCP_PORT("tcp dport", Type.PORT),
  UDP_SOURCE_PORT("udp sport", Type.PORT),
  UDP_PORT("udp dport", Type.PORT),
  SCTP_SOURCE_PORT("sctp sport", Type.PORT),
  SCTP_PORT("sctp dport", Type.PORT),
  /** Where TCP, UDP and SCTP have their ports; understood only of packets that are theirs. */
  ANY_SOURCE_PORT("th sport", Type.PORT),
  ANY_PORT("th dport", Type.PORT),
  TCP_FLAGS("tcp flags", Type.TCP_FLAGS),
  ICMP_TYPE("icmp type", Type.ICMP_TYPE),
  ICMP_CODE("icmp code", Type.NUMBER),
  ICMPV6_TYPE("icmpv6 type", Type.ICMPV6_TYPE),
  ICMPV6_CODE("icmpv6 code", Type.NUMBER);

  private final String text;
  private final Type type;

  Field(String text, Type type) {
    this.text = text;
    this.type = type;
  }

  /** As nft writes it. */
  String text() {
    return text;
  }

  Type type() {
    return type;
  }

  static Optional<Field> named(String text) {
    for (Field field : values()) {
      if (field.text.equals(text)) {
        return Optional.of(field);
      }
    }
    return Optional.empty();
  }
}
