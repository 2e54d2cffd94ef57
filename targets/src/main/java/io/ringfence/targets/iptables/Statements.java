package io.ringfence.targets.iptables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Statements and expressions of libnftables JSON. */
final class Statements {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Statements() {}

  static ObjectNode object(String key, JsonNode value) {
    return JSON.objectNode().set(key, value);
  }

  static JsonNode text(String text) {
    return JSON.textNode(text);
  }

  static JsonNode number(long number) {
    return JSON.numberNode(number);
  }

  static ArrayNode array(List<? extends JsonNode> items) {
    ArrayNode out = JSON.arrayNode();
    items.forEach(out::add);
    return out;
  }

  static JsonNode texts(List<String> items) {
    return array(items.stream().map(Statements::text).toList());
  }

  /** A statement without a body, such as a verdict. */
  static ObjectNode bare(String kind) {
    return object(kind, JSON.nullNode());
  }

  static ObjectNode to(String kind, String chain) {
    return object(kind, object("target", text(chain)));
  }

  /** What has no meaning here, as it was written. */
  static ObjectNode unknown(String type, String name, String text) {
    ObjectNode body = JSON.objectNode();
    return object("xt", body.put("type", type).put("name", name).put("text", text));
  }

  // --- Matches ---

  static ObjectNode match(JsonNode left, boolean negated, JsonNode right) {
    ObjectNode body = JSON.objectNode().put("op", negated ? "!=" : "==");
    body.set("left", left);
    body.set("right", right);
    return object("match", body);
  }

  static ObjectNode payload(String protocol, String field) {
    return object("payload", JSON.objectNode().put("protocol", protocol).put("field", field));
  }

  static ObjectNode meta(String key) {
    return object("meta", JSON.objectNode().put("key", key));
  }

  static ObjectNode ct(String key) {
    return object("ct", JSON.objectNode().put("key", key));
  }

  /** What kind of address the machine takes it for. */
  static ObjectNode addressType(String end) {
    ObjectNode body = JSON.objectNode().put("result", "type");
    body.set("flags", texts(List.of(end)));
    return object("fib", body);
  }

  /** One value as itself, several as a set. */
  static JsonNode anyOf(List<JsonNode> values) {
    return values.size() == 1 ? values.getFirst() : object("set", array(values));
  }

  static JsonNode range(JsonNode first, JsonNode last) {
    return first.equals(last) ? first : object("range", array(List.of(first, last)));
  }

  static JsonNode prefix(String address, int length) {
    return object("prefix", JSON.objectNode().put("addr", address).put("len", length));
  }

  /** Bits of a value, {@code &}, or one changed by another, {@code ^}. */
  static ObjectNode binary(String operator, JsonNode left, JsonNode right) {
    return object(operator, array(List.of(left, right)));
  }
}
