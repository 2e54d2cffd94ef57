package io.ringfence.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** JSON as the values that conditions read: texts, whole numbers, numbers, flags, lists, maps. */
final class Claims {
  private Claims() {}

  /** The members of an object; those that are null are left out, as if absent. */
  static Map<String, Object> values(JsonNode object) {
    Map<String, Object> out = new HashMap<>();
    for (var field : object.properties()) {
      Object value = value(field.getValue());
      if (value != null) {
        out.put(field.getKey(), value);
      }
    }
    return Map.copyOf(out);
  }

  private static Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> number(node);
      case ARRAY -> list(node);
      case OBJECT -> values(node);
      case NULL, BINARY, MISSING, POJO -> null;
    };
  }

  private static Object number(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToLong()
        ? (Object) node.longValue()
        : (Object) node.doubleValue();
  }

  private static List<Object> list(JsonNode array) {
    List<Object> out = new ArrayList<>();
    for (JsonNode item : array) {
      Object value = value(item);
      if (value != null) {
        out.add(value);
      }
    }
    return List.copyOf(out);
  }
}
