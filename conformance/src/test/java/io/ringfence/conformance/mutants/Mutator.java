package io.ringfence.conformance.mutants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.model.Address;
import io.ringfence.model.Family;
import io.ringfence.model.Prefix;
import io.ringfence.model.UserSet;
import io.ringfence.model.testing.Dice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Breaks rulesets: one change at a random place of the kind asked for. */
final class Mutator {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> ADDRESSES = List.of("ipv4_addr", "ipv6_addr");
  private static final List<String> PROTOCOLS = List.of("icmp", "tcp", "udp", "ipv6-icmp", "sctp");
  private static final List<String> STATES =
      List.of("new", "established", "related", "invalid", "untracked");
  private static final List<String> FLAGS = List.of("fin", "syn", "rst", "ack");
  private static final int PORT_MAX = 65535;
  private static final List<String> OWNER = List.of("uid");

  /** The number above it is nobody's. */
  private static final long USER_MAX = UserSet.USER_MAX;

  private final JsonNode original;
  private final Dice dice;

  Mutator(JsonNode original, Dice dice) {
    this.original = original;
    this.dice = dice;
  }

  /** A mutant of the kind, or empty where the ruleset has no place for one. */
  Optional<Mutant> mutant(MutationKind kind) {
    JsonNode copy = original.deepCopy();
    Optional<String> change = change(kind, new RulesetTree(copy));
    return change.filter(c -> !copy.equals(original)).map(c -> new Mutant(kind, c, copy));
  }

  private Optional<String> change(MutationKind kind, RulesetTree tree) {
    return switch (kind) {
      case ADDRESS_BIT -> leaf(tree, ADDRESSES).flatMap(this::addressBit);
      case PORT_OFF -> leaf(tree, List.of("inet_service")).flatMap(this::portOff);
      case INTERVAL_END -> intervalEnd(tree);
      case PROTOCOL -> protocol(tree);
      case NEGATED -> negated(tree);
      case RULES_SWAPPED -> rulesSwapped(tree);
      case ELEMENTS_SWAPPED -> elementsSwapped(tree);
      case ELEMENT_LOST -> elementLost(tree);
      case POLICY -> policy(tree);
      case STATE_WIDENED -> leaf(tree, List.of("ct_state")).flatMap(l -> words(l, STATES));
      case WRONG_CHAIN -> wrongChain(tree);
      case JUMP_FOR_GOTO -> jumpForGoto(tree);
      case FAMILY -> family(tree);
      case SET_EMPTIED -> setEmptied(tree);
      case SET_OPENED -> setOpened(tree);
      case RULE_LOST -> ruleLost(tree);
      case MATCH_LOST -> matchLost(tree, m -> true);
      case HOP_LIMIT -> hopLimit(tree);
      case MARK -> mark(tree);
      case FLAGS -> flags(tree);
      case VERDICT -> verdict(tree);
      case OWNER -> owner(tree);
      case EXCEPT_IGNORED -> exceptIgnored(tree);
      case NOT_IN_TO_OR -> notInToOr(tree);
    };
  }

  private <T> Optional<T> any(List<T> choices) {
    return choices.isEmpty() ? Optional.empty() : Optional.of(dice.of(choices));
  }

  private Optional<Leaf> leaf(RulesetTree tree, List<String> types) {
    return any(Leaves.of(tree, types));
  }

  private static Optional<String> replaced(Leaf leaf, JsonNode value) {
    String before = text(leaf.value());
    leaf.set(value);
    return Optional.of(before + " became " + text(value) + " in " + leaf.place());
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.asText() : value.toString();
  }

  // --- Values ---

  private Optional<String> addressBit(Leaf leaf) {
    JsonNode value = leaf.value();
    if (value.has("prefix")) {
      return replaced(leaf, prefixOff(value.get("prefix")));
    }
    if (value.has("range")) {
      ArrayNode range = value.get("range").deepCopy();
      int end = dice.between(0, 1);
      range.set(end, flipped(Address.parse(range.get(end).asText())));
      return replaced(leaf, JSON.objectNode().set("range", range));
    }
    return replaced(leaf, flipped(Address.parse(value.asText())));
  }

