import java.util.List;
import java.util.function.IntFunction;

/**
 * The policies measured, as nft text. Element i is, as far as its structure can say it: sources
 * 10.0.0.0/28 and on, a target, UDP, a port; it goes to one of {@value #RULES} rules' chains.
 */
final class Rulesets {
  static final int SOURCES = 10 << 24;
  static final int TARGETS = (172 << 24) | (16 << 16);
  static final int OWN_TARGETS = 100 << 24;

  private static final int RULES = 64;
  private static final int CLASSES = 16;
  private static final int ANY_SIZE = Integer.MAX_VALUE;

  private static final String BASE = "table inet t {\n" + forward("counter drop");
  private static final String STAMP =
      "counter ct mark set ct mark & 0x000fffff | 0x00100000 accept";
  private static final String NEW_BASE =
      "table inet t {\n" + forward("ct state established,related accept", "counter accept");

  private Rulesets() {}

  static List<Structure> all() {
    var exact = new Structure.Traffic(1, false, 1, true);
    var exactOwn = new Structure.Traffic(1, true, 1, true);
    var nets = new Structure.Traffic(16, false, 1, true);
    var netsOwn = new Structure.Traffic(16, true, 1, true);
    var netsAndPorts = new Structure.Traffic(16, false, 10, true);
    var standing = new Structure.Traffic(1, true, 1, false);
    return List.of(
        lookup("nothing", n -> BASE, exact, 10),
        lookup("rules one by one", Rulesets::linear, exact, 1000),
        lookup("hash src.dst.proto.port", n -> exact(n, ""), exact, ANY_SIZE),
        lookup("same, element counters", n -> exact(n, "counter;"), exact, ANY_SIZE),
        lookup("intervals src.dst.proto.port", Rulesets::intervals, netsAndPorts, ANY_SIZE),
        lookup("masked hash, 3 lengths", Rulesets::masked, nets, ANY_SIZE),
        lookup("src interval to mark, hash", Rulesets::marks, nets, ANY_SIZE),
        lookup("src hash, dst.proto.port hash", n -> twoLevels(n, false), exactOwn, ANY_SIZE),
        lookup("src interval, dst.proto.port hash", n -> twoLevels(n, true), netsOwn, ANY_SIZE),
        lookup("src masked 3 lengths, hash", Rulesets::maskedSources, netsOwn, ANY_SIZE),
        lookup("src interval, dst interval, hash", Rulesets::threeLevels, netsOwn, ANY_SIZE),
        lookup("src.dst.proto hash, port interval", Rulesets::pairThenPorts, exact, ANY_SIZE),
        tracked("new: hash src.dst.proto.port", n -> exact(n, ""), exact),
        tracked("new: src hash, dst.proto.port hash", n -> twoLevels(n, false), exactOwn),
        standing("known: mark is the generation", n -> markChecked(), standing),
        standing("known: looked up again", n -> fromTracked(twoLevels(n, false)), standing));
  }

  private static Structure lookup(
      String name, IntFunction<String> ruleset, Structure.Traffic traffic, int sizeMax) {
    return new Structure(name, ruleset, BASE, traffic, Structure.Connections.UNTRACKED, sizeMax);
  }

  private static Structure tracked(
      String name, IntFunction<String> ruleset, Structure.Traffic traffic) {
    return new Structure(
        name,
        n -> fromTracked(ruleset.apply(n)),
        NEW_BASE,
        traffic,
        Structure.Connections.NEW,
        ANY_SIZE);
  }

  private static Structure standing(
      String name, IntFunction<String> ruleset, Structure.Traffic traffic) {
    return new Structure(name, ruleset, NEW_BASE, traffic, Structure.Connections.TRACKED, 100_000);
  }

  /** Has hits accepted and their connection stamped, behind what every ruleset asks first. */
  private static String fromTracked(String ruleset) {
    return ruleset
        .replace("counter drop", STAMP)
        .replace("policy drop;\n", "policy drop;\n  ct state established,related accept\n");
  }

