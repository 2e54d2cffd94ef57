package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the statements of a rule; what it does not know, it refuses. */
final class RuleParser {
  private final Map<String, Table> tables;

  RuleParser(Map<String, Table> tables) {
    this.tables = tables;
  }

  List<Step> parse(JsonNode statements) {
    List<Step> out = new ArrayList<>();
    for (JsonNode statement : statements) {
      String kind = only(statement);
      step(kind, statement.get(kind)).ifPresent(out::add);
    }
    return out;
  }

  private static String only(JsonNode statement) {
    if (!statement.isObject() || statement.size() != 1) {
      throw new UnreadableException("statement " + statement);
    }
    return statement.fieldNames().next();
  }

  /** What one statement does, if it matters to where packets go. */
  Optional<Step> step(String kind, JsonNode body) {
    return switch (kind) {
      case "match" -> Optional.of(match(body));
      case "vmap" -> Optional.of(lookup(body));
      case "mangle" -> Optional.of(setMark(body));
      case "limit" -> Optional.of(new Step.Perhaps(""));
      // These neither match nor decide.
      case "counter", "log" -> Optional.empty();
      case "reject" -> Optional.of(new Step.Go(new Target.Drop()));
      case "accept", "drop", "return", "jump", "goto" ->
          Optional.of(new Step.Go(target(kind, body)));
      default -> throw new UnreadableException("statement `" + kind + "`");
    };
  }

  /** A verdict, as an element of a map or a statement has it. */
  static Target target(JsonNode verdict) {
    String kind = only(verdict);
    return target(kind, verdict.get(kind));
  }

  private static Target target(String kind, JsonNode body) {
    return switch (kind) {
      case "accept" -> new Target.Accept();
      case "drop" -> new Target.Drop();
      case "return" -> new Target.Return();
      case "jump" -> new Target.Jump(body.path("target").textValue());
      case "goto" -> new Target.Goto(body.path("target").textValue());
      default -> throw new UnreadableException("verdict `" + kind + "`");
    };
  }

  // --- Matches ---

  private Step match(JsonNode body) {
    Key key = key(body.path("left"));
    String operator = body.path("op").asText();
    JsonNode right = body.path("right");
    return switch (operator) {
      case "==" -> new Step.Match(key, table(key, right), false);
      case "!=" -> new Step.Match(key, table(key, right), true);
      case "in" -> new Step.Match(key, flags(key, right), false);
      default -> throw new UnreadableException("comparison `" + operator + "`");
    };
  }

  /** Whether packets have what stands on the left-hand side at all. */
  static Step readable(JsonNode left) {
    Key key = key(left);
    Table any = anonymous(key, false);
    List<Values> values = new ArrayList<>();
    key.parts().forEach(p -> values.add(new Values.Any()));
    any.add(new Table.Element(values, Optional.empty(), "any"));
    return new Step.Match(key, any, false);
  }

  /** {@code in} asks for any of some flags; only of the connection's state is one set at a time. */
  private static Table flags(Key key, JsonNode right) {
    if (!key.parts().equals(List.of(new Key.Part(Field.STATE, OptionalLong.empty())))) {
      throw new UnreadableException("comparison `in` of `" + key.text() + "`");
    }
    Table table = anonymous(key, false);
    add(table, List.of(ValueParser.eachFlag(right, Type.STATE)), Optional.empty(), right);
    return table;
  }

  /** The right-hand side as a table: a named one, or one of what stands there. */
  private Table table(Key key, JsonNode right) {
    if (right.isTextual() && right.textValue().startsWith("@")) {
      return named(key, right.textValue().substring(1), false);
    }
    Table table = anonymous(key, false);
    for (JsonNode element : right.has("set") ? right.get("set") : List.of(right)) {
      add(table, values(element, table.types()), Optional.empty(), element);
    }
    return table;
  }

  private static Table anonymous(Key key, boolean map) {
    return new Table(
        "", key.parts().stream().map(p -> p.field().type()).toList(), map, Optional.empty());
  }

  private Table named(Key key, String name, boolean map) {
    Table table = tables.get(name);
    if (table == null || table.isMap() != map) {
      throw new UnreadableException("no " + (map ? "map" : "set") + " `" + name + "`");
    }
    List<Type> types = key.parts().stream().map(p -> p.field().type()).toList();
    if (!types.equals(table.types())) {
      throw new UnreadableException("`" + key.text() + "` is of another type than `@" + name + "`");
    }
    return table;
  }

