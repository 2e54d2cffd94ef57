package io.ringfence.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The language's JSON Schema, written from the definition that loading checks against: a document
 * that the schema accepts has the right structure, and the other way round. What a schema cannot
 * say (names that are declared, addresses that do not overlap) only loading finds.
 *
 * @see <a href="https://json-schema.org/draft/2020-12">JSON Schema 2020-12</a>
 */
public final class BlueprintSchema {
  private final Map<String, Object> definitions = new TreeMap<>();

  private BlueprintSchema() {}

  /** The schema as JSON, the same bytes each time. */
  public static String json() {
    return JsonText.of(new BlueprintSchema().root());
  }

  private Map<String, Object> root() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    out.put("$id", "urn:ringfence:blueprint:" + BlueprintShape.VERSION);
    out.put("title", "Ringfence blueprint");
    out.put(
        "description",
        "A deployment, and who may talk to whom in it. Several files merge into one blueprint.");
    out.putAll(schema(BlueprintShape.ROOT));
    out.put("$defs", definitions);
    return out;
  }

  private Map<String, Object> schema(Shape shape) {
    return switch (shape) {
      case Shape.Text s -> text(s);
      case Shape.Words s -> map("enum", s.words());
      case Shape.Whole s -> map("type", "integer", "minimum", s.min(), "maximum", s.max());
      case Shape.Flag s -> map("type", "boolean");
      case Shape.AnyScalar s -> map("type", List.of("string", "number", "boolean"));
      case Shape.SecretSource s -> secret();
      case Shape.Struct s -> struct(s);
      case Shape.Variants s ->
          map("oneOf", s.variants().stream().map(v -> struct(v.struct())).toList());
      case Shape.Named s -> named(s);
      case Shape.Items s -> items(s);
      case Shape.OneOr s -> map("anyOf", List.of(schema(s.list().item()), schema(s.list())));
      case Shape.MapOr s -> map("anyOf", List.of(schema(s.other()), schema(s.map())));
      case Shape.Shared s -> shared(s);
    };
  }

  /** Keys and values in turn. */
  private static Map<String, Object> map(Object... pairs) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      out.put((String) pairs[i], pairs[i + 1]);
    }
    return out;
  }

  private static Map<String, Object> text(Shape.Text shape) {
    return map("type", "string", "pattern", anchored(shape));
  }

  private static String anchored(Shape.Text shape) {
    return "^(?:" + shape.pattern().pattern() + ")$";
  }

  private Map<String, Object> secret() {
    List<Object> kinds = new ArrayList<>();
    for (Map.Entry<String, Shape.Text> kind :
        List.of(
            Map.entry("file", Shape.SecretSource.FILE), Map.entry("env", Shape.SecretSource.ENV))) {
      kinds.add(
          map(
              "type",
              "object",
              "properties",
              map(kind.getKey(), text(kind.getValue())),
              "required",
              List.of(kind.getKey()),
              "additionalProperties",
              false));
    }
    return map("oneOf", kinds);
  }

  private Map<String, Object> struct(Shape.Struct shape) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Shape.Field field : shape.fields()) {
      Map<String, Object> described = map("description", field.description());
      described.putAll(schema(field.shape()));
      properties.put(field.key(), described);
    }
    Map<String, Object> out = map("type", "object", "properties", properties);
    List<String> required =
        shape.fields().stream().filter(Shape.Field::required).map(Shape.Field::key).toList();
    if (!required.isEmpty()) {
      out.put("required", required);
    }
    if (shape.keysMin() > 0) {
      out.put("minProperties", shape.keysMin());
    }
    out.put("additionalProperties", false);
    return out;
  }

  private Map<String, Object> named(Shape.Named shape) {
    Map<String, Object> names = map("pattern", anchored(shape.key()));
    if (shape.inline()) {
      names.put("not", map("enum", Shape.Named.SECRETS));
    }
    return map(
        "type", "object", "propertyNames", names, "additionalProperties", schema(shape.value()));
  }

  private Map<String, Object> items(Shape.Items shape) {
    Map<String, Object> out = map("type", "array", "items", schema(shape.item()));
    if (shape.min() > 0) {
      out.put("minItems", shape.min());
    }
    if (shape.distinct()) {
      out.put("uniqueItems", true);
    }
    return out;
  }

  private Map<String, Object> shared(Shape.Shared shape) {
    if (!definitions.containsKey(shape.name())) {
      definitions.put(shape.name(), Map.of());
      Map<String, Object> definition = map("description", shape.description());
      definition.putAll(schema(shape.shape().get()));
      definitions.put(shape.name(), definition);
    }
    return map("$ref", "#/$defs/" + shape.name());
  }
}
