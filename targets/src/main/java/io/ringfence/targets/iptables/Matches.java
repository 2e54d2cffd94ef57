package io.ringfence.targets.iptables;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.Address;
import io.ringfence.model.Family;
import io.ringfence.model.Prefix;
import io.ringfence.targets.iptables.Clause.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a rule's matches mean in libnftables JSON; empty where one has no such meaning, or none that
 * is surely the same. Of a match all is understood or nothing.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/iptables-extensions.8.html">the modules</a>
 */
final class Matches {
  private static final long MARK_MAX = 0xffff_ffffL;
  private static final long ID_MAX = 0xffff_ffffL;
  private static final int BYTE_MAX = 255;

  private static final Set<String> WITH_PORTS = Set.of("tcp", "udp", "sctp", "dccp", "udplite");
  private static final Set<String> STATES =
      Set.of("NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED");
  private static final Set<String> FLAGS = Set.of("FIN", "SYN", "RST", "PSH", "ACK", "URG");
  private static final List<String> ALL_FLAGS = List.of("fin", "syn", "rst", "psh", "ack", "urg");
  private static final Set<String> ADDRESS_TYPES =
      Set.of(
          "UNSPEC",
          "UNICAST",
          "LOCAL",
          "BROADCAST",
          "ANYCAST",
          "MULTICAST",
          "BLACKHOLE",
          "UNREACHABLE",
          "PROHIBIT");

  private static final Map<String, Integer> ICMP_TYPES =
      Map.of(
          "echo-reply", 0,
          "pong", 0,
          "destination-unreachable", 3,
          "source-quench", 4,
          "redirect", 5,
          "echo-request", 8,
          "ping", 8,
          "time-exceeded", 11,
          "parameter-problem", 12);
  private static final Map<String, Integer> ICMPV6_TYPES =
      Map.ofEntries(
          Map.entry("destination-unreachable", 1),
          Map.entry("packet-too-big", 2),
          Map.entry("time-exceeded", 3),
          Map.entry("parameter-problem", 4),
          Map.entry("echo-request", 128),
          Map.entry("echo-reply", 129),
          Map.entry("router-solicitation", 133),
          Map.entry("router-advertisement", 134),
          Map.entry("neighbour-solicitation", 135),
          Map.entry("neighbor-solicitation", 135),
          Map.entry("neighbour-advertisement", 136),
          Map.entry("neighbor-advertisement", 136),
          Map.entry("redirect", 137));

  private final Family family;

  /** The protocol that the rule asks for, by nft's name; empty when it asks for none. */
  private final String protocol;

  Matches(Family family, List<Clause> clauses) {
    this.family = family;
    this.protocol =
        clauses.stream()
            .filter(c -> c.kind().equals("-p") && !c.negated())
            .findFirst()
            .map(c -> nameOf(c.name()))
            .orElse("");
  }

  private static String nameOf(Word word) {
    Optional<Integer> number = protocolNumber(word);
    for (String name : List.of("tcp", "udp", "sctp", "dccp", "udplite", "icmp", "ipv6-icmp")) {
      if (number.isPresent() && Literals.PROTOCOLS.get(name).equals(number.get())) {
        return name;
      }
    }
    return "";
  }

  /** Zero is any. */
  private static Optional<Integer> protocolNumber(Word word) {
    String name = word.text().toLowerCase(Locale.ROOT);
    if (name.equals("all")) {
      return Optional.of(0);
    }
    return Optional.ofNullable(Literals.PROTOCOLS.get(name))
        .or(() -> Literals.number(word, name, BYTE_MAX).map(Long::intValue));
  }

  /** The statements that a clause is, without the rule's target. */
  List<JsonNode> of(Clause clause) {
    return understood(clause)
        .orElseGet(() -> List.of(Statements.unknown("match", clause.name().text(), clause.text())));
  }

  private Optional<List<JsonNode>> understood(Clause clause) {
    return switch (clause.kind()) {
      case "-p" -> protocol(clause);
      case "-s" -> address(clause, "saddr");
      case "-d" -> address(clause, "daddr");
      case "-i" -> device(clause, "iifname");
      case "-o" -> device(clause, "oifname");
      case Clause.MATCH -> clause.negated() ? Optional.empty() : module(clause);
      default -> Optional.empty();
    };
  }

