package io.ringfence.targets.nftables.read;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The nft data types that the reader knows, and their words. */
enum Type {
  IPV4("ipv4_addr", ""),
  IPV6("ipv6_addr", ""),
  INTERFACE("ifname", ""),
  PROTOCOL(
      "inet_proto",
      "icmp=1 igmp=2 tcp=6 udp=17 dccp=33 gre=47 esp=50 ah=51 ipv6-icmp=58 icmpv6=58 comp=108"
          + " sctp=132 udplite=136"),
  PORT("inet_service", ""),
  MARK("mark", ""),
  STATE("ct_state", "invalid=1 established=2 related=4 new=8 untracked=64"),
  DIRECTION("ct_dir", "original=0 reply=1"),
  OWNER("uid", ""),
  FAMILY("nf_proto", "ipv4=2 ipv6=10"),
  ETHER_TYPE("ether_type", "ip=2048 arp=2054 8021q=33024 vlan=33024 8021ad=34984 ip6=34525"),
  TCP_FLAGS("tcp_flag", "fin=1 syn=2 rst=4 psh=8 ack=16 urg=32 ecn=64 cwr=128"),
  ICMP_TYPE(
      "icmp_type",
      "echo-reply=0 destination-unreachable=3 source-quench=4 redirect=5 echo-request=8"
          + " router-advertisement=9 router-solicitation=10 time-exceeded=11 parameter-problem=12"
          + " timestamp-request=13 timestamp-reply=14 info-request=15 info-reply=16"
          + " address-mask-request=17 address-mask-reply=18"),
  ICMPV6_TYPE(
      "icmpv6_type",
      "destination-unreachable=1 packet-too-big=2 time-exceeded=3 parameter-problem=4"
          + " echo-request=128 echo-reply=129 mld-listener-query=130 mld-listener-report=131"
          + " mld-listener-done=132 mld-listener-reduction=132 nd-router-solicit=133"
          + " nd-router-advert=134 nd-neighbor-solicit=135 nd-neighbor-advert=136 nd-redirect=137"
          + " router-renumbering=138 ind-neighbor-solicit=141 ind-neighbor-advert=142"
          + " mld2-listener-report=143"),
  NUMBER("integer", "");

  private final String nftName;
  private final String words;

  Type(String nftName, String words) {
    this.nftName = nftName;
    this.words = words;
  }

  static Optional<Type> named(String nftName) {
    for (Type type : values()) {
      if (type.nftName.equals(nftName)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The number that a word of the type stands for. */
  Optional<Long> number(String word) {
    Matcher matcher = Pattern.compile("(?:^| )" + Pattern.quote(word) + "=(\\d+)").matcher(words);
    return matcher.find() ? Optional.of(Long.valueOf(matcher.group(1))) : Optional.empty();
  }

  boolean isAddress() {
    return this == IPV4 || this == IPV6;
  }
}
