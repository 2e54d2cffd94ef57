package io.ringfence.gateway.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/** Writes JSON without space, in UTF-8. */
final class JsonWriter {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(ISO_8859_1);
  private static final int START_BYTES = 1024;

  private byte[] out = new byte[START_BYTES];
  private int at;

  private JsonWriter() {}

  static byte[] write(JsonNode root) {
    JsonWriter writer = new JsonWriter();
    writer.value(root);
    return Arrays.copyOf(writer.out, writer.at);
  }

  private void value(JsonNode node) {
    // Most of what there is.
    if (node instanceof NumberText number) {
      number(number);
      return;
    }
    switch (node.getNodeType()) {
      case OBJECT -> object((ObjectNode) node);
      case ARRAY -> array(node);
      case STRING -> text(node.textValue());
      case NUMBER -> plain(node.asText());
      case BOOLEAN -> plain(node.booleanValue() ? "true" : "false");
      case NULL -> plain("null");
      case BINARY, MISSING, POJO -> throw new IllegalArgumentException("no JSON: " + node);
    }
  }

  private void object(ObjectNode node) {
    put('{');
    boolean first = true;
    for (var field : node.properties()) {
      if (!first) {
        put(',');
      }
      first = false;
      text(field.getKey());
      put(':');
      value(field.getValue());
    }
    put('}');
  }

  private void array(JsonNode node) {
    put('[');
    for (int i = 0; i < node.size(); i++) {
      if (i > 0) {
        put(',');
      }
      value(node.get(i));
    }
    put(']');
  }

  private void number(NumberText number) {
    room(number.length());
    number.copyTo(out, at);
    at += number.length();
  }

  /** Of ASCII alone, without anything to escape. */
  private void plain(String text) {
    bytes(text.getBytes(ISO_8859_1));
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    room(bytes.length + 2);
    put('"');
    if (needsEscape(bytes)) {
      for (byte b : bytes) {
        escaped(b);
      }
    } else {
      bytes(bytes);
    }
    put('"');
  }

  private static boolean needsEscape(byte[] bytes) {
    for (byte b : bytes) {
      if (isEscaped(b)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEscaped(byte b) {
    return (b >= 0 && b < ' ') || b == '"' || b == '\\';
  }

  private void escaped(byte b) {
    if (!isEscaped(b)) {
      put(b);
      return;
    }
    put('\\');
    switch (b) {
      case '"', '\\' -> put(b);
      case '\n' -> put('n');
      case '\r' -> put('r');
      case '\t' -> put('t');
      case '\b' -> put('b');
      case '\f' -> put('f');
      default -> {
        plain("u00");
        put(HEX[b >> 4]);
        put(HEX[b & 0xF]);
      }
    }
  }

  private void bytes(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, out, at, bytes.length);
    at += bytes.length;
  }

  private void put(int b) {
    room(1);
    out[at++] = (byte) b;
  }

  private void room(int more) {
    if (out.length - at < more) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, at + more));
    }
  }
}