  private static Optional<List<JsonNode>> protocol(Clause clause) {
    Optional<Integer> number = protocolNumber(clause.name());
    if (number.isEmpty() || !clause.choices().isEmpty()) {
      return Optional.empty();
    }
    if (number.get() == 0) {
      return clause.negated() ? Optional.empty() : Optional.of(List.of());
    }
    String name = nameOf(clause.name());
    JsonNode right = name.isEmpty() ? Statements.number(number.get()) : Statements.text(name);
    return one(Statements.match(Statements.meta("l4proto"), clause.negated(), right));
  }

  private Optional<List<JsonNode>> address(Clause clause, String field) {
    if (!clause.choices().isEmpty()) {
      return Optional.empty();
    }
    JsonNode left = Statements.payload(ip(), field);
    Optional<Prefix> prefix = Literals.prefix(clause.name(), family);
    if (prefix.isEmpty()) {
      return Optional.empty();
    }
    if (prefix.get().length() == 0) {
      return clause.negated() ? Optional.empty() : Optional.of(List.of());
    }
    return one(Statements.match(left, clause.negated(), Literals.json(prefix.get())));
  }

  private String ip() {
    return family == Family.IPV4 ? "ip" : "ip6";
  }

  /** A plus at the end stands for any rest; a star means nothing to iptables, and all to nft. */
  private static Optional<List<JsonNode>> device(Clause clause, String key) {
    String name = clause.name().text();
    if (!clause.choices().isEmpty() || name.isEmpty() || name.contains("*")) {
      return Optional.empty();
    }
    if (name.equals("+")) {
      return clause.negated() ? Optional.empty() : Optional.of(List.of());
    }
    boolean any = name.endsWith("+");
    String right = any ? name.substring(0, name.length() - 1) + "*" : name;
    return one(Statements.match(Statements.meta(key), clause.negated(), Statements.text(right)));
  }

  private static Optional<List<JsonNode>> one(JsonNode statement) {
    return Optional.of(List.of(statement));
  }

  // --- Modules ---

  private Optional<List<JsonNode>> module(Clause clause) {
    String module = clause.name().text();
    List<JsonNode> out = new ArrayList<>();
    for (Choice choice : clause.choices()) {
      Optional<List<JsonNode>> statements = choice(module, choice, clause);
      if (statements.isEmpty()) {
        return Optional.empty();
      }
      out.addAll(statements.get());
    }
    boolean plain = WITH_PORTS.contains(module) && module.equals(protocol);
    return out.isEmpty() && !plain && !module.equals("comment") && !matchesAll(module, clause)
        ? Optional.empty()
        : Optional.of(out);
  }

  /** {@code -m icmp --icmp-type any}. */
  private boolean matchesAll(String module, Clause clause) {
    return module.startsWith("icmp") && !clause.choices().isEmpty();
  }

  private Optional<List<JsonNode>> choice(String module, Choice choice, Clause clause) {
    return switch (module) {
      case "comment" -> comment(choice);
      case "tcp" -> module.equals(protocol) ? tcp(choice) : Optional.empty();
      case "udp", "sctp", "dccp" ->
          module.equals(protocol) ? ports(choice, module) : Optional.empty();
      case "multiport" -> multiport(choice);
      case "conntrack", "state" -> conntrack(choice);
      case "icmp" -> protocol.equals("icmp") ? icmp(choice, "--icmp-type") : Optional.empty();
      case "icmp6", "icmpv6" ->
          protocol.equals("ipv6-icmp") ? icmp(choice, "--icmpv6-type") : Optional.empty();
      case "mark" -> mark(choice, Statements.meta("mark"));
      case "connmark" -> mark(choice, Statements.ct("mark"));
      case "iprange" -> addresses(choice);
      case "owner" -> owner(choice);
      case "addrtype" -> addressType(choice, clause);
      default -> Optional.empty();
    };
  }

  private static Optional<List<JsonNode>> comment(Choice choice) {
    return choice.name().is("--comment") && !choice.negated()
        ? Optional.of(List.of())
        : Optional.empty();
  }

