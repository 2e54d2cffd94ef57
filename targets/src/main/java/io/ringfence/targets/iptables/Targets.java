package io.ringfence.targets.iptables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.model.Family;
import io.ringfence.targets.iptables.Clause.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a rule's target means in libnftables JSON; empty where it has no such meaning. Of a target
 * all is understood or nothing.
 */
final class Targets {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final long MARK_MAX = 0xffff_ffffL;
  private static final int GROUP_MAX = 65_535;
  private static final int LOG_PREFIX_MAX = 127;

  /** Options that change how something is told or spread, not what passes. */
  private static final Set<String> LOGGED =
      Set.of(
          "--log-level",
          "--log-tcp-sequence",
          "--log-tcp-options",
          "--log-ip-options",
          "--log-uid",
          "--log-macdecode",
          "--nflog-range",
          "--nflog-size",
          "--nflog-threshold");

  private static final Set<String> SPREAD = Set.of("--random", "--random-fully", "--persistent");

  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("icmp-net-unreachable", "net-unreachable"),
          Map.entry("icmp-host-unreachable", "host-unreachable"),
          Map.entry("icmp-port-unreachable", "port-unreachable"),
          Map.entry("icmp-proto-unreachable", "prot-unreachable"),
          Map.entry("icmp-net-prohibited", "net-prohibited"),
          Map.entry("icmp-host-prohibited", "host-prohibited"),
          Map.entry("icmp-admin-prohibited", "admin-prohibited"),
          Map.entry("icmp6-no-route", "no-route"),
          Map.entry("icmp6-adm-prohibited", "admin-prohibited"),
          Map.entry("icmp6-addr-unreachable", "addr-unreachable"),
          Map.entry("icmp6-port-unreachable", "port-unreachable"));

  private final SavedTable table;

  Targets(SavedTable table) {
    this.table = table;
  }

  JsonNode of(Clause clause) {
    return understood(clause)
        .orElseGet(() -> Statements.unknown("target", clause.name().text(), clause.text()));
  }

  private Optional<JsonNode> understood(Clause clause) {
    String name = clause.name().text();
    if (clause.negated()) {
      throw new SaveException(clause.name().column(), "a target cannot be negated");
    }
    if (table.chains().containsKey(name)) {
      if (table.hooks().has(name)) {
        throw new SaveException(
            clause.name().column(), "no rule can go to `" + name + "`, where packets begin");
      }
      String kind = clause.kind().equals(Clause.GOTO) ? "goto" : "jump";
      return clause.choices().isEmpty() ? Optional.of(Statements.to(kind, name)) : Optional.empty();
    }
    if (clause.kind().equals(Clause.GOTO)) {
      throw new SaveException(clause.name().column(), "undeclared chain `" + name + "`");
    }
    return switch (name) {
      case "ACCEPT" -> verdict(clause, "accept");
      case "DROP" -> verdict(clause, "drop");
      case "RETURN" -> verdict(clause, "return");
      case "REJECT" -> reject(clause);
      case "LOG" -> log(clause, "--log-prefix");
      case "NFLOG" -> log(clause, "--nflog-prefix");
      case "MARK" -> mark(clause);
      case "NOTRACK" -> verdict(clause, "notrack");
      case "CT" -> untracked(clause);
      case "DNAT" -> translated(clause, "dnat", "--to-destination");
      case "SNAT" -> translated(clause, "snat", "--to-source");
      case "MASQUERADE" -> translated(clause, "masquerade", "--to-ports");
      case "REDIRECT" -> translated(clause, "redirect", "--to-ports");
      default -> Optional.empty();
    };
  }

  private static Optional<JsonNode> verdict(Clause clause, String kind) {
    return clause.choices().isEmpty() ? Optional.of(Statements.bare(kind)) : Optional.empty();
  }

  private static Optional<JsonNode> untracked(Clause clause) {
    return clause.choices().size() == 1 && clause.choice("--notrack").isPresent()
        ? Optional.of(Statements.bare("notrack"))
        : Optional.empty();
  }

  private Optional<JsonNode> reject(Clause clause) {
    if (clause.choices().isEmpty()) {
      return Optional.of(Statements.bare("reject"));
    }
    Optional<Choice> with = clause.choice("--reject-with");
    if (with.isEmpty() || clause.choices().size() != 1) {
      return Optional.empty();
    }
    String reason = with.get().value().text();
    if (reason.equals("tcp-reset")) {
      return Optional.of(Statements.object("reject", JSON.objectNode().put("type", "tcp reset")));
    }
    String type = table.family() == Family.IPV4 ? "icmp" : "icmpv6";
    return Optional.ofNullable(REASONS.get(reason))
        .map(r -> Statements.object("reject", JSON.objectNode().put("type", type).put("expr", r)));
  }

  private static Optional<JsonNode> log(Clause clause, String prefix) {
    ObjectNode body = JSON.objectNode();
    for (Choice choice : clause.choices()) {
      String option = choice.name().text();
      if (option.equals(prefix)) {
        String text = choice.value().text();
        body.put("prefix", text.substring(0, Math.min(text.length(), LOG_PREFIX_MAX)));
      } else if (option.equals("--nflog-group")) {
        Optional<Long> group = Literals.number(choice.value(), choice.value().text(), GROUP_MAX);
        group.ifPresent(g -> body.put("group", g));
      } else if (!LOGGED.contains(option)) {
        return Optional.empty();
      }
    }
    if (clause.name().is("NFLOG") && !body.has("group")) {
      body.put("group", 0);
    }
    return Optional.of(body.isEmpty() ? Statements.bare("log") : Statements.object("log", body));
  }

  // --- Marks ---

  /** All that sets bits of the packet's mark: {@code (mark & ~M) ^ V}. */
  private static Optional<JsonNode> mark(Clause clause) {
    if (clause.choices().size() != 1) {
      return Optional.empty();
    }
    Choice choice = clause.choices().getFirst();
    String[] parts = choice.value().text().split("/", 2);
    Optional<Long> value = Literals.number(choice.value(), parts[0], MARK_MAX);
    Optional<Long> mask =
        parts.length == 1
            ? Optional.of(MARK_MAX)
            : Literals.number(choice.value(), parts[1], MARK_MAX);
    if (value.isEmpty() || mask.isEmpty()) {
      return Optional.empty();
    }
    long v = value.get();
    return switch (choice.name().text()) {
      case "--set-xmark" -> Optional.of(flipped(mask.get(), v));
      case "--set-mark" -> Optional.of(flipped(mask.get() | v, v));
      case "--and-mark" -> Optional.of(flipped(~v & MARK_MAX, 0));
      case "--or-mark" -> Optional.of(flipped(v, v));
      case "--xor-mark" -> Optional.of(flipped(0, v));
      default -> Optional.empty();
    };
  }

  private static JsonNode flipped(long cleared, long flipped) {
    JsonNode key = Statements.meta("mark");
    JsonNode kept =
        cleared == 0 ? key : Statements.binary("&", key, Statements.number(~cleared & MARK_MAX));
    JsonNode value =
        cleared == MARK_MAX
            ? Statements.number(flipped)
            : flipped == 0 ? kept : Statements.binary("^", kept, Statements.number(flipped));
    ObjectNode body = JSON.objectNode();
    body.set("key", key);
    body.set("value", value);
    return Statements.object("mangle", body);
  }

  // --- Translation of addresses ---

  private Optional<JsonNode> translated(Clause clause, String kind, String option) {
    ObjectNode body = JSON.objectNode();
    List<String> flags = new ArrayList<>();
    for (Choice choice : clause.choices()) {
      String name = choice.name().text();
      if (SPREAD.contains(name)) {
        flags.add(name.equals("--random-fully") ? "fully-random" : name.substring(2));
      } else if (!name.equals(option) || !body.isEmpty() || !goal(choice.value(), kind, body)) {
        return Optional.empty();
      }
    }
    boolean named = kind.equals("dnat") || kind.equals("snat");
    if (table.hooks() != Hooks.NAT || (named && body.isEmpty())) {
      return Optional.empty();
    }
    if (!flags.isEmpty()) {
      body.set("flags", Statements.texts(flags));
    }
    return Optional.of(body.isEmpty() ? Statements.bare(kind) : Statements.object(kind, body));
  }

  /** {@code 10.0.0.1-10.0.0.9:80-90}, {@code [fd00::1]:80}, {@code 80}; false when not read. */
  private boolean goal(Word word, String kind, ObjectNode out) {
    String text = word.text();
    String addresses = text;
    String ports = "";
    if (kind.equals("masquerade") || kind.equals("redirect")) {
      addresses = "";
      ports = text;
    } else if (table.family() == Family.IPV4 || text.startsWith("[")) {
      int colon = text.startsWith("[") ? text.indexOf("]:") + 1 : text.indexOf(':');
      boolean ported = colon > 0 || text.startsWith(":");
      addresses = ported ? text.substring(0, colon) : text;
      ports = ported ? text.substring(colon + 1) : "";
    }
    if (!addresses.isEmpty()) {
      out.set("addr", addresses(word, addresses.replace("[", "").replace("]", "")));
    }
    if (!ports.isEmpty()) {
      Optional<JsonNode> numbers = Literals.ports(word, ports.replace('-', ':'));
      if (ports.contains("/") || numbers.isEmpty()) {
        return false;
      }
      out.set("port", numbers.get());
    }
    return !out.isEmpty();
  }

  private JsonNode addresses(Word word, String text) {
    String[] ends = text.split("-", 2);
    String first = Literals.address(word, ends[0], table.family()).toString();
    String last = Literals.address(word, ends[ends.length - 1], table.family()).toString();
    return Statements.range(Statements.text(first), Statements.text(last));
  }
}
