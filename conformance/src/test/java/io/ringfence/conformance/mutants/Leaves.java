package io.ringfence.conformance.mutants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All values of a ruleset that something is compared with, with their types. */
final class Leaves {
  private final RulesetTree tree;
  private final List<Leaf> found = new ArrayList<>();

  private Leaves(RulesetTree tree) {
    this.tree = tree;
  }

  static List<Leaf> of(RulesetTree tree) {
    Leaves leaves = new Leaves(tree);
    tree.added("element").forEach(leaves::addElements);
    tree.added("rule").forEach(leaves::addMatches);
    return leaves.found;
  }

  /** Those of some types. */
  static List<Leaf> of(RulesetTree tree, List<String> types) {
    return of(tree).stream().filter(l -> types.contains(l.type())).toList();
  }

  private void addElements(ObjectNode elements) {
    String name = elements.path("name").asText();
    List<String> types = tree.types(name);
    String place = "an element of `" + name + "`";
    JsonNode list = elements.get("elem");
    for (int i = 0; i < list.size(); i++) {
      // A map's element is a pair of key and verdict.
      if (list.get(i).isArray()) {
        addValue(list.get(i), 0, types, place);
      } else {
        addValue(list, i, types, place);
      }
    }
  }

  private void addMatches(ObjectNode rule) {
    for (JsonNode statement : RulesetTree.statements(rule)) {
      JsonNode match = statement.path("match");
      if (!match.isMissingNode()) {
        String place = tree.place(rule);
        addValue(match, "right", types(match.get("left")), place);
        maskOf(match.get("left")).ifPresent(m -> add(m, 1, type(m.get(0)) + "/mask", place));
      }
    }
  }

  private static Optional<JsonNode> maskOf(JsonNode expression) {
    return Optional.ofNullable(expression.get("&"));
  }

  private void addValue(JsonNode parent, Object key, List<String> types, String place) {
    JsonNode value = key instanceof Integer i ? parent.get(i) : parent.get((String) key);
    if (value.has("concat")) {
      for (int i = 0; i < types.size(); i++) {
        addValue(value.get("concat"), i, List.of(types.get(i)), place);
      }
    } else if (value.has("set")) {
      for (int i = 0; i < value.get("set").size(); i++) {
        addValue(value.get("set"), i, types, place);
      }
    } else if (!value.asText().startsWith("@")) {
      add(parent, key, String.join(" . ", types), place);
    }
  }

  private void add(JsonNode parent, Object key, String type, String place) {
    found.add(new Leaf(parent, key, type, place));
  }

  static List<String> types(JsonNode left) {
    List<String> out = new ArrayList<>();
    if (left.has("concat")) {
      left.get("concat").forEach(p -> out.add(type(p)));
    } else {
      out.add(type(left));
    }
    return out;
  }

  /** The data type of what an expression reads. */
  static String type(JsonNode expression) {
    if (expression.has("&")) {
      return type(expression.get("&").get(0));
    }
    if (expression.has("payload")) {
      JsonNode payload = expression.get("payload");
      return switch (payload.path("protocol").asText() + " " + payload.path("field").asText()) {
        case "ip saddr", "ip daddr" -> "ipv4_addr";
        case "ip6 saddr", "ip6 daddr" -> "ipv6_addr";
        case "ip6 hoplimit" -> "hop_limit";
        case "tcp flags" -> "tcp_flag";
        case "icmpv6 type", "icmp type" -> "icmp_type";
        default -> "inet_service";
      };
    }
    String key = expression.elements().next().path("key").asText();
    return switch (key) {
      case "iifname", "oifname" -> "ifname";
      case "nfproto" -> "nf_proto";
      case "l4proto", "protocol" -> "inet_proto";
      case "skuid" -> "uid";
      case "state" -> "ct_state";
      case "mark" -> "mark";
      case "direction" -> "ct_dir";
      case "ip saddr", "ip daddr" -> "ipv4_addr";
      case "ip6 saddr", "ip6 daddr" -> "ipv6_addr";
      case "proto-dst", "proto-src" -> "inet_service";
      default -> throw new IllegalArgumentException("no type of " + expression);
    };
  }
}
