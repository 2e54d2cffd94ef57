package io.ringfence.targets.iptables;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A table that the kernel knows, and where its built-in chains are hooked.
 *
 * @see <a href="https://git.netfilter.org/iptables/tree/iptables/nft.c">xtables_ipv4</a>
 */
enum Hooks {
  RAW("filter", Map.of("PREROUTING", -300, "OUTPUT", -300)),
  MANGLE(
      "filter",
      Map.of(
          "PREROUTING", -150, "INPUT", -150, "FORWARD", -150, "OUTPUT", -150, "POSTROUTING", -150)),
  NAT("nat", Map.of("PREROUTING", -100, "INPUT", 100, "OUTPUT", -100, "POSTROUTING", 100)),
  FILTER("filter", Map.of("INPUT", 0, "FORWARD", 0, "OUTPUT", 0)),
  SECURITY("filter", Map.of("INPUT", 50, "FORWARD", 50, "OUTPUT", 50));

  private final String type;
  private final Map<String, Integer> priorities;

  Hooks(String type, Map<String, Integer> priorities) {
    this.type = type;
    this.priorities = priorities;
  }

  String table() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Hooks> named(String table) {
    return List.of(values()).stream().filter(h -> h.table().equals(table)).findFirst();
  }

  boolean has(String chain) {
    return priorities.containsKey(chain);
  }

  List<String> chains() {
    return List.copyOf(new TreeMap<>(priorities).keySet());
  }

  int priority(String chain) {
    return priorities.get(chain);
  }

  /** Of a chain: what the machine sends is routed again when the mangle table has changed it. */
  String type(String chain) {
    return this == MANGLE && chain.equals("OUTPUT") ? "route" : type;
  }
}
