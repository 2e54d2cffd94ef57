package io.ringfence.conformance.mutants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** The parts of one transaction of libnftables JSON, as they stand in its tree. */
final class RulesetTree {
  private final JsonNode root;

  RulesetTree(JsonNode root) {
    this.root = root;
  }

  ArrayNode commands() {
    return (ArrayNode) root.get("nftables");
  }

  /** The objects of a kind that are added: {@code chain}, {@code set}, {@code map}... */
  List<ObjectNode> added(String kind) {
    List<ObjectNode> out = new ArrayList<>();
    for (JsonNode command : commands()) {
      if (command.path("add").get(kind) instanceof ObjectNode object) {
        out.add(object);
      }
    }
    return out;
  }

  ObjectNode named(String kind, String name) {
    return added(kind).stream()
        .filter(o -> o.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  List<String> chains() {
    return added("chain").stream().map(c -> c.path("name").asText()).toList();
  }

  List<ObjectNode> rules(String chain) {
    return added("rule").stream().filter(r -> r.path("chain").asText().equals(chain)).toList();
  }

  static ArrayNode statements(ObjectNode rule) {
    return (ArrayNode) rule.get("expr");
  }

  /** The data types of a set's or map's elements, part by part. */
  List<String> types(String set) {
    for (String kind : List.of("set", "map")) {
      for (ObjectNode object : added(kind)) {
        if (object.path("name").asText().equals(set)) {
          JsonNode type = object.path("type");
          List<String> out = new ArrayList<>();
          (type.isArray() ? type : List.of(type)).forEach(t -> out.add(t.asText()));
          return out;
        }
      }
    }
    throw new IllegalArgumentException("no set or map `" + set + "`");
  }

  /** Where something stands, in words: the chain and the number of a rule. */
  String place(ObjectNode rule) {
    String chain = rule.path("chain").asText();
    int number = 1;
    for (ObjectNode other : rules(chain)) {
      if (other == rule) {
        break;
      }
      number++;
    }
    return "chain `" + chain + "` rule " + number;
  }
}