  /** Its length one more or less, or the last bit of its network flipped. */
  private JsonNode prefixOff(JsonNode prefix) {
    Address network = Address.parse(prefix.get("addr").asText());
    int length = prefix.get("len").asInt();
    int bits = network.family().bits();
    int kind = dice.between(0, 2);
    if (kind == 0 && length > 1) {
      return prefix(Prefix.around(network, length - 1));
    }
    if (kind == 1 && length < bits) {
      return prefix(Prefix.around(network, length + 1));
    }
    return prefix(Prefix.around(flip(network, length - 1), length));
  }

  private static JsonNode prefix(Prefix prefix) {
    return JSON.objectNode()
        .set(
            "prefix",
            JSON.objectNode().put("addr", prefix.network().toString()).put("len", prefix.length()));
  }

  private JsonNode flipped(Address address) {
    int bits = address.family().bits();
    int index = dice.oneIn(2) ? bits - 1 : dice.between(bits - 16, bits - 1);
    return JSON.textNode(flip(address, index).toString());
  }

  private static Address flip(Address address, int index) {
    byte[] bytes = address.bytes();
    bytes[index / 8] ^= (byte) (0x80 >>> index % 8);
    return Address.of(bytes);
  }

  private Optional<String> portOff(Leaf leaf) {
    JsonNode value = leaf.value();
    int off = dice.of(-1, 1);
    if (value.has("range")) {
      ArrayNode range = value.get("range").deepCopy();
      int end = dice.between(0, 1);
      range.set(end, JSON.numberNode(Math.clamp(range.get(end).asInt() + off, 0, PORT_MAX)));
      return replaced(leaf, JSON.objectNode().set("range", range));
    }
    return replaced(leaf, JSON.numberNode(Math.clamp(value.asInt() + off, 0, PORT_MAX)));
  }

  private Optional<String> intervalEnd(RulesetTree tree) {
    List<Leaf> intervals =
        Leaves.of(tree).stream()
            .filter(l -> l.value().has("range") || l.value().has("prefix"))
            .toList();
    return any(intervals).flatMap(l -> replaced(l, end(l.value())));
  }

  private JsonNode end(JsonNode interval) {
    return interval.has("prefix")
        ? interval.get("prefix").get("addr")
        : interval.get("range").get(dice.between(0, 1));
  }

  private Optional<String> protocol(RulesetTree tree) {
    return leaf(tree, List.of("inet_proto"))
        .flatMap(
            leaf -> {
              boolean member = leaf.parent() instanceof ArrayNode && leaf.key() instanceof Integer;
              boolean anonymous = leaf.place().startsWith("chain") && leaf.parent().size() > 1;
              if (member && anonymous && dice.oneIn(2)) {
                String before = text(leaf.value());
                ((ArrayNode) leaf.parent()).remove((Integer) leaf.key());
                return Optional.of(before + " dropped from " + leaf.place());
              }
              List<String> others =
                  PROTOCOLS.stream().filter(p -> !p.equals(leaf.value().asText())).toList();
              return replaced(leaf, JSON.textNode(dice.of(others)));
            });
  }

  /** A list of words with one more, one less, or one other. */
  private Optional<String> words(Leaf leaf, List<String> choices) {
    List<String> words = new ArrayList<>();
    JsonNode value = leaf.value();
    (value.isArray() ? value : List.of(value)).forEach(w -> words.add(w.asText()));
    List<String> others = choices.stream().filter(w -> !words.contains(w)).toList();
    boolean less = others.isEmpty() || words.size() > 1 && dice.oneIn(3);
    if (less) {
      words.remove(dice.between(0, words.size() - 1));
    } else {
      if (dice.oneIn(3)) {
        words.remove(dice.between(0, words.size() - 1));
      }
      words.add(dice.of(others));
    }
    if (words.size() == 1) {
      return replaced(leaf, JSON.textNode(words.getFirst()));
    }
    ArrayNode list = JSON.arrayNode();
    words.forEach(list::add);
    return replaced(leaf, list);
  }

  // --- Matches ---

  private record Found(ObjectNode rule, int index, JsonNode statement) {}

  private static List<Found> statements(RulesetTree tree, String kind) {
    List<Found> out = new ArrayList<>();
    for (ObjectNode rule : tree.added("rule")) {
      ArrayNode statements = RulesetTree.statements(rule);
      for (int i = 0; i < statements.size(); i++) {
        if (statements.get(i).has(kind)) {
          out.add(new Found(rule, i, statements.get(i)));
        }
      }
    }
    return out;
  }

