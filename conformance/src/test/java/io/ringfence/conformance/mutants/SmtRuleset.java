package io.ringfence.conformance.mutants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.model.Address;
import io.ringfence.model.Prefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A ruleset as terms of SMT-LIB: what becomes of one packet, as the kernel's documentation has it.
 * Shares nothing with the reader that read-back uses: that follows sets of flows forwards, this
 * writes one formula backwards.
 */
final class SmtRuleset {
  /** Thrown at what this has no meaning for. */
  static final class UnknownConstruct extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownConstruct(String what) {
      super(what);
    }
  }

  /**
   * Where evaluation ends.
   *
   * @param status {@value #GO_ON} at the end of a chain, {@value #ACCEPT} or {@value #DROP}
   * @param mark the connection's mark then
   */
  record Outcome(String status, String mark) {}

  static final String GO_ON = "#b00";
  static final String ACCEPT = "#b01";
  static final String DROP = "#b10";

  private static final int DEPTH_MAX = 16;

  private static final Map<String, Integer> WORDS =
      Map.ofEntries(
          Map.entry("icmp", 1),
          Map.entry("tcp", 6),
          Map.entry("udp", 17),
          Map.entry("ipv6-icmp", 58),
          Map.entry("icmpv6", 58),
          Map.entry("sctp", 132),
          Map.entry("invalid", 1),
          Map.entry("established", 2),
          Map.entry("related", 4),
          Map.entry("new", 8),
          Map.entry("untracked", 64),
          Map.entry("fin", 1),
          Map.entry("syn", 2),
          Map.entry("rst", 4),
          Map.entry("ack", 16),
          Map.entry("mld-listener-query", 130),
          Map.entry("mld-listener-report", 131),
          Map.entry("mld-listener-done", 132),
          Map.entry("nd-router-solicit", 133),
          Map.entry("nd-router-advert", 134),
          Map.entry("nd-neighbor-solicit", 135),
          Map.entry("nd-neighbor-advert", 136),
          Map.entry("mld2-listener-report", 143));

  private final RulesetTree tree;
  private final String prefix;
  private final PacketTerms packet;
  private final List<String> interfaces;
  private final Set<String> answered;
  private final StringBuilder script;
  private final Map<String, List<ObjectNode>> rulesByChain = new HashMap<>();
  private final Map<String, List<JsonNode>> elementsBySet = new HashMap<>();
  private final Map<String, Outcome> known = new HashMap<>();
  private final Map<String, String> definitions = new HashMap<>();
  private int count;

  /**
   * @param prefix of the names that this defines in the script
   * @param interfaces the names that interfaces have numbers for; shared by all that are compared
   * @param answered the sets of names that are declared already; shared too
   */
  SmtRuleset(
      JsonNode ruleset,
      String prefix,
      PacketTerms packet,
      List<String> interfaces,
      Set<String> answered,
      StringBuilder script) {
    this.tree = new RulesetTree(ruleset);
    this.prefix = prefix;
    this.packet = packet;
    this.interfaces = interfaces;
    this.answered = answered;
    this.script = script;
    for (String chain : tree.chains()) {
      rulesByChain.put(chain, tree.rules(chain));
    }
    for (ObjectNode elements : tree.added("element")) {
      List<JsonNode> list =
          elementsBySet.computeIfAbsent(elements.get("name").asText(), n -> new ArrayList<>());
      elements.get("elem").forEach(list::add);
    }
  }

  /** What becomes of the packet at a hook. */
  Outcome at(String hook) {
    for (ObjectNode chain : tree.added("chain")) {
      if (chain.path("hook").asText().equals(hook)) {
        Outcome end = chain(chain.get("name").asText(), packet.get("mark"), 0);
        String policy = chain.path("policy").asText("accept").equals("drop") ? DROP : ACCEPT;
        return choose("(= " + end.status() + " " + GO_ON + ")", outcome(policy, end.mark()), end);
      }
    }
    return new Outcome(ACCEPT, packet.get("mark"));
  }

  // --- Chains and rules ---

  private Outcome chain(String chain, String mark, int depth) {
    if (depth > DEPTH_MAX || !rulesByChain.containsKey(chain)) {
      throw new UnknownConstruct("chain `" + chain + "`, " + depth + " deep");
    }
    return rules(chain, 0, mark, depth);
  }

  private Outcome rules(String chain, int from, String mark, int depth) {
    List<ObjectNode> rules = rulesByChain.get(chain);
    if (from == rules.size()) {
      return outcome(GO_ON, mark);
    }
    String key = chain + " " + from + " " + mark;
    Outcome out = known.get(key);
    if (out == null) {
      out = new Here(chain, from, depth).statements(0, mark);
      known.put(key, out);
    }
    return out;
  }

  /** One rule of a chain. */
  private final class Here {
    private final String chain;
    private final int index;
    private final int depth;
    private final JsonNode statements;

    Here(String chain, int index, int depth) {
      this.chain = chain;
      this.index = index;
      this.depth = depth;
      this.statements = RulesetTree.statements(rulesByChain.get(chain).get(index));
    }

    private Outcome next(String mark) {
      return rules(chain, index + 1, mark, depth);
    }

    Outcome statements(int from, String mark) {
      if (from == statements.size()) {
        return next(mark);
      }
      JsonNode statement = statements.get(from);
      String kind = statement.fieldNames().next();
      return switch (kind) {
        case "counter", "log" -> statements(from + 1, mark);
        case "limit" -> choose(packet.get("limit"), statements(from + 1, mark), next(mark));
        case "match" ->
            choose(match(statement.get("match"), mark), statements(from + 1, mark), next(mark));
        case "mangle" ->
            choose(packet.get("ct"), statements(from + 1, set(statement, mark)), next(mark));
        case "vmap" -> lookup(statement.get("vmap"), mark);
        default -> verdict(statement, mark);
      };
    }

    private Outcome lookup(JsonNode vmap, String mark) {
      Map<JsonNode, List<String>> hits = new LinkedHashMap<>();
      String map = vmap.get("data").asText().substring(1);
      for (JsonNode element : elementsBySet.getOrDefault(map, List.of())) {
        hits.computeIfAbsent(element.get(1), v -> new ArrayList<>())
            .add(has(vmap.get("key"), element.get(0), mark));
      }
      Outcome out = next(mark);
      for (Map.Entry<JsonNode, List<String>> hit : hits.entrySet()) {
        String readable = readable(vmap.get("key"));
        out = choose(and(readable, or(hit.getValue())), verdict(hit.getKey(), mark), out);
      }
      return out;
    }

    private Outcome verdict(JsonNode verdict, String mark) {
      String kind = verdict.fieldNames().next();
      String target = verdict.path(kind).path("target").asText();
      return switch (kind) {
        case "accept" -> outcome(ACCEPT, mark);
        case "drop" -> outcome(DROP, mark);
        case "return" -> outcome(GO_ON, mark);
        case "goto" -> chain(target, mark, depth + 1);
        case "jump" -> {
          Outcome there = chain(target, mark, depth + 1);
          yield choose("(= " + there.status() + " " + GO_ON + ")", next(there.mark()), there);
        }
        default -> throw new UnknownConstruct("statement " + verdict);
      };
    }
  }

  private static Outcome outcome(String status, String mark) {
    return new Outcome(status, mark);
  }

  private Outcome choose(String condition, Outcome then, Outcome otherwise) {
    if (condition.equals("true") || then.equals(otherwise)) {
      return then;
    }
    if (condition.equals("false")) {
      return otherwise;
    }
    String named = define(condition, "Bool");
    return new Outcome(
        ifThenElse(named, then.status(), otherwise.status(), "(_ BitVec 2)"),
        ifThenElse(named, then.mark(), otherwise.mark(), "(_ BitVec 32)"));
  }

  private String ifThenElse(String condition, String then, String otherwise, String sort) {
    return then.equals(otherwise)
        ? then
        : define("(ite " + condition + " " + then + " " + otherwise + ")", sort);
  }

  private String define(String term, String sort) {
    if (!term.startsWith("(")) {
      return term;
    }
    return definitions.computeIfAbsent(
        term,
        t -> {
          String name = prefix + count++;
          script.append("(define-fun ").append(name).append(" () ").append(sort).append(' ');
          script.append(t).append(")\n");
          return name;
        });
  }

  private String set(JsonNode statement, String mark) {
    return define(markTerm(statement.get("mangle").get("value"), mark), "(_ BitVec 32)");
  }

  private String markTerm(JsonNode value, String mark) {
    if (value.has("|")) {
      JsonNode parts = value.get("|");
      return "(bvor " + markTerm(parts.get(0), mark) + " " + markTerm(parts.get(1), mark) + ")";
    }
    if (value.has("&")) {
      JsonNode parts = value.get("&");
      return "(bvand " + markTerm(parts.get(0), mark) + " " + markTerm(parts.get(1), mark) + ")";
    }
    return value.isNumber() ? bits(value.asLong(), 32) : mark;
  }

  // --- Matches ---

  private String match(JsonNode match, String mark) {
    JsonNode left = match.get("left");
    String hit = hit(match, left, mark);
    boolean inverted = match.get("op").asText().equals("!=");
    return and(readable(left), inverted ? "(not " + hit + ")" : hit);
  }

  private String hit(JsonNode match, JsonNode left, String mark) {
    JsonNode right = match.get("right");
    String type = Leaves.type(left.has("concat") ? left.get("concat").get(0) : left);
    boolean flags = type.equals("ct_state") || type.equals("tcp_flag");
    if (flags && !left.has("&") && !match.get("op").asText().equals("==")) {
      String value = flagBits(right);
      return "(not (= (bvand " + term(left, mark) + " " + value + ") #x00))";
    }
    return flags ? "(= " + term(left, mark) + " " + flagBits(right) + ")" : has(left, right, mark);
  }

  private static String flagBits(JsonNode words) {
    int out = 0;
    for (JsonNode word : words.isArray() ? words : List.of(words)) {
      out |= number(word);
    }
    return bits(out, 8);
  }

  /** That a value has what an expression reads. */
  private String has(JsonNode left, JsonNode right, String mark) {
    if (right.isTextual() && right.asText().startsWith("@")) {
      return inSet(left, right.asText().substring(1), mark);
    }
    if (right.has("set")) {
      List<String> members = new ArrayList<>();
      right.get("set").forEach(m -> members.add(has(left, m, mark)));
      return or(members);
    }
    if (left.has("concat")) {
      List<String> parts = new ArrayList<>();
      for (int i = 0; i < left.get("concat").size(); i++) {
        JsonNode value = right.has("concat") ? right.get("concat").get(i) : right;
        parts.add(has(left.get("concat").get(i), value, mark));
      }
      return and(parts.toArray(String[]::new));
    }
    return hasPart(term(left, mark), Leaves.type(left), right);
  }

  private String inSet(JsonNode left, String set, String mark) {
    if (tree.named("set", set).path("flags").toString().contains("timeout")) {
      String name = "|answered " + set + "|";
      if (answered.add(set)) {
        script.append("(declare-const ").append(name).append(" Bool)\n");
      }
      return name;
    }
    List<String> members = new ArrayList<>();
    elementsBySet.getOrDefault(set, List.of()).forEach(e -> members.add(has(left, e, mark)));
    return or(members);
  }

  private String hasPart(String term, String type, JsonNode value) {
    if (value.has("range")) {
      JsonNode ends = value.get("range");
      return between(term, constant(type, ends.get(0)), constant(type, ends.get(1)));
    }
    if (value.has("prefix")) {
      JsonNode prefix = value.get("prefix");
      Address network = Address.parse(prefix.get("addr").asText());
      Prefix whole = Prefix.around(network, prefix.get("len").asInt());
      return between(term, address(whole.network()), address(whole.last()));
    }
    return "(= " + term + " " + constant(type, value) + ")";
  }

  private static String between(String term, String first, String last) {
    return "(and (bvuge " + term + " " + first + ") (bvule " + term + " " + last + "))";
  }

  private String constant(String type, JsonNode value) {
    return switch (type) {
      case "ipv4_addr", "ipv6_addr" -> address(Address.parse(value.asText()));
      case "inet_service" -> bits(value.asLong(), 16);
      case "mark", "uid" -> bits(value.asLong(), 32);
      case "ifname" -> interfaceNumber(value.asText());
      case "nf_proto" -> value.asText().equals("ipv6") ? "true" : "false";
      case "ct_dir" -> value.asText().equals("reply") ? "true" : "false";
      default -> bits(number(value), 8);
    };
  }

  private String interfaceNumber(String name) {
    int index = interfaces.indexOf(name);
    if (index < 0) {
      throw new UnknownConstruct("interface `" + name + "`");
    }
    return bits(index + 1, 8);
  }

  private static int number(JsonNode value) {
    if (value.isNumber()) {
      return value.asInt();
    }
    Integer known = WORDS.get(value.asText());
    if (known == null) {
      throw new UnknownConstruct("value " + value);
    }
    return known;
  }

  static String bits(long value, int width) {
    StringBuilder out = new StringBuilder("#b");
    for (int i = width - 1; i >= 0; i--) {
      out.append(value >>> i & 1);
    }
    return out.toString();
  }

  static String address(Address address) {
    StringBuilder out = new StringBuilder("#x");
    for (byte b : address.bytes()) {
      out.append("%02x".formatted(b));
    }
    return out.toString();
  }

  // --- What expressions read ---

  /** The field that an expression reads, by what it is called in the JSON. */
  private static final Map<String, String> FIELDS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("meta iifname", "iif"),
              Map.entry("meta oifname", "oif"),
              Map.entry("meta nfproto", "v6"),
              Map.entry("meta l4proto", "l4"),
              Map.entry("meta skuid", "owner"),
              Map.entry("ct state", "state"),
              Map.entry("ct direction", "reply"),
              Map.entry("ct protocol", "oproto"),
              Map.entry("ct proto-dst", "oport"),
              Map.entry("ct ip saddr", "osrc4"),
              Map.entry("ct ip daddr", "odst4"),
              Map.entry("ct ip6 saddr", "osrc6"),
              Map.entry("ct ip6 daddr", "odst6"),
              Map.entry("payload ip saddr", "src4"),
              Map.entry("payload ip daddr", "dst4"),
              Map.entry("payload ip6 saddr", "src6"),
              Map.entry("payload ip6 daddr", "dst6"),
              Map.entry("payload ip6 hoplimit", "hop"),
              Map.entry("payload tcp sport", "sport"),
              Map.entry("payload tcp dport", "dport"),
              Map.entry("payload udp sport", "sport"),
              Map.entry("payload udp dport", "dport"),
              Map.entry("payload tcp flags", "flags"),
              Map.entry("payload icmpv6 type", "type")));

  private static String call(JsonNode expression) {
    String kind = expression.fieldNames().next();
    JsonNode body = expression.get(kind);
    return kind.equals("payload")
        ? "payload " + body.path("protocol").asText() + " " + body.path("field").asText()
        : kind + " " + body.path("key").asText();
  }

  private String term(JsonNode expression, String mark) {
    if (expression.has("&")) {
      JsonNode parts = expression.get("&");
      String type = Leaves.type(parts.get(0));
      String mask = type.equals("tcp_flag") ? flagBits(parts.get(1)) : constant(type, parts.get(1));
      return "(bvand " + term(parts.get(0), mark) + " " + mask + ")";
    }
    String call = call(expression);
    if (call.equals("ct mark")) {
      return mark;
    }
    String field = FIELDS.get(call);
    if (field == null) {
      throw new UnknownConstruct("expression " + expression);
    }
    return packet.get(field);
  }

  /** That the packet has what an expression reads; a rule does not match where it has not. */
  private String readable(JsonNode expression) {
    if (expression.has("concat")) {
      List<String> parts = new ArrayList<>();
      expression.get("concat").forEach(p -> parts.add(readable(p)));
      return and(parts.toArray(String[]::new));
    }
    if (expression.has("&")) {
      return readable(expression.get("&").get(0));
    }
    String call = call(expression);
    List<String> needs = new ArrayList<>();
    if (call.startsWith("ct ") && !call.equals("ct state")) {
      needs.add(packet.get("ct"));
    }
    if (call.equals("meta skuid")) {
      needs.add(packet.get("owned"));
    }
    if (call.contains(" ip6 ")) {
      needs.add(packet.get("v6"));
    } else if (call.contains(" ip ")) {
      needs.add("(not " + packet.get("v6") + ")");
    }
    String protocol = call.startsWith("payload ") ? call.split(" ")[1] : "";
    if (WORDS.containsKey(protocol)) {
      needs.add("(= " + packet.get("l4") + " " + bits(WORDS.get(protocol), 8) + ")");
    }
    return and(needs.toArray(String[]::new));
  }

  private static String and(String... terms) {
    List<String> kept = new ArrayList<>();
    for (String term : terms) {
      if (term.equals("false")) {
        return "false";
      }
      if (!term.equals("true")) {
        kept.add(term);
      }
    }
    return joined("and", kept, "true");
  }

  private static String or(List<String> terms) {
    return joined("or", terms, "false");
  }

  private static String joined(String operator, List<String> terms, String none) {
    return switch (terms.size()) {
      case 0 -> none;
      case 1 -> terms.getFirst();
      default -> "(" + operator + " " + String.join(" ", terms) + ")";
    };
  }
}
