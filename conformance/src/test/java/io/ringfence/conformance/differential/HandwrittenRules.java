package io.ringfence.conformance.differential;

import io.ringfence.model.testing.Dice;
import java.util.ArrayList;
import java.util.List;

/**
 * Random rulesets in nft's own text, as people write them: several tables of all families, base
 * chains at several priorities, chains that jump and return, sets, maps, negations, and now and
 * then something that the reader has no meaning for.
 */
final class HandwrittenRules {
  private static final List<String> ADDRESSES_4 =
      List.of("10.0.1.9", "10.0.2.9", "10.0.1.7", "10.0.2.8", "10.0.1.1", "10.0.2.10");
  private static final List<String> ADDRESSES_6 =
      List.of("fd00:1::9", "fd00:2::9", "fd00:1::7", "fd00:2::8", "fd00:1::1", "fd00:2::a");
  private static final List<String> BLOCKS_4 =
      List.of("10.0.1.0/24", "10.0.2.8/31", "10.0.0.0/16", "10.0.1.8-10.0.2.8", "0.0.0.0/1");
  private static final List<String> BLOCKS_6 =
      List.of("fd00:1::/64", "fd00:2::8/127", "fd00::/16", "fd00:1::8-fd00:2::8");
  private static final List<String> PORTS = List.of("22", "53", "80", "60", "2000", "65535");
  private static final List<String> PORT_BLOCKS =
      List.of("20-80", "1024-5000", "50-60", "80-65535");

  /** Rules about several protocols at once. */
  private static final String MIXED = "47";

  private static final int CHAINS_MAX = 3;
  private static final int RULES_MAX = 6;

  private final Dice dice;

  /** The table that is being written. */
  private String family = "";

  private String hook = "";

  /** What the rule that is being written is about: nft takes no rule of two. */
  private boolean four;

  private String protocol = "";
  private boolean elementsExpire;

  HandwrittenRules(long seed) {
    this.dice = new Dice(seed);
  }

  String next() {
    StringBuilder out = new StringBuilder();
    List<String> families = new ArrayList<>(List.of("inet"));
    if (dice.oneIn(2)) {
      families.add(dice.of("ip", "ip6", "inet"));
    }
    if (dice.oneIn(3)) {
      families.addFirst(dice.of("ip", "ip6"));
    }
    for (int i = 0; i < families.size(); i++) {
      table(families.get(i), "t" + i, out);
    }
    return out.toString();
  }

  // --- Tables ---

  private void table(String of, String name, StringBuilder out) {
    family = of;
    elementsExpire = dice.oneIn(8);
    int chains = dice.between(0, CHAINS_MAX);
    out.append("table " + of + " " + name + " {\n");
    sets(out);
    out.append("  counter hits { }\n");
    // Chains that others lead to stand first; each leads only to those before it.
    for (int i = 0; i < chains; i++) {
      hook = "";
      out.append("  chain c" + i + " {\n");
      rules(i, out);
      out.append("  }\n");
    }
    List<String> hooks = List.of("prerouting", "input", "forward", "output", "postrouting");
    for (String at : dice.some(hooks, 2, 4)) {
      base(at, at + "0", chains, out);
    }
    if (dice.oneIn(3)) {
      base(dice.of("input", "forward", "output"), "more", chains, out);
    }
    out.append("}\n");
  }

  private void base(String at, String name, int chains, StringBuilder out) {
    hook = at;
    boolean early = at.equals("prerouting") || at.equals("output");
    int priority = early ? dice.of(-300, -150, 0, 5) : dice.of(-150, 0, 0, 5, 50);
    boolean passes = dice.oneIn(2) || at.endsWith("routing");
    out.append("  chain " + name + " {\n    type filter hook " + at + " priority " + priority);
    out.append("; policy " + (passes ? "accept" : "drop") + ";\n");
    rules(chains, out);
    out.append("  }\n");
  }