  private Optional<String> negated(RulesetTree tree) {
    List<Found> matches =
        statements(tree, "match").stream()
            .filter(f -> f.statement().get("match").get("right").size() == 0)
            .toList();
    return any(matches.isEmpty() ? statements(tree, "match") : matches)
        .map(
            found -> {
              ObjectNode match = (ObjectNode) found.statement().get("match");
              String before = match.get("op").asText();
              match.put("op", before.equals("!=") ? "==" : "!=");
              return before
                  + " became "
                  + match.get("op").asText()
                  + " in "
                  + tree.place(found.rule());
            });
  }

  private interface Test {
    boolean of(JsonNode match);
  }

  private Optional<String> matchLost(RulesetTree tree, Test test) {
    List<Found> matches =
        statements(tree, "match").stream()
            .filter(f -> test.of(f.statement().get("match")))
            .toList();
    return any(matches)
        .map(
            found -> {
              String place = tree.place(found.rule());
              RulesetTree.statements(found.rule()).remove(found.index());
              return "a match of "
                  + text(found.statement().get("match").get("left"))
                  + " lost in "
                  + place;
            });
  }

  private Optional<String> hopLimit(RulesetTree tree) {
    if (dice.oneIn(2)) {
      return matchLost(tree, m -> Leaves.types(m.get("left")).contains("hop_limit"));
    }
    return leaf(tree, List.of("hop_limit"))
        .flatMap(
            l -> {
              int limit = l.value().asInt();
              return replaced(l, JSON.numberNode(limit == 1 ? 2 : limit - 1));
            });
  }

  private Optional<String> family(RulesetTree tree) {
    if (dice.oneIn(2)) {
      return matchLost(tree, m -> Leaves.types(m.get("left")).contains("nf_proto"));
    }
    return leaf(tree, List.of("nf_proto"))
        .flatMap(
            l -> {
              String other = l.value().asText().equals("ipv4") ? "ipv6" : "ipv4";
              return replaced(l, JSON.textNode(other));
            });
  }

  private Optional<String> flags(RulesetTree tree) {
    return dice.oneIn(2)
        ? leaf(tree, List.of("tcp_flag/mask")).flatMap(l -> words(l, FLAGS))
        : leaf(tree, List.of("tcp_flag")).flatMap(l -> words(l, FLAGS));
  }

  // --- Marks ---

  private Optional<String> mark(RulesetTree tree) {
    List<Found> settings = statements(tree, "mangle");
    if (!settings.isEmpty() && dice.oneIn(2)) {
      Found found = dice.of(settings);
      String place = tree.place(found.rule());
      if (dice.oneIn(3)) {
        RulesetTree.statements(found.rule()).remove(found.index());
        return Optional.of("the mark is not set in " + place);
      }
      List<ArrayNode> operations = new ArrayList<>();
      found.statement().findValues("|").forEach(o -> operations.add((ArrayNode) o));
      found.statement().findValues("&").forEach(o -> operations.add((ArrayNode) o));
      return any(operations).map(o -> bitChanged(o, 1) + " in what is set in " + place);
    }
    return leaf(tree, List.of("mark", "mark/mask"))
        .flatMap(
            l -> {
              String before = text(l.value());
              long changed = l.value().asLong() ^ 1L << dice.between(16, 31);
              l.set(JSON.numberNode(changed));
              return Optional.of("mark " + before + " became " + changed + " in " + l.place());
            });
  }

  private String bitChanged(ArrayNode operation, int index) {
    long before = operation.get(index).asLong();
    long changed = before ^ 1L << dice.between(16, 31);
    operation.set(index, JSON.numberNode(changed));
    return "mark " + before + " became " + changed;
  }

  // --- Owners of sockets ---

  /** In a map's element or, where a map goes to one place, in a match made of its lookup. */
  private Optional<String> owner(RulesetTree tree) {
    int kind = dice.between(0, 3);
    return switch (kind) {
      case 0 -> leaf(tree, OWNER).flatMap(l -> replaced(l, JSON.numberNode(another(l.value()))));
      case 1 -> leaf(tree, OWNER).flatMap(l -> widened(tree, l));
      case 2 -> elementOfOwnerLost(tree);
      default -> ownerUnread(tree);
    };
  }

  /** The next user, root, or nearly any. */
  private long another(JsonNode user) {
    long near = Math.clamp(user.asLong() + dice.of(-1, 1), 0, USER_MAX);
    return dice.of(near, 0L, user.asLong() ^ 1L << dice.between(0, 30));
  }

