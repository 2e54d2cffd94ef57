package io.ringfence.language;

import io.ringfence.language.YamlNode.Kind;

/**
 * What an unquoted scalar is.
 *
 * @see <a href="https://yaml.org/spec/1.2.2/#103-core-schema">YAML 1.2.2, 10.3</a>
 */
final class CoreSchema {
  private CoreSchema() {}

  static Kind kind(String text) {
    return switch (text) {
      case "", "~", "null", "Null", "NULL" -> Kind.NOTHING;
      case "true", "True", "TRUE", "false", "False", "FALSE" -> Kind.FLAG;
      default -> number(text);
    };
  }

  private static Kind number(String text) {
    if ("+-.0123456789".indexOf(text.charAt(0)) < 0) {
      return Kind.TEXT;
    }
    if (text.matches("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")) {
      return Kind.WHOLE;
    }
    boolean fraction =
        text.matches("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?")
            || text.matches("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
    return fraction ? Kind.FRACTION : Kind.TEXT;
  }
}