  private void sets(StringBuilder out) {
    if (!family.equals("ip6")) {
      String flags = elementsExpire ? "flags timeout; timeout 1h;" : "flags interval;";
      String elements =
          elementsExpire
              ? list(ADDRESSES_4, 1, 2)
              : dice.of("10.0.1.0/29, 10.0.2.9", "10.0.2.8-10.0.2.9", "10.0.1.9");
      out.append("  set four { type ipv4_addr; " + flags + " elements = { " + elements + " } }\n");
      out.append(
          "  map way4 { type ipv4_addr : verdict; elements = { 10.0.1.9 : accept, 10.0.2.9 : "
              + dice.of("drop", "return", "continue")
              + " } }\n");
      out.append(
          "  set pairs { type ipv4_addr . inet_service; elements = { 10.0.1.9 . 22, 10.0.2.9 . "
              + dice.of(PORTS)
              + " } }\n");
    }
    if (!family.equals("ip")) {
      out.append("  set six { type ipv6_addr; flags interval; elements = { ");
      out.append(dice.of("fd00:1::/125, fd00:2::9", "fd00:2::8-fd00:2::9") + " } }\n");
    }
    out.append("  set doors { type inet_service; flags interval; elements = { ");
    out.append(dice.of("22, 50-60", "80", "1024-5000, 65535") + " } }\n");
  }

  private String list(List<String> of, int low, int high) {
    return String.join(", ", dice.some(of, low, high));
  }

  // --- Rules ---

  private void rules(int chains, StringBuilder out) {
    for (int i = dice.between(1, RULES_MAX); i > 0; i--) {
      out.append("    " + rule(chains) + "\n");
    }
  }

  private String rule(int chains) {
    four = family.equals("ip") || family.equals("inet") && dice.oneIn(2);
    protocol = dice.of("tcp", "tcp", "udp", "sctp", "icmp", MIXED);
    List<String> parts = new ArrayList<>(dice.list(0, 3, this::match));
    if (dice.oneIn(5)) {
      parts.add(
          dice.of("counter", "counter name \"hits\"", "log prefix \"seen \"", "meta mark set 7"));
    }
    if (dice.oneIn(9)) {
      parts.add(unknown());
    }
    if (dice.oneIn(5)) {
      parts.add(branches(chains));
    } else {
      parts.add(verdict(chains));
    }
    return String.join(" ", parts).strip();
  }

  private String verdict(int chains) {
    if (chains > 0 && dice.oneIn(3)) {
      return dice.of("jump", "jump", "goto") + " c" + dice.between(0, chains - 1);
    }
    boolean rejects = List.of("input", "forward", "output").contains(hook);
    return rejects && dice.oneIn(6)
        ? dice.of("reject", "reject", rejection())
        : dice.of("accept", "accept", "drop", "drop", "return", "counter");
  }

  private String rejection() {
    if (protocol.equals("tcp")) {
      return "reject with tcp reset";
    }
    return family.equals("inet") ? "reject with icmpx admin-prohibited" : "reject";
  }

  private String branches(int chains) {
    String there = chains > 0 ? "jump c" + dice.between(0, chains - 1) : "drop";
    return switch (isPortless() ? dice.between(1, 4) : dice.between(0, 4)) {
      case 0 -> protocol + " dport vmap { 22 : accept, 50-60 : " + there + ", 80 : drop }";
      case 1 -> "ct state vmap { new : " + there + ", established : accept, invalid : drop }";
      case 2 -> "meta l4proto vmap { tcp : " + there + ", udp : accept, 132 : return }";
      case 3 -> !four ? "ip6 daddr vmap { fd00:1::1 : " + there + " }" : "ip saddr vmap @way4";
      default -> "iifname vmap { \"eth0\" : " + there + ", \"eth1\" : continue }";
    };
  }

  // --- Matches ---

  private String match() {
    return switch (dice.between(0, 11)) {
      case 0, 1 -> end();
      case 2, 3 -> port();
      case 4 ->
          "ct state "
              + dice.of("new", "established,related", "invalid", "{ new, established }", "!= new");
      case 5 -> device();
      case 6 -> "meta l4proto " + dice.of(protocol(), "!= udp", "!= { icmp, 58 }", "!= 47");
      case 7 -> protocol.equals("icmp") ? icmp() : port();
      case 8 ->
          !protocol.equals("tcp")
              ? port()
              : "tcp flags "
                  + dice.of(
                      "syn",
                      "& (fin | syn | rst | ack) == syn",
                      "!= syn",
                      "& ack == ack",
                      "syn,ack");
      case 9 -> pair();
      case 10 ->
          dice.of(
              family.equals("inet") ? "meta protocol ip" + (four ? "" : "6") : "ct state new",
              "ct direction original",
              "ct direction reply",
              family.equals("inet") ? "meta nfproto ipv" + (four ? "4" : "6") : "ct state new",
              "meta skuid 1000",
              "meta skuid != 0");
      default ->
          ofFamily("ip protocol " + dice.of(protocol(), "!= 47"), "ip6 nexthdr " + protocol());
    };
  }

