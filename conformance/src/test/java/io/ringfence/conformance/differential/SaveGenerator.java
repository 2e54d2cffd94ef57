package io.ringfence.conformance.differential;

import io.ringfence.model.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random texts as {@code iptables-save} prints them, of what the reader understands wholly. */
final class SaveGenerator {
  private static final List<String> CHAINS = List.of("one", "two", "three");
  private static final int RULES_MAX = 6;

  private final Random random;
  private final Family family;

  SaveGenerator(long seed, Family family) {
    this.random = new Random(seed);
    this.family = family;
  }

  String next() {
    return table("mangle", List.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"), 5)
        + table("filter", List.of("INPUT", "FORWARD", "OUTPUT"), 2);
  }

  private String table(String name, List<String> hooks, int acceptsOf) {
    StringBuilder out = new StringBuilder("*" + name + "\n");
    for (String hook : hooks) {
      String policy = random.nextInt(acceptsOf) == 0 ? "DROP" : "ACCEPT";
      out.append(":" + hook + " " + policy + " [0:0]\n");
    }
    CHAINS.forEach(c -> out.append(":" + c + " - [0:0]\n"));
    hooks.forEach(h -> rules(h, 0, out));
    for (int i = 0; i < CHAINS.size(); i++) {
      rules(CHAINS.get(i), i + 1, out);
    }
    return out.append("COMMIT\n").toString();
  }

  /**
   * @param from the first chain that it may go to, so that none leads back to itself
   */
  private void rules(String chain, int from, StringBuilder out) {
    int count = 1 + random.nextInt(RULES_MAX);
    for (int i = 0; i < count; i++) {
      out.append("-A " + chain + matches(chain) + " " + target(from) + "\n");
    }
  }

  private String target(int from) {
    int kind = random.nextInt(10);
    if (kind < 3 && from < CHAINS.size()) {
      String chain = CHAINS.get(from + random.nextInt(CHAINS.size() - from));
      return (kind == 0 ? "-g " : "-j ") + chain;
    }
    return pick(
        "-j ACCEPT",
        "-j ACCEPT",
        "-j DROP",
        "-j RETURN",
        "-j LOG --log-prefix \"a b\"",
        "-m comment --comment \"say \\\"so\\\"\" -j DROP",
        "-m mark --mark 0x0/0x1 -j RETURN");
  }

  private String matches(String chain) {
    List<String> out = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      out.add(not() + "-s " + address());
    }
    if (random.nextInt(3) == 0) {
      out.add(not() + "-d " + address());
    }
    if (random.nextInt(5) == 0 && List.of("INPUT", "FORWARD", "PREROUTING").contains(chain)) {
      out.add(not() + "-i " + pick("eth0", "eth1", "eth+", "lo"));
    }
    if (random.nextInt(5) == 0 && List.of("OUTPUT", "FORWARD", "POSTROUTING").contains(chain)) {
      out.add(not() + "-o " + pick("eth0", "eth1", "eth+", "lo"));
    }
    if (random.nextInt(4) > 0) {
      out.add(protocol());
    }
    if (random.nextInt(3) == 0) {
      String states = pick("NEW", "ESTABLISHED", "RELATED,ESTABLISHED", "NEW,INVALID");
      out.add("-m conntrack " + not() + "--ctstate " + states);
    }
    if (random.nextInt(8) == 0 && chain.equals("OUTPUT")) {
      out.add("-m owner --uid-owner " + pick("0", "1000", "0-999"));
    }
    if (random.nextInt(8) == 0) {
      String range = family == Family.IPV4 ? "10.0.1.8-10.0.2.8" : "fd00:1::8-fd00:2::8";
      out.add("-m iprange " + not() + pick("--src-range ", "--dst-range ") + range);
    }
    return out.isEmpty() ? "" : " " + String.join(" ", out);
  }

  private String protocol() {
    String icmp = family == Family.IPV4 ? "icmp" : "ipv6-icmp";
    return switch (random.nextInt(7)) {
      case 0 -> "-p tcp -m tcp " + not() + pick("--dport 22", "--dport 20:80", "--sport 1024:4000");
      case 1 -> "-p udp -m udp " + not() + pick("--dport 53", "--dport 1:65534", "--sport 2000");
      case 2 ->
          "-p "
              + pick("tcp", "udp")
              + " -m multiport "
              + not()
              + pick("--dports", "--sports")
              + " 22,53,2000:3000";
      case 3 -> "-p tcp -m tcp " + not() + "--tcp-flags FIN,SYN,RST,ACK SYN";
      case 4 ->
          "-p "
              + icmp
              + (family == Family.IPV4
                  ? " -m icmp --icmp-type " + pick("8", "0", "8/0", "any")
                  : " -m icmp6 --icmpv6-type " + pick("128", "129", "128/0"));
      case 5 -> "-p sctp -m sctp " + not() + "--dport " + pick("22", "1:60");
      default -> not() + "-p " + pick("tcp", "udp", "47", icmp);
    };
  }

  private String address() {
    return family == Family.IPV4
        ? pick("10.0.1.0/24", "10.0.1.9/32", "10.0.2.9/32", "10.0.0.0/255.255.0.0", "10.0.1.1/32")
        : pick("fd00:1::/64", "fd00:1::9/128", "fd00:2::9/128", "fd00::/16", "fd00:1::1/128");
  }

  private String not() {
    return random.nextInt(4) == 0 ? "! " : "";
  }

  private String pick(String... these) {
    return these[random.nextInt(these.length)];
  }
}
