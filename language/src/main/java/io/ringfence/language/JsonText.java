package io.ringfence.language;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Maps, lists, texts, numbers and flags as indented JSON, in the order given. */
final class JsonText {
  private JsonText() {}

  static String of(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, "", out);
    return out.append('\n').toString();
  }

  private static void write(Object value, String indent, StringBuilder out) {
    switch (value) {
      case Map<?, ?> m -> map(m, indent, out);
      case List<?> l -> list(l, indent, out);
      case String s -> quote(s, out);
      case Number n -> out.append(n);
      case Boolean b -> out.append(b);
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private static void map(Map<?, ?> map, String indent, StringBuilder out) {
    if (map.isEmpty()) {
      out.append("{}");
      return;
    }
    String inner = indent + "  ";
    out.append("{\n");
    Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<?, ?> entry = entries.next();
      out.append(inner);
      quote((String) entry.getKey(), out);
      out.append(": ");
      write(entry.getValue(), inner, out);
      out.append(entries.hasNext() ? ",\n" : "\n");
    }
    out.append(indent).append('}');
  }

  /** On one line when no item is a map or list. */
  private static void list(List<?> list, String indent, StringBuilder out) {
    boolean flat = list.stream().noneMatch(i -> i instanceof Map || i instanceof List);
    String inner = indent + "  ";
    out.append('[');
    for (int i = 0; i < list.size(); i++) {
      out.append(flat ? i > 0 ? ", " : "" : (i > 0 ? ",\n" : "\n") + inner);
      write(list.get(i), inner, out);
    }
    out.append(flat ? "]" : "\n" + indent + "]");
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
