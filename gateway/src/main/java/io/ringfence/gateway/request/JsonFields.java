package io.ringfence.gateway.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of a JSON object, each taken by its name; at the end nothing may remain. What an
 * engine would ignore, or read by another name, is thereby refused.
 */
public final class JsonFields {
  private final ObjectNode object;
  private final Set<String> taken = new HashSet<>();

  private JsonFields(ObjectNode object) {
    this.object = object;
  }

  /**
   * @throws RefusedException when it is no object
   */
  public static JsonFields of(JsonNode node) throws RefusedException {
    if (node instanceof ObjectNode object) {
      return new JsonFields(object);
    }
    throw malformed("an object is expected");
  }

  /** A field's value; {@code null} is as good as absent. */
  public Optional<JsonNode> take(String name) {
    taken.add(name);
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  /**
   * @throws RefusedException when it is there and no text
   */
  public Optional<String> takeText(String name) throws RefusedException {
    Optional<JsonNode> value = take(name);
    if (value.isPresent() && !value.get().isTextual()) {
      throw malformed("`" + name + "` is not a text");
    }
    return value.map(JsonNode::textValue);
  }

  /**
   * @throws RefusedException when it is there and no whole number from 0 to the greatest int
   */
  public Optional<Integer> takeCount(String name) throws RefusedException {
    Optional<JsonNode> value = take(name);
    if (value.isPresent() && !isCount(value.get())) {
      throw malformed("`" + name + "` is not a count");
    }
    return value.map(JsonNode::intValue);
  }

  private static boolean isCount(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= 0;
  }

  /**
   * @throws RefusedException when a field remains that nobody took
   */
  public void end() throws RefusedException {
    for (var field : object.properties()) {
      if (!taken.contains(field.getKey())) {
        throw malformed("the gateway does not know the field `" + shown(field.getKey()) + "`");
      }
    }
  }

  private static String shown(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64) + "...";
  }

  public static RefusedException malformed(String why) {
    return new RefusedException(Refusal.Kind.MALFORMED, why);
  }
}
