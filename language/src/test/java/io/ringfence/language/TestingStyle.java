package io.ringfence.language;

import io.ringfence.model.testing.Dice;
import java.util.List;
import java.util.Map;

/** Writes a document in a random style: blocks and flows, quotes, spaces, and comments anywhere. */
final class TestingStyle {
  private final Dice dice;
  private final StringBuilder out = new StringBuilder();
  private boolean commented = true;
  private int comments;

  TestingStyle(Dice dice) {
    this.dice = dice;
  }

  TestingStyle withoutComments() {
    commented = false;
    return this;
  }

  String write(Object document) {
    out.setLength(0);
    comments = 0;
    own("");
    block(document, "");
    own("");
    return out.toString();
  }

  private void own(String indent) {
    while (commented && dice.oneIn(6)) {
      out.append(dice.oneIn(4) ? "\n" : "")
          .append(dice.oneIn(8) ? " ".repeat(dice.between(0, 8)) : indent)
          .append(next())
          .append(dice.oneIn(4) ? "\n\n" : "\n");
    }
  }

  private String next() {
    return "# comment " + comments++;
  }

  private void beside() {
    if (commented && dice.oneIn(8)) {
      out.append(dice.oneIn(2) ? "  " : " ").append(next());
    }
    out.append('\n');
  }

  /** A collection in block style, or anything on the rest of the line. */
  private void value(Object value, String indent, boolean item) {
    boolean empty =
        (value instanceof Map<?, ?> m && m.isEmpty())
            || (value instanceof List<?> l && l.isEmpty());
    boolean collection = value instanceof Map || value instanceof List;
    if (!collection || empty || dice.oneIn(3)) {
      out.append(' ');
      flow(value, indent);
      beside();
    } else if (item && value instanceof Map && dice.oneIn(2)) {
      out.append(' ');
      map((Map<?, ?>) value, indent, true);
    } else {
      beside();
      block(value, indent);
    }
  }

  private void block(Object value, String indent) {
    switch (value) {
      case Map<?, ?> m -> map(m, indent, false);
      case List<?> l -> {
        for (Object item : l) {
          own(indent);
          out.append(indent).append('-');
          value(item, indent + "  ", true);
        }
        own(indent);
      }
      default -> throw new IllegalArgumentException("no block for " + value);
    }
  }

  private void map(Map<?, ?> map, String indent, boolean begun) {
    boolean first = begun;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!first) {
        own(indent);
        out.append(indent);
      }
      first = false;
      scalar(entry.getKey());
      out.append(':');
      String inner = entry.getValue() instanceof List && dice.oneIn(3) ? indent : indent + "   ";
      value(entry.getValue(), inner, false);
    }
    own(indent);
  }

  private void flow(Object value, String indent) {
    switch (value) {
      case Map<?, ?> m -> {
        out.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : m.entrySet()) {
          out.append(first ? "" : ",");
          gap(indent);
          scalar(entry.getKey());
          out.append(": ");
          flow(entry.getValue(), indent + " ");
          first = false;
        }
        gap(indent);
        out.append('}');
      }
      case List<?> l -> {
        out.append('[');
        for (int i = 0; i < l.size(); i++) {
          out.append(i > 0 ? "," : "");
          gap(indent);
          flow(l.get(i), indent + " ");
        }
        gap(indent);
        out.append(']');
      }
      default -> scalar(value);
    }
  }

  private void gap(String indent) {
    if (dice.oneIn(8)) {
      beside();
      own(indent + "  ");
      out.append(indent).append("  ");
    } else {
      out.append(' ');
    }
  }

  private void scalar(Object value) {
    String json = TestingJson.text(value);
    boolean plain =
        value instanceof String s && s.matches("[A-Za-z/][A-Za-z0-9/_.-]*") && dice.oneIn(2);
    if (plain && CoreSchema.kind((String) value) == YamlNode.Kind.TEXT) {
      out.append(value);
    } else if (value instanceof String s
        && !s.contains("'")
        && !s.contains("\\")
        && dice.oneIn(2)) {
      out.append('\'').append(s).append('\'');
    } else {
      out.append(json);
    }
  }
}
