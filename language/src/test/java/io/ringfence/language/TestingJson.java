package io.ringfence.language;

import io.ringfence.language.YamlNode.Kind;
import io.ringfence.language.YamlNode.Mapping;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.language.YamlNode.Sequence;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Documents as JSON values: maps, lists, texts, numbers, flags and null; JSON is YAML too. */
final class TestingJson {
  private TestingJson() {}

  static Object of(YamlNode node) {
    return switch (node.value()) {
      case Mapping m -> {
        Map<String, Object> out = new LinkedHashMap<>();
        m.entries().forEach(e -> out.put(e.key().text(), of(e.value())));
        yield out;
      }
      case Sequence s -> {
        List<Object> out = new ArrayList<>();
        s.items().forEach(i -> out.add(of(i)));
        yield out;
      }
      case Scalar s -> scalar(s);
      case YamlNode.Alias a -> throw new IllegalStateException("an alias stands for a node");
    };
  }

  private static Object scalar(Scalar scalar) {
    return switch (scalar.kind()) {
      case TEXT -> scalar.text();
      case FLAG -> Boolean.parseBoolean(scalar.text());
      case NOTHING -> null;
      case WHOLE, FRACTION ->
          scalar.kind() == Kind.WHOLE
              ? new BigDecimal(ShapeCheck.number(scalar).orElseThrow())
              : new BigDecimal(scalar.text());
    };
  }

  static String text(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out) {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> m -> {
        out.append('{');
        m.forEach(
            (k, v) -> {
              out.append(out.charAt(out.length() - 1) == '{' ? "" : ", ");
              quote((String) k, out);
              out.append(": ");
              write(v, out);
            });
        out.append('}');
      }
      case List<?> l -> {
        out.append('[');
        for (int i = 0; i < l.size(); i++) {
          out.append(i > 0 ? ", " : "");
          write(l.get(i), out);
        }
        out.append(']');
      }
      case String s -> quote(s, out);
      default -> out.append(value);
    }
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"').append(text.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
  }
}