  private static Optional<List<JsonNode>> ports(Choice choice, String protocol) {
    Optional<String> field = portField(choice.name().text());
    if (field.isEmpty()) {
      return Optional.empty();
    }
    Optional<JsonNode> ports = Literals.ports(choice.value(), choice.value().text());
    JsonNode left = Statements.payload(protocol, field.get());
    return ports.map(p -> List.of(Statements.match(left, choice.negated(), p)));
  }

  private static Optional<String> portField(String option) {
    return switch (option) {
      case "--sport", "--source-port", "--sports", "--source-ports" -> Optional.of("sport");
      case "--dport", "--destination-port", "--dports", "--destination-ports" ->
          Optional.of("dport");
      default -> Optional.empty();
    };
  }

  private static Optional<List<JsonNode>> tcp(Choice choice) {
    if (choice.name().is("--syn") && choice.values().isEmpty()) {
      return one(flags(choice.negated(), List.of("fin", "syn", "rst", "ack"), List.of("syn")));
    }
    if (!choice.name().is("--tcp-flags") || choice.values().size() != 2) {
      return ports(choice, "tcp");
    }
    List<String> mask = flags(choice.values().get(0));
    List<String> set = flags(choice.values().get(1));
    return mask.isEmpty() || !mask.containsAll(set)
        ? Optional.empty()
        : one(flags(choice.negated(), mask, set));
  }

  private static List<String> flags(Word word) {
    return switch (word.text()) {
      case "ALL" -> ALL_FLAGS;
      case "NONE" -> List.of();
      default -> {
        List<String> out = new ArrayList<>();
        for (String flag : word.text().split(",", -1)) {
          if (!FLAGS.contains(flag)) {
            throw new SaveException(word.column(), "`" + flag + "` is no flag of TCP");
          }
          out.add(flag.toLowerCase(Locale.ROOT));
        }
        yield List.copyOf(out);
      }
    };
  }

  /** As numbers: several names in a mask have no one spelling in all versions of nft. */
  private static JsonNode flags(boolean negated, List<String> mask, List<String> set) {
    JsonNode left = Statements.payload("tcp", "flags");
    return Statements.match(
        Statements.binary("&", left, Statements.number(bits(mask))),
        negated,
        Statements.number(bits(set)));
  }

  private static int bits(List<String> flags) {
    return flags.stream().mapToInt(f -> 1 << ALL_FLAGS.indexOf(f)).reduce(0, (a, b) -> a | b);
  }

  private Optional<List<JsonNode>> multiport(Choice choice) {
    Optional<String> field = portField(choice.name().text());
    if (field.isEmpty() || !WITH_PORTS.contains(protocol)) {
      return Optional.empty();
    }
    List<JsonNode> ports = new ArrayList<>();
    for (String part : choice.value().text().split(",", -1)) {
      Optional<JsonNode> one = Literals.ports(choice.value(), part);
      if (one.isEmpty()) {
        return Optional.empty();
      }
      ports.add(one.get());
    }
    JsonNode left = Statements.payload(protocol, field.get());
    return one(Statements.match(left, choice.negated(), Statements.anyOf(ports)));
  }

  private static Optional<List<JsonNode>> conntrack(Choice choice) {
    if (!choice.name().is("--ctstate") && !choice.name().is("--state")) {
      return Optional.empty();
    }
    List<String> states = List.of(choice.value().text().split(",", -1));
    if (!STATES.containsAll(states)) {
      return Optional.empty(); // SNAT and DNAT are of the connection's status
    }
    List<JsonNode> values =
        states.stream().distinct().map(s -> Statements.text(s.toLowerCase(Locale.ROOT))).toList();
    return one(
        Statements.match(Statements.ct("state"), choice.negated(), Statements.anyOf(values)));
  }