  /** The user and all up to one nearby, or up to the last. */
  private Optional<String> widened(RulesetTree tree, Leaf leaf) {
    long user = leaf.value().asLong();
    if (user == USER_MAX) {
      return Optional.empty();
    }
    ownerMaps(tree).forEach(m -> m.set("flags", JSON.arrayNode().add("interval")));
    ArrayNode ends = JSON.arrayNode().add(user).add(dice.oneIn(2) ? user + 1 : USER_MAX);
    return replaced(leaf, JSON.objectNode().set("range", ends));
  }

  private static List<ObjectNode> ownerMaps(RulesetTree tree) {
    return tree.added("map").stream()
        .filter(m -> tree.types(m.get("name").asText()).equals(OWNER))
        .toList();
  }

  private Optional<String> elementOfOwnerLost(RulesetTree tree) {
    List<ObjectNode> elements =
        tree.added("element").stream()
            .filter(e -> tree.types(e.get("name").asText()).equals(OWNER))
            .toList();
    return any(elements)
        .map(
            e -> {
              ArrayNode list = (ArrayNode) e.get("elem");
              JsonNode lost = list.remove(dice.between(0, list.size() - 1));
              dropIfEmpty(tree, e);
              return lost + " lost from `" + e.get("name").asText() + "`";
            });
  }

  /** Everybody goes where one user did. */
  private Optional<String> ownerUnread(RulesetTree tree) {
    List<Found> lookups =
        statements(tree, "vmap").stream()
            .filter(f -> f.statement().at("/vmap/key/meta/key").asText().equals("skuid"))
            .toList();
    return any(lookups)
        .flatMap(
            found -> {
              String map = found.statement().at("/vmap/data").asText().substring(1);
              List<JsonNode> verdicts = new ArrayList<>();
              tree.added("element").stream()
                  .filter(e -> e.get("name").asText().equals(map))
                  .forEach(e -> e.get("elem").forEach(pair -> verdicts.add(pair.get(1))));
              return any(verdicts)
                  .map(
                      verdict -> {
                        String place = tree.place(found.rule());
                        RulesetTree.statements(found.rule()).set(found.index(), verdict);
                        return "the owner is not asked for in " + place + ": " + verdict;
                      });
            });
  }

  // --- Rules and chains ---

  private Optional<String> rulesSwapped(RulesetTree tree) {
    List<String> chains = tree.chains().stream().filter(c -> tree.rules(c).size() > 1).toList();
    return any(chains)
        .map(
            chain -> {
              List<ObjectNode> rules = tree.rules(chain);
              int a = dice.between(0, rules.size() - 1);
              int b = dice.oneIn(2) ? dice.between(0, rules.size() - 1) : (a + 1) % rules.size();
              JsonNode first = rules.get(a).get("expr");
              rules.get(a).set("expr", rules.get(b).get("expr"));
              rules.get(b).set("expr", first);
              return "rules " + (a + 1) + " and " + (b + 1) + " of chain `" + chain + "` swapped";
            });
  }

  private Optional<String> ruleLost(RulesetTree tree) {
    return any(tree.added("rule"))
        .map(
            rule -> {
              String place = tree.place(rule);
              ArrayNode commands = tree.commands();
              for (int i = 0; i < commands.size(); i++) {
                if (commands.get(i).path("add").get("rule") == rule) {
                  commands.remove(i);
                  break;
                }
              }
              return "lost " + place;
            });
  }

  private Optional<String> policy(RulesetTree tree) {
    return any(tree.added("chain").stream().filter(c -> c.has("policy")).toList())
        .map(
            chain -> {
              String before = chain.get("policy").asText();
              chain.put("policy", before.equals("drop") ? "accept" : "drop");
              return "policy " + before + " flipped in chain `" + chain.get("name").asText() + "`";
            });
  }

  /** Verdicts that go to a chain, in rules and in map elements. */
  private static List<ObjectNode> going(RulesetTree tree) {
    List<ObjectNode> out = new ArrayList<>();
    for (String kind : List.of("jump", "goto")) {
      statements(tree, kind).forEach(f -> out.add((ObjectNode) f.statement()));
    }
    for (ObjectNode elements : tree.added("element")) {
      for (JsonNode element : elements.get("elem")) {
        if (element.isArray() && (element.get(1).has("jump") || element.get(1).has("goto"))) {
          out.add((ObjectNode) element.get(1));
        }
      }
    }
    return out;
  }