  private static String markChecked() {
    return "table inet t {\n"
        + forward(
            "ct state established,related accept",
            "ct mark & 0xfff00000 == 0x00100000 counter accept",
            STAMP);
  }

  private static String linear(int n) {
    String[] rules = new String[n];
    for (int i = 0; i < n; i++) {
      rules[i] =
          "ip saddr "
              + host(i)
              + " ip daddr "
              + target(i)
              + " udp dport "
              + port(i)
              + " goto rule"
              + i % RULES;
    }
    return start() + forward(rules);
  }

  private static String exact(int n, String flag) {
    return start()
        + map("m", FOUR_FIELDS, flag, n, i -> host(i) + service(i))
        + forward("ip saddr . ip daddr . meta l4proto . th dport vmap @m");
  }

  private static String intervals(int n) {
    return start()
        + map(
            "m", FOUR_FIELDS, "flags interval;", n, i -> net(i) + service(i) + "-" + (port(i) + 9))
        + forward("ip saddr . ip daddr . meta l4proto . th dport vmap @m");
  }

  /** A hash per prefix length, longest first: two misses, then the hit. */
  private static String masked(int n) {
    return start()
        + map("m32", FOUR_FIELDS, "", n, i -> elsewhere(host(i)) + service(i))
        + map("m30", FOUR_FIELDS, "", n, i -> elsewhere(first(i)) + service(i))
        + map("m28", FOUR_FIELDS, "", n, i -> first(i) + service(i))
        + forward(
            "ip saddr . ip daddr . meta l4proto . th dport vmap @m32",
            "ip saddr & 255.255.255.252 . ip daddr . meta l4proto . th dport vmap @m30",
            "ip saddr & 255.255.255.240 . ip daddr . meta l4proto . th dport vmap @m28");
  }

  /** The class of the source kept in the packet's mark. */
  private static String marks(int n) {
    return start()
        + " map s { type ipv4_addr : mark; flags interval;"
        + elements(n, i -> net(i) + " : " + i)
        + " }\n"
        + map("m", "mark . ipv4_addr . inet_proto . inet_service", "", n, i -> i + service(i))
        + forward(
            "meta mark set ip saddr map @s",
            "meta mark . ip daddr . meta l4proto . th dport vmap @m");
  }

  private static String twoLevels(int n, boolean interval) {
    return start()
        + classChains(n)
        + sources("s", interval ? "flags interval;" : "", n, i -> interval ? net(i) : host(i))
        + forward("ip saddr vmap @s");
  }

  private static String maskedSources(int n) {
    return start()
        + classChains(n)
        + sources("s32", "", n, i -> elsewhere(host(i)))
        + sources("s30", "", n, i -> elsewhere(first(i)))
        + sources("s28", "", n, Rulesets::first)
        + forward(
            "ip saddr vmap @s32",
            "ip saddr & 255.255.255.252 vmap @s30",
            "ip saddr & 255.255.255.240 vmap @s28");
  }

  private static String sources(String name, String flag, int n, IntFunction<String> key) {
    return " map "
        + name
        + " { type ipv4_addr : verdict; "
        + flag
        + elements(n, i -> key.apply(i) + " : goto class" + i % CLASSES)
        + " }\n";
  }

  /** What each class of sources may reach: one chain and one map per class. */
  private static String classChains(int n) {
    StringBuilder text = new StringBuilder();
    for (int c = 0; c < CLASSES; c++) {
      int start = c;
      text.append(
              map(
                  "d" + c,
                  "ipv4_addr . inet_proto . inet_service",
                  "",
                  members(n, c),
                  k -> ownTarget(start + k * CLASSES) + " . udp . " + port(start + k * CLASSES),
                  k -> goTo(start + k * CLASSES)))
          .append(chain("class" + c, "ip daddr . meta l4proto . th dport vmap @d" + c));
    }
    return text.toString();
  }