  private String ofFamily(String of4, String of6) {
    return four ? of4 : of6;
  }

  private String protocol() {
    if (protocol.equals(MIXED)) {
      return "!= 51"; // nft cannot list `th` behind one protocol that it knows no ports of
    }
    return protocol.equals("icmp") && !four ? "icmpv6" : protocol;
  }

  private boolean isPortless() {
    return List.of("icmp", MIXED).contains(protocol);
  }

  private String not() {
    return dice.oneIn(4) ? "!= " : "";
  }

  private String end() {
    String which = dice.of(" saddr ", " daddr ") + not();
    return ofFamily(
        "ip" + which + place(ADDRESSES_4, BLOCKS_4, "@four"),
        "ip6" + which + place(ADDRESSES_6, BLOCKS_6, "@six"));
  }

  private String place(List<String> singles, List<String> blocks, String set) {
    return switch (dice.between(0, 4)) {
      case 0 -> set;
      case 1 -> "{ " + list(singles, 2, 3) + " }";
      case 2, 3 -> dice.of(blocks);
      default -> dice.of(singles);
    };
  }

  private String port() {
    if (protocol.equals("icmp")) {
      return icmp();
    }
    if (protocol.equals(MIXED)) {
      String doors = dice.of("22", "50-60", "{ 53, 80 }", "@doors", "!= 2000");
      return dice.of(
          "meta l4proto { " + dice.of("tcp, udp", "icmp, 58, 47", "132-140, udp") + " }",
          "meta l4proto { tcp, udp } th dport " + doors,
          "meta l4proto { udp, sctp } th sport " + doors,
          "meta l4proto . th dport { tcp . 22, udp . 53, sctp . 80 }");
    }
    String of = protocol + dice.of(" dport ", " dport ", " sport ") + not();
    return of
        + switch (dice.between(0, 4)) {
          case 0 -> "@doors";
          case 1 -> "{ " + list(PORTS, 2, 4) + " }";
          case 2 -> dice.of(PORT_BLOCKS);
          default -> dice.of(PORTS);
        };
  }

  private String device() {
    boolean in = List.of("prerouting", "input", "forward").contains(hook);
    boolean out = List.of("forward", "output", "postrouting").contains(hook);
    String names =
        dice.of(
            "\"eth0\"", "\"eth1\"", "{ \"eth0\", \"lo\" }", "!= \"eth1\"", "\"eth*\"", "\"e*\"");
    if (in && (!out || dice.oneIn(2))) {
      return dice.oneIn(4) ? "iif \"eth0\"" : "iifname " + names;
    }
    return (out || dice.oneIn(2) ? "oifname " : "iifname ") + names;
  }

  private String icmp() {
    return ofFamily(
        dice.of("icmp type echo-request", "icmp type { 0, 8 }", "icmp type != 8", "icmp code 0"),
        dice.of("icmpv6 type echo-request", "icmpv6 type { 128, 129 }", "icmpv6 type 135-136"));
  }

  private String pair() {
    return ofFamily(
        dice.of(
            isPortless() ? port() : "ip daddr . " + protocol + " dport @pairs",
            "ip saddr . ip daddr { 10.0.1.9 . 10.0.2.9, 10.0.2.9 . 10.0.1.1 }",
            isPortless() ? port() : "ip saddr . " + protocol + " dport != { 10.0.1.9 . 22 }",
            "ip daddr . meta l4proto { 10.0.0.0/16 . tcp, 10.0.1.0/24 . udp }"),
        isPortless()
            ? port()
            : "ip6 saddr . " + protocol + " dport { fd00:1::9 . 53, fd00:2::9 . 2000 }");
  }

  /** What the reader takes both ways. */
  private String unknown() {
    return dice.of(
        "fib daddr type local",
        "fib saddr type != local",
        "limit rate 2/minute",
        "limit rate over 2/minute",
        "numgen random mod 2 0",
        "meta mark 7",
        "meta length 40-60",
        isPortless() ? "meta priority none" : "th dport 22",
        "meta mark 0",
        "ct status assured",
        "meta pkttype host",
        "quota over 100 bytes",
        ofFamily("ip ttl 60-64", "ip6 hoplimit 60-64"));
  }
}