  static void add(Table table, List<Values> values, Optional<Target> target, JsonNode element) {
    table.add(new Table.Element(values, target, element.toString()));
  }

  /** The parts of an element, one for each type. */
  static List<Values> values(JsonNode element, List<Type> types) {
    if (element.has("elem")) {
      JsonNode inner = element.get("elem");
      if (inner.has("timeout") || inner.has("expires")) {
        throw new UnreadableException("element that expires " + element);
      }
      return values(inner.path("val"), types);
    }
    JsonNode concat = element.path("concat");
    if (types.size() == 1 && concat.isMissingNode()) {
      return List.of(ValueParser.parse(element, types.getFirst()));
    }
    if (concat.size() != types.size()) {
      throw new UnreadableException("element " + element + " has not " + types.size() + " parts");
    }
    List<Values> out = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      out.add(ValueParser.parse(concat.get(i), types.get(i)));
    }
    return out;
  }

  private Step lookup(JsonNode body) {
    Key key = key(body.path("key"));
    JsonNode data = body.path("data");
    if (data.isTextual()) {
      return new Step.Lookup(key, named(key, data.textValue().substring(1), true));
    }
    Table table = anonymous(key, true);
    for (JsonNode element : data.path("set")) {
      JsonNode verdict = element.path(1);
      add(table, values(element.path(0), table.types()), Optional.of(target(verdict)), element);
    }
    return new Step.Lookup(key, table);
  }

  // --- Marks ---

  private static Step setMark(JsonNode body) {
    if (!isMark(body.path("key"))) {
      throw new UnreadableException("statement `mangle` of " + body.path("key"));
    }
    JsonNode value = body.path("value");
    if (value.has("|")) {
      long bits = ValueParser.number(value.get("|").path(1), Type.MARK);
      Step.SetMark kept = kept(value.get("|").path(0));
      return new Step.SetMark(kept.kept() & ~(int) bits, kept.flipped() | (int) bits);
    }
    return kept(value);
  }

  private static Step.SetMark kept(JsonNode value) {
    if (isMark(value)) {
      return new Step.SetMark(-1, 0);
    }
    if (value.has("&") && isMark(value.get("&").path(0))) {
      return new Step.SetMark((int) ValueParser.number(value.get("&").path(1), Type.MARK), 0);
    }
    return new Step.SetMark(0, (int) ValueParser.number(value, Type.MARK));
  }

  private static boolean isMark(JsonNode node) {
    return node.path("ct").path("key").asText().equals("mark");
  }

  // --- Keys ---

  static Key key(JsonNode node) {
    List<Key.Part> parts = new ArrayList<>();
    for (JsonNode part : node.has("concat") ? node.get("concat") : List.of(node)) {
      parts.add(part(part));
    }
    return new Key(parts);
  }

  private static Key.Part part(JsonNode node) {
    if (!node.has("&")) {
      return new Key.Part(field(node), OptionalLong.empty());
    }
    Field field = field(node.get("&").path(0));
    JsonNode mask = node.get("&").path(1);
    if (field.type().isAddress()) {
      return new Key.Part(field, OptionalLong.of(ValueParser.maskLength(mask, field.type())));
    }
    if (field == Field.MARK || field == Field.TCP_FLAGS) {
      return new Key.Part(field, OptionalLong.of(ValueParser.number(mask, field.type())));
    }
    throw new UnreadableException("mask on `" + field.text() + "`");
  }

  private static Field field(JsonNode node) {
    return Field.named(words(node)).orElseThrow(() -> new UnreadableException("field " + node));
  }

  private static String words(JsonNode node) {
    if (node.has("meta")) {
      return "meta " + node.get("meta").path("key").asText();
    }
    if (node.has("payload")) {
      JsonNode payload = node.get("payload");
      return payload.path("protocol").asText() + " " + payload.path("field").asText();
    }
    if (node.has("ct")) {
      JsonNode ct = node.get("ct");
      String key = ct.path("key").asText();
      // A connection has one protocol in both directions; nft lists it without one.
      return ct.has("dir") && !key.equals("protocol")
          ? "ct " + ct.get("dir").asText() + " " + key
          : "ct " + key;
    }
    return node.toString();
  }
}