  private Optional<String> wrongChain(RulesetTree tree) {
    List<String> chains =
        tree.added("chain").stream()
            .filter(c -> !c.has("hook"))
            .map(c -> c.get("name").asText())
            .toList();
    return any(going(tree))
        .map(
            verdict -> {
              String before = verdict.toString();
              ObjectNode target = (ObjectNode) verdict.elements().next();
              target.put("target", dice.of(chains));
              return before + " became " + verdict;
            });
  }

  private Optional<String> jumpForGoto(RulesetTree tree) {
    return any(going(tree))
        .map(
            verdict -> {
              String before = verdict.toString();
              String kind = verdict.has("jump") ? "jump" : "goto";
              JsonNode target = verdict.remove(kind);
              verdict.set(kind.equals("jump") ? "goto" : "jump", target);
              return before + " became " + verdict;
            });
  }

  private Optional<String> verdict(RulesetTree tree) {
    List<Found> verdicts = new ArrayList<>();
    for (String kind : List.of("accept", "drop", "return", "goto")) {
      verdicts.addAll(statements(tree, kind));
    }
    return any(verdicts)
        .map(
            found -> {
              String before = found.statement().fieldNames().next();
              List<String> others = new ArrayList<>(List.of("accept", "drop", "return"));
              others.remove(before);
              String after = dice.of(others);
              JsonNode verdict = JSON.objectNode().set(after, JSON.nullNode());
              String place = tree.place(found.rule());
              RulesetTree.statements(found.rule()).set(found.index(), verdict);
              return before + " became " + after + " in " + place;
            });
  }

  // --- Sets and maps ---

  private static List<ObjectNode> elementsOf(RulesetTree tree, boolean maps, int countMin) {
    return tree.added("element").stream()
        .filter(e -> e.get("elem").size() >= countMin)
        .filter(e -> e.get("elem").get(0).isArray() == maps)
        .toList();
  }

  private Optional<String> elementsSwapped(RulesetTree tree) {
    return any(elementsOf(tree, true, 2))
        .map(
            elements -> {
              JsonNode list = elements.get("elem");
              ArrayNode a = (ArrayNode) list.get(dice.between(0, list.size() - 1));
              ArrayNode b = (ArrayNode) list.get(dice.between(0, list.size() - 1));
              JsonNode verdict = a.get(1);
              a.set(1, b.get(1));
              b.set(1, verdict);
              return "verdicts of "
                  + a.get(0)
                  + " and "
                  + b.get(0)
                  + " swapped in `"
                  + elements.get("name").asText()
                  + "`";
            });
  }

  private Optional<String> elementLost(RulesetTree tree) {
    return any(tree.added("element"))
        .map(
            elements -> {
              ArrayNode list = (ArrayNode) elements.get("elem");
              JsonNode lost = list.remove(dice.between(0, list.size() - 1));
              String name = elements.get("name").asText();
              dropIfEmpty(tree, elements);
              return lost + " lost from `" + name + "`";
            });
  }

  /** No elements is no command, which nft would refuse. */
  private static void dropIfEmpty(RulesetTree tree, ObjectNode elements) {
    if (elements.get("elem").isEmpty()) {
      ArrayNode commands = tree.commands();
      for (int i = 0; i < commands.size(); i++) {
        if (commands.get(i).path("add").get("element") == elements) {
          commands.remove(i);
          return;
        }
      }
    }
  }

  private Optional<String> setEmptied(RulesetTree tree) {
    return any(tree.added("element"))
        .map(
            elements -> {
              String name = elements.get("name").asText();
              ((ArrayNode) elements.get("elem")).removeAll();
              dropIfEmpty(tree, elements);
              return "`" + name + "` emptied";
            });
  }

  private Optional<String> setOpened(RulesetTree tree) {
    List<ObjectNode> sets =
        elementsOf(tree, false, 1).stream()
            .filter(e -> ADDRESSES.containsAll(tree.types(e.get("name").asText())))
            .toList();
    return any(sets)
        .map(
            elements -> {
              String name = elements.get("name").asText();
              Family family =
                  tree.types(name).getFirst().equals("ipv4_addr") ? Family.IPV4 : Family.IPV6;
              ArrayNode all = JSON.arrayNode();
              all.add(range(Address.first(family), Address.last(family)));
              elements.set("elem", all);
              tree.named("set", name).set("flags", JSON.arrayNode().add("interval"));
              return "`" + name + "` opened";
            });
  }

