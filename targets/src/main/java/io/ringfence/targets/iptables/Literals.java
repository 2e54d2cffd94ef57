package io.ringfence.targets.iptables;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.Address;
import io.ringfence.model.Family;
import io.ringfence.model.Prefix;
import java.util.Map;
import java.util.Optional;

/** Reads the values that options have. Names of ports and users are nobody's to look up here. */
final class Literals {
  static final int PORT_MAX = 65_535;

  /** What {@code iptables-save} prints by name, by the number that both know. */
  static final Map<String, Integer> PROTOCOLS =
      Map.ofEntries(
          Map.entry("icmp", 1),
          Map.entry("igmp", 2),
          Map.entry("ipencap", 4),
          Map.entry("tcp", 6),
          Map.entry("udp", 17),
          Map.entry("dccp", 33),
          Map.entry("ipv6", 41),
          Map.entry("gre", 47),
          Map.entry("esp", 50),
          Map.entry("ah", 51),
          Map.entry("icmpv6", 58),
          Map.entry("ipv6-icmp", 58),
          Map.entry("ospf", 89),
          Map.entry("pim", 103),
          Map.entry("vrrp", 112),
          Map.entry("l2tp", 115),
          Map.entry("sctp", 132),
          Map.entry("udplite", 136));

  private Literals() {}

  /** A whole number, decimal or after 0x; empty when it is a name. */
  static Optional<Long> number(Word word, String text, long max) {
    if (text.isEmpty() || !Character.isDigit(text.charAt(0))) {
      return Optional.empty();
    }
    boolean hex = text.startsWith("0x") || text.startsWith("0X");
    try {
      long value = hex ? Long.parseLong(text.substring(2), 16) : Long.parseLong(text);
      if (value >= 0 && value <= max) {
        return Optional.of(value);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new SaveException(word.column(), "`" + text + "` is no number from 0 to " + max);
  }

  /** {@code 80}, {@code 8000:8010}; empty when a port has a name. */
  static Optional<JsonNode> ports(Word word, String text) {
    int colon = text.indexOf(':');
    String low = colon < 0 ? text : text.substring(0, colon);
    String high = colon < 0 ? text : text.substring(colon + 1);
    Optional<Long> first = low.isEmpty() ? Optional.of(0L) : number(word, low, PORT_MAX);
    Optional<Long> last = high.isEmpty() ? Optional.of(65_535L) : number(word, high, PORT_MAX);
    if (text.isEmpty() || text.equals(":")) {
      throw new SaveException(word.column(), "`" + text + "` is no port");
    }
    if (first.isEmpty() || last.isEmpty()) {
      return Optional.empty();
    }
    if (first.get() > last.get()) {
      throw new SaveException(word.column(), "the ports `" + text + "` run backwards");
    }
    return Optional.of(
        Statements.range(Statements.number(first.get()), Statements.number(last.get())));
  }

  static Address address(Word word, String text, Family family) {
    Address address;
    try {
      address = Address.parse(text);
    } catch (IllegalArgumentException e) {
      throw new SaveException(word.column(), "`" + text + "` is no address");
    }
    if (address.family() != family) {
      throw new SaveException(
          word.column(),
          "`" + text + "` is no address of " + (family == Family.IPV4 ? "IPv4" : "IPv6"));
    }
    return address;
  }

  /** {@code 10.0.0.0/8} or {@code 10.0.0.0/255.0.0.0}: where the mask is one of first bits. */
  static Optional<Prefix> prefix(Word word, Family family) {
    String text = word.text();
    int slash = text.indexOf('/');
    if (slash < 0) {
      return Optional.of(Prefix.host(address(word, text, family)));
    }
    Address address = address(word, text.substring(0, slash), family);
    String mask = text.substring(slash + 1);
    if (!mask.contains(".") && !mask.contains(":")) {
      long length =
          number(word, mask, family.bits())
              .orElseThrow(() -> new SaveException(word.column(), "`" + mask + "` is no length"));
      return Optional.of(Prefix.around(address, (int) length));
    }
    Address bits = address(word, mask, family);
    int length = 0;
    while (length < family.bits() && bits.bit(length)) {
      length++;
    }
    boolean first = Prefix.around(Address.last(family), length).network().equals(bits);
    return first ? Optional.of(Prefix.around(address, length)) : Optional.empty();
  }

  static JsonNode json(Prefix prefix) {
    String network = prefix.network().toString();
    return prefix.length() == prefix.family().bits()
        ? Statements.text(network)
        : Statements.prefix(network, prefix.length());
  }
}