  private static Optional<List<JsonNode>> icmp(Choice choice, String option) {
    if (!choice.name().is(option)) {
      return Optional.empty();
    }
    boolean four = option.equals("--icmp-type");
    String protocol = four ? "icmp" : "icmpv6";
    String[] parts = choice.value().text().split("/", 2);
    if (parts[0].equals("any") || (four && parts[0].equals("255"))) {
      return choice.negated() || parts.length > 1 ? Optional.empty() : Optional.of(List.of());
    }
    Optional<Long> type =
        Optional.ofNullable((four ? ICMP_TYPES : ICMPV6_TYPES).get(parts[0]))
            .map(Integer::longValue)
            .or(() -> Literals.number(choice.value(), parts[0], BYTE_MAX));
    if (type.isEmpty()) {
      return Optional.empty();
    }
    JsonNode matched =
        Statements.match(
            Statements.payload(protocol, "type"), choice.negated(), Statements.number(type.get()));
    if (parts.length == 1) {
      return one(matched);
    }
    Optional<Long> code = Literals.number(choice.value(), parts[1], BYTE_MAX);
    return choice.negated() || code.isEmpty()
        ? Optional.empty()
        : Optional.of(
            List.of(
                matched,
                Statements.match(
                    Statements.payload(protocol, "code"), false, Statements.number(code.get()))));
  }

  private static Optional<List<JsonNode>> mark(Choice choice, JsonNode left) {
    if (!choice.name().is("--mark")) {
      return Optional.empty();
    }
    String[] parts = choice.value().text().split("/", 2);
    Optional<Long> value = Literals.number(choice.value(), parts[0], MARK_MAX);
    Optional<Long> mask =
        parts.length == 1
            ? Optional.of(MARK_MAX)
            : Literals.number(choice.value(), parts[1], MARK_MAX);
    if (value.isEmpty() || mask.isEmpty()) {
      return Optional.empty();
    }
    JsonNode masked =
        mask.get() == MARK_MAX ? left : Statements.binary("&", left, Statements.number(mask.get()));
    return one(Statements.match(masked, choice.negated(), Statements.number(value.get())));
  }

  private Optional<List<JsonNode>> addresses(Choice choice) {
    String field =
        switch (choice.name().text()) {
          case "--src-range" -> "saddr";
          case "--dst-range" -> "daddr";
          default -> "";
        };
    Word value = choice.value();
    String[] ends = value.text().split("-", 2);
    if (field.isEmpty() || ends.length != 2) {
      return Optional.empty();
    }
    Address first = Literals.address(value, ends[0], family);
    Address last = Literals.address(value, ends[1], family);
    if (first.compareTo(last) > 0) {
      throw new SaveException(value.column(), "the range `" + value.text() + "` runs backwards");
    }
    JsonNode range =
        Statements.range(Statements.text(first.toString()), Statements.text(last.toString()));
    return one(Statements.match(Statements.payload(ip(), field), choice.negated(), range));
  }

  /**
   * What no socket sends has no owner: iptables lets it match {@code ! --uid-owner}, nft does not
   * let it match {@code !=}.
   */
  private static Optional<List<JsonNode>> owner(Choice choice) {
    String key =
        switch (choice.name().text()) {
          case "--uid-owner" -> "skuid";
          case "--gid-owner" -> "skgid";
          default -> "";
        };
    if (key.isEmpty() || choice.negated()) {
      return Optional.empty();
    }
    String[] ends = choice.value().text().split("-", 2);
    Optional<Long> first = Literals.number(choice.value(), ends[0], ID_MAX);
    Optional<Long> last = Literals.number(choice.value(), ends[ends.length - 1], ID_MAX);
    if (first.isEmpty() || last.isEmpty() || first.get() > last.get()) {
      return Optional.empty();
    }
    JsonNode range =
        Statements.range(Statements.number(first.get()), Statements.number(last.get()));
    return one(Statements.match(Statements.meta(key), false, range));
  }

  private static Optional<List<JsonNode>> addressType(Choice choice, Clause clause) {
    String end =
        switch (choice.name().text()) {
          case "--src-type" -> "saddr";
          case "--dst-type" -> "daddr";
          default -> "";
        };
    boolean limited = clause.choices().stream().anyMatch(c -> c.name().text().contains("limit"));
    if (end.isEmpty() || limited) {
      return Optional.empty();
    }
    List<String> types = List.of(choice.value().text().split(",", -1));
    if (!ADDRESS_TYPES.containsAll(types)) {
      return Optional.empty();
    }
    List<JsonNode> values =
        types.stream().distinct().map(t -> Statements.text(t.toLowerCase(Locale.ROOT))).toList();
    return one(
        Statements.match(Statements.addressType(end), choice.negated(), Statements.anyOf(values)));
  }
}