  private static String threeLevels(int n) {
    StringBuilder text = new StringBuilder(start());
    text.append(map("p", "inet_proto . inet_service", "", RULES, i -> "udp . " + port(i)))
        .append(chain("ports", "meta l4proto . th dport vmap @p"));
    for (int c = 0; c < CLASSES; c++) {
      int start = c;
      text.append(
              map(
                  "d" + c,
                  "ipv4_addr",
                  "flags interval;",
                  members(n, c),
                  k -> ownTarget(start + k * CLASSES) + "/30",
                  k -> " : goto ports"))
          .append(chain("class" + c, "ip daddr vmap @d" + c));
    }
    return text + sources("s", "flags interval;", n, Rulesets::net) + forward("ip saddr vmap @s");
  }

  /** Port ranges: a hash of the pair, then the few ranges of that kind of pair. */
  private static String pairThenPorts(int n) {
    StringBuilder text = new StringBuilder(start());
    for (int rule = 0; rule < RULES; rule++) {
      text.append(
          chain(
              "ports" + rule,
              "th dport vmap { "
                  + port(rule)
                  + "-"
                  + (port(rule) + 9)
                  + goTo(rule)
                  + ", 9000-9100 : drop, 9200-9300 : drop }"));
    }
    return text
        + map(
            "m",
            "ipv4_addr . ipv4_addr . inet_proto",
            "",
            n,
            i -> host(i) + " . " + target(i) + " . udp",
            i -> " : goto ports" + i % RULES)
        + forward("ip saddr . ip daddr . meta l4proto vmap @m");
  }

  private static final String FOUR_FIELDS = "ipv4_addr . ipv4_addr . inet_proto . inet_service";

  private static String start() {
    StringBuilder text = new StringBuilder("table inet t {\n");
    for (int rule = 0; rule < RULES; rule++) {
      text.append(chain("rule" + rule, "counter drop"));
    }
    return text.toString();
  }

  private static String forward(String... rules) {
    return " chain f { type filter hook forward priority 0; policy drop;\n  "
        + String.join("\n  ", rules)
        + "\n }\n}\n";
  }

  private static String chain(String name, String rule) {
    return " chain " + name + " { " + rule + "\n }\n";
  }

  private static String map(String name, String type, String flag, int n, IntFunction<String> key) {
    return map(name, type, flag, n, key, Rulesets::goTo);
  }

  private static String map(
      String name,
      String type,
      String flag,
      int n,
      IntFunction<String> key,
      IntFunction<String> verdict) {
    return " map "
        + name
        + " { type "
        + type
        + " : verdict; "
        + flag
        + elements(n, i -> key.apply(i) + verdict.apply(i))
        + " }\n";
  }

  private static String elements(int count, IntFunction<String> element) {
    if (count == 0) {
      return "";
    }
    StringBuilder text = new StringBuilder(" elements = {\n");
    for (int i = 0; i < count; i++) {
      text.append(element.apply(i)).append(",\n");
    }
    return text.append("}\n").toString();
  }

  private static int members(int n, int ofClass) {
    return n > ofClass ? (n - ofClass - 1) / CLASSES + 1 : 0;
  }

  private static String service(int i) {
    return " . " + target(i) + " . udp . " + port(i);
  }

  private static String first(int i) {
    return address(SOURCES + i * 16);
  }

  private static String net(int i) {
    return first(i) + "/28";
  }

  private static String host(int i) {
    return address(SOURCES + i * 16 + 1);
  }

  /** An address that no packet comes from. */
  private static String elsewhere(String host) {
    return "11" + host.substring(2);
  }

  private static String target(int i) {
    return address(TARGETS + i % 1000);
  }

  private static String ownTarget(int i) {
    return address(OWN_TARGETS + i * 4);
  }

  static int port(int i) {
    return 1000 + 10 * (i % RULES);
  }

  private static String goTo(int i) {
    return " : goto rule" + i % RULES;
  }

  private static String address(int value) {
    return "%d.%d.%d.%d"
        .formatted(value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255);
  }
}
