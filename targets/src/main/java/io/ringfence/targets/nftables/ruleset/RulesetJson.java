package io.ringfence.targets.nftables.ruleset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A ruleset as libnftables-json(5). */
final class RulesetJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Ruleset ruleset;
  private final ArrayNode commands = JSON.arrayNode();

  RulesetJson(Ruleset ruleset) {
    this.ruleset = ruleset;
  }

  JsonNode transaction() {
    commands.add(object("metainfo", JSON.objectNode().put("json_schema_version", 1)));
    // Adding first makes the deletion valid on a machine that has no such table yet.
    command("add", "table", table());
    command("delete", "table", table());
    command("add", "table", table());
    ruleset.chains().forEach(c -> command("add", "chain", chain(c)));
    ruleset.sets().forEach(s -> command("add", "set", set(s)));
    ruleset.maps().forEach(m -> command("add", "map", map(m)));
    ruleset.sets().forEach(this::addElements);
    ruleset.maps().forEach(this::addElements);
    ruleset.chains().forEach(c -> c.rules().forEach(r -> command("add", "rule", rule(c, r))));
    return JSON.objectNode().set("nftables", commands);
  }

  private void command(String verb, String kind, ObjectNode what) {
    commands.add(object(verb, object(kind, what)));
  }

  private static ObjectNode object(String key, JsonNode value) {
    ObjectNode out = JSON.objectNode();
    out.set(key, value);
    return out;
  }

  private ObjectNode table() {
    return JSON.objectNode().put("family", "inet").put("name", ruleset.table());
  }

  private ObjectNode inTable() {
    return JSON.objectNode().put("family", "inet").put("table", ruleset.table());
  }

  private ObjectNode chain(Chain chain) {
    ObjectNode out = inTable().put("name", chain.name());
    chain
        .hook()
        .ifPresent(
            h -> out.put("type", "filter").put("hook", h).put("prio", 0).put("policy", "drop"));
    return out;
  }

  private ObjectNode set(NamedSet set) {
    ObjectNode out = inTable().put("name", set.name());
    out.set("type", types(set.types()));
    flags(set.flags(), out);
    set.comment().ifPresent(c -> out.put("comment", c));
    return out;
  }

  private ObjectNode map(VerdictMap map) {
    ObjectNode out = inTable().put("name", map.name());
    out.set("type", types(map.types()));
    out.put("map", "verdict");
    flags(map.flags(), out);
    map.size().ifPresent(s -> out.put("size", s));
    if (map.counts()) {
      out.set("stmt", JSON.arrayNode().add(object("counter", JSON.nullNode())));
    }
    return out;
  }

  private static JsonNode types(List<String> types) {
    return types.size() == 1 ? JSON.textNode(types.getFirst()) : texts(types);
  }

  private static ArrayNode texts(List<String> texts) {
    ArrayNode out = JSON.arrayNode();
    texts.forEach(out::add);
    return out;
  }

  private static void flags(List<String> flags, ObjectNode out) {
    if (!flags.isEmpty()) {
      out.set("flags", texts(flags));
    }
  }

  private void addElements(NamedSet set) {
    if (!set.elements().isEmpty()) {
      ObjectNode out = inTable().put("name", set.name());
      out.set("elem", values(set.elements()));
      command("add", "element", out);
    }
  }

  private void addElements(VerdictMap map) {
    if (!map.elements().isEmpty()) {
      ArrayNode elements = JSON.arrayNode();
      map.elements()
          .forEach(e -> elements.add(JSON.arrayNode().add(key(e)).add(verdict(e.verdict()))));
      ObjectNode out = inTable().put("name", map.name());
      out.set("elem", elements);
      command("add", "element", out);
    }
  }

  private static JsonNode key(VerdictMap.Element element) {
    JsonNode key = value(element.key());
    return element
        .comment()
        .<JsonNode>map(c -> object("elem", object("val", key).put("comment", c)))
        .orElse(key);
  }

  private ObjectNode rule(Chain chain, Rule rule) {
    ArrayNode expr = JSON.arrayNode();
    rule.statements().forEach(s -> expr.add(statement(s)));
    ObjectNode out = inTable().put("chain", chain.name());
    rule.comment().ifPresent(c -> out.put("comment", c));
    out.set("expr", expr);
    return out;
  }

  private static JsonNode statement(Statement statement) {
    return switch (statement) {
      case Statement.Match s -> match(s);
      case Statement.Lookup s -> lookup(s);
      case Statement.Counter s -> object("counter", JSON.nullNode());
      case Statement.Limit s ->
          object(
              "limit",
              JSON.objectNode()
                  .put("rate", s.perSecond())
                  .put("burst", s.burstPackets())
                  .put("per", "second"));
      case Statement.Log s ->
          object(
              "log",
              JSON.objectNode()
                  .put("prefix", s.prefix())
                  .put("group", s.group())
                  .put("snaplen", s.bytes()));
      case Statement.SetMark s -> setMark(s);
      case Statement.Apply s -> verdict(s.verdict());
    };
  }

  private static JsonNode match(Statement.Match match) {
    ObjectNode out = JSON.objectNode().put("op", match.operator().json());
    out.set("left", expression(match.left()));
    out.set("right", value(match.right()));
    return object("match", out);
  }

  private static JsonNode lookup(Statement.Lookup lookup) {
    ObjectNode out = object("key", expression(lookup.key()));
    return object("vmap", out.put("data", "@" + lookup.map()));
  }

  private static JsonNode setMark(Statement.SetMark set) {
    JsonNode mark = expression(new Expression.Ct("mark"));
    JsonNode kept = operation("&", mark, JSON.numberNode(Integer.toUnsignedLong(set.kept())));
    JsonNode bits = JSON.numberNode(Integer.toUnsignedLong(set.bits()));
    ObjectNode out = object("key", mark);
    out.set("value", set.bits() == 0 ? kept : operation("|", kept, bits));
    return object("mangle", out);
  }

  private static JsonNode operation(String operator, JsonNode left, JsonNode right) {
    return object(operator, JSON.arrayNode().add(left).add(right));
  }

  private static JsonNode verdict(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accept v -> object("accept", JSON.nullNode());
      case Verdict.Drop v -> object("drop", JSON.nullNode());
      case Verdict.Return v -> object("return", JSON.nullNode());
      case Verdict.Jump v -> object("jump", JSON.objectNode().put("target", v.chain()));
      case Verdict.Goto v -> object("goto", JSON.objectNode().put("target", v.chain()));
    };
  }

  private static JsonNode expression(Expression expression) {
    return switch (expression) {
      case Expression.Meta e -> object("meta", JSON.objectNode().put("key", e.key()));
      case Expression.Ct e -> object("ct", JSON.objectNode().put("key", e.key()));
      case Expression.CtOriginal e ->
          object("ct", JSON.objectNode().put("key", e.key()).put("dir", "original"));
      case Expression.Payload e ->
          object(
              "payload", JSON.objectNode().put("protocol", e.protocol()).put("field", e.field()));
      case Expression.Masked e -> operation("&", expression(e.of()), value(e.mask()));
      case Expression.Concat e -> {
        ArrayNode parts = JSON.arrayNode();
        e.parts().forEach(p -> parts.add(expression(p)));
        yield object("concat", parts);
      }
    };
  }

  private static JsonNode value(Value value) {
    return switch (value) {
      case Value.Word v -> JSON.textNode(v.text());
      case Value.Numeral v -> JSON.numberNode(v.number());
      case Value.Bits v -> JSON.numberNode(Integer.toUnsignedLong(v.bits()));
      case Value.Between v ->
          object("range", JSON.arrayNode().add(value(v.first())).add(value(v.last())));
      case Value.Within v ->
          object("prefix", JSON.objectNode().put("addr", v.network()).put("len", v.length()));
      case Value.Tuple v -> object("concat", values(v.parts()));
      case Value.OneOf v -> object("set", values(v.members()));
      case Value.AnyFlag v -> v.flags().size() == 1 ? texts(v.flags()).get(0) : texts(v.flags());
      case Value.Named v -> JSON.textNode("@" + v.set());
    };
  }

  private static ArrayNode values(List<Value> values) {
    ArrayNode out = JSON.arrayNode();
    values.forEach(v -> out.add(value(v)));
    return out;
  }
}