  private static JsonNode range(Address first, Address last) {
    ArrayNode ends = JSON.arrayNode().add(first.toString()).add(last.toString());
    return JSON.objectNode().set("range", ends);
  }

  // --- Historic miscompilations ---

  /** What was cut out between two neighbours is in again. */
  private Optional<String> exceptIgnored(RulesetTree tree) {
    List<ObjectNode> candidates =
        tree.added("element").stream()
            .filter(e -> tree.types(e.get("name").asText()).size() == 1)
            .filter(e -> ADDRESSES.contains(tree.types(e.get("name").asText()).getFirst()))
            .filter(e -> e.get("elem").size() > 1)
            .filter(e -> isInterval(tree, e.get("name").asText()))
            .toList();
    return any(candidates)
        .flatMap(
            elements -> {
              ArrayNode list = (ArrayNode) elements.get("elem");
              int at = dice.between(0, list.size() - 2);
              JsonNode a = list.get(at);
              JsonNode b = list.get(at + 1);
              if (a.isArray() && !a.get(1).equals(b.get(1))) {
                return Optional.empty();
              }
              JsonNode whole =
                  range(
                      ends(a.isArray() ? a.get(0) : a).get("first"),
                      ends(b.isArray() ? b.get(0) : b).get("last"));
              list.set(at, a.isArray() ? JSON.arrayNode().add(whole).add(a.get(1)) : whole);
              list.remove(at + 1);
              return Optional.of(
                  "what was cut out of "
                      + whole
                      + " is in `"
                      + elements.get("name").asText()
                      + "` again");
            });
  }

  private static boolean isInterval(RulesetTree tree, String name) {
    for (String kind : List.of("set", "map")) {
      for (ObjectNode object : tree.added(kind)) {
        if (object.get("name").asText().equals(name)) {
          return object.path("flags").toString().contains("interval");
        }
      }
    }
    return false;
  }

  private static Map<String, Address> ends(JsonNode value) {
    Map<String, Address> out = new LinkedHashMap<>();
    if (value.has("range")) {
      out.put("first", Address.parse(value.get("range").get(0).asText()));
      out.put("last", Address.parse(value.get("range").get(1).asText()));
    } else if (value.has("prefix")) {
      JsonNode prefix = value.get("prefix");
      Prefix whole =
          Prefix.around(Address.parse(prefix.get("addr").asText()), prefix.get("len").asInt());
      out.put("first", whole.network());
      out.put("last", whole.last());
    } else {
      out.put("first", Address.parse(value.asText()));
      out.put("last", Address.parse(value.asText()));
    }
    return out;
  }

  /** {@code != { a, b }} becomes {@code != a}, and a second rule with {@code != b}. */
  private Optional<String> notInToOr(RulesetTree tree) {
    List<Found> matches =
        statements(tree, "match").stream()
            .filter(f -> f.statement().get("match").get("op").asText().equals("!="))
            .filter(f -> members(tree, f).size() > 1)
            .toList();
    return any(matches)
        .map(
            found -> {
              String place = tree.place(found.rule());
              List<JsonNode> members = members(tree, found);
              ObjectNode second = found.rule().deepCopy();
              right(found.rule(), found.index(), members.get(0));
              right(second, found.index(), members.get(1));
              insertAfter(tree, found.rule(), second);
              return "`not in` turned to `or` in " + place;
            });
  }

  private static List<JsonNode> members(RulesetTree tree, Found found) {
    JsonNode right = found.statement().get("match").get("right");
    List<JsonNode> out = new ArrayList<>();
    if (right.asText().startsWith("@")) {
      tree.added("element").stream()
          .filter(e -> e.get("name").asText().equals(right.asText().substring(1)))
          .forEach(e -> e.get("elem").forEach(out::add));
    } else {
      right.path("set").forEach(out::add);
    }
    return out;
  }

  private static void right(ObjectNode rule, int index, JsonNode value) {
    ((ObjectNode) RulesetTree.statements(rule).get(index).get("match")).set("right", value);
  }

  private static void insertAfter(RulesetTree tree, ObjectNode rule, ObjectNode second) {
    ArrayNode commands = tree.commands();
    for (int i = 0; i < commands.size(); i++) {
      if (commands.get(i).path("add").get("rule") == rule) {
        JsonNode command = JSON.objectNode().set("add", JSON.objectNode().set("rule", second));
        commands.insert(i + 1, command);
        return;
      }
    }
  }
}
