package io.ringfence.gateway.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Reads one JSON document, once through its bytes. What it takes is what {@link StrictJson} says; a
 * test holds it against a reader that is made of Jackson's parts.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
final class JsonReader {
  /** Digits that a long always holds. */
  private static final int LONG_DIGITS = 18;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final byte[] in;
  private final int depthMax;
  private int at;
  private int depth;

  private JsonReader(byte[] in, int depthMax) {
    this.in = in;
    this.depthMax = depthMax;
  }

  static JsonNode read(byte[] body, int depthMax) throws RefusedException {
    JsonReader reader = new JsonReader(body, depthMax);
    JsonNode root = reader.value(reader.next());
    reader.skipSpace();
    if (reader.at < body.length) {
      throw reader.unexpected();
    }
    return root;
  }

  // --- Structure ---

  private JsonNode value(int first) throws RefusedException {
    return switch (first) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> TextNode.valueOf(text());
      case 't' -> word("true", BooleanNode.TRUE);
      case 'f' -> word("false", BooleanNode.FALSE);
      case 'n' -> word("null", NullNode.getInstance());
      default -> number(first);
    };
  }

  private ObjectNode object() throws RefusedException {
    deeper();
    ObjectNode out = NODES.objectNode();
    int next = next();
    if (next != '}') {
      while (true) {
        member(next, out);
        next = next();
        if (next == '}') {
          break;
        }
        if (next != ',') {
          throw unexpectedBefore();
        }
        next = next();
      }
    }
    depth--;
    return out;
  }

  private void member(int quote, ObjectNode out) throws RefusedException {
    if (quote != '"') {
      throw unexpectedBefore();
    }
    int start = at;
    String key = text();
    if (key.length() > StrictJson.KEY_CHARACTERS_MAX) {
      throw malformed(
          "a key has more than " + StrictJson.KEY_CHARACTERS_MAX + " characters", start);
    }
    if (next() != ':') {
      throw unexpectedBefore();
    }
    if (out.replace(key, value(next())) != null) {
      throw malformed("a key stands twice in an object", start);
    }
  }

  private ArrayNode array() throws RefusedException {
    deeper();
    ArrayNode out = NODES.arrayNode();
    int next = next();
    if (next != ']') {
      while (true) {
        out.add(value(next));
        next = next();
        if (next == ']') {
          break;
        }
        if (next != ',') {
          throw unexpectedBefore();
        }
        next = next();
      }
    }
    depth--;
    return out;
  }

  private void deeper() throws RefusedException {
    if (++depth > depthMax) {
      throw malformed("it nests deeper than " + depthMax, at - 1);
    }
  }

  private JsonNode word(String word, JsonNode meaning) throws RefusedException {
    int end = at - 1 + word.length();
    if (end > in.length || !word.equals(new String(in, at - 1, word.length(), ISO_8859_1))) {
      throw unexpectedBefore();
    }
    at = end;
    return meaning;
  }

  // --- Numbers ---

  private JsonNode number(int first) throws RefusedException {
    int start = at - 1;
    int digits = first == '-' ? at : start;
    at = digits;
    digits();
    if (at - digits > 1 && in[digits] == '0') {
      throw malformed("a number begins with 0", start);
    }
    int wholeEnd = at;
    if (at < in.length && in[at] == '.') {
      at++;
      digits();
    }
    boolean exponent = at < in.length && (in[at] | 0x20) == 'e';
    if (exponent) {
      exponent();
    }
    if (at - start > StrictJson.NUMBER_CHARACTERS_MAX) {
      throw malformed(
          "a number has more than " + StrictJson.NUMBER_CHARACTERS_MAX + " characters", start);
    }
    return at == wholeEnd ? whole(start, digits) : fraction(start, exponent);
  }

  /** At least one. */
  private void digits() throws RefusedException {
    int start = at;
    while (at < in.length && isDigit(in[at])) {
      at++;
    }
    if (at == start) {
      throw unexpected();
    }
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private void exponent() throws RefusedException {
    at++;
    if (at < in.length && (in[at] == '+' || in[at] == '-')) {
      at++;
    }
    digits();
  }

  private JsonNode whole(int start, int digits) {
    if (at - digits > LONG_DIGITS) {
      BigInteger value = new BigInteger(latin(start, at));
      return value.bitLength() < Long.SIZE
          ? LongNode.valueOf(value.longValue())
          : BigIntegerNode.valueOf(value);
    }
    long value = 0;
    for (int i = digits; i < at; i++) {
      value = 10 * value + in[i] - '0';
    }
    long signed = digits > start ? -value : value;
    return signed == (int) signed ? IntNode.valueOf((int) signed) : LongNode.valueOf(signed);
  }

  private JsonNode fraction(int start, boolean exponent) throws RefusedException {
    NumberText number = new NumberText(in, start, at);
    // Without an exponent so few digits make no infinity.
    if (exponent && Double.isInfinite(number.doubleValue())) {
      throw malformed("a number is too large", start);
    }
    return number;
  }

  // --- Texts ---

  /** The text whose opening quote has just been taken. */
  private String text() throws RefusedException {
    int start = at;
    int seen = 0;
    int i = start;
    while (i < in.length && in[i] != '"' && in[i] != '\\') {
      if (in[i] >= 0 && in[i] < ' ') {
        throw malformed("a text holds a control character", i);
      }
      seen |= in[i++];
    }
    at = i;
    if (i < in.length && in[i] == '"') {
      at++;
      // A negative byte begins or continues a character beyond ASCII.
      return seen >= 0 ? latin(start, i) : utf8(start, i);
    }
    return escaped(start);
  }

  private String escaped(int start) throws RefusedException {
    StringBuilder out = new StringBuilder();
    int plain = start;
    while (at < in.length && in[at] != '"') {
      if (in[at] == '\\') {
        out.append(utf8(plain, at));
        out.append(escape());
        plain = at;
      } else if (in[at] >= 0 && in[at] < ' ') {
        throw malformed("a text holds a control character", at);
      } else {
        at++;
      }
    }
    if (at >= in.length) {
      throw malformed("a text does not end", start - 1);
    }
    out.append(utf8(plain, at++));
    refuseHalves(out, start);
    return out.toString();
  }

  private char escape() throws RefusedException {
    int kind = at + 1 < in.length ? in[at + 1] : 0;
    at += 2;
    return switch (kind) {
      case '"', '\\', '/' -> (char) kind;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw malformed("an escape is not of JSON's", at - 2);
    };
  }

  private char unicode() throws RefusedException {
    int value = 0;
    for (int end = at + 4; at < end; at++) {
      int digit = at < in.length && in[at] > 0 ? Character.digit(in[at], 16) : -1;
      if (digit < 0) {
        throw malformed("an escape is not of JSON's", at);
      }
      value = 16 * value + digit;
    }
    return (char) value;
  }

  private void refuseHalves(CharSequence text, int start) throws RefusedException {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean pair =
            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
        if (!pair) {
          throw malformed("a text has half a character", start);
        }
        i++;
      }
    }
  }

  private String latin(int start, int end) {
    return new String(in, start, end - start, ISO_8859_1);
  }

  private String utf8(int start, int end) throws RefusedException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(in, start, end - start)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("it is not UTF-8", start);
    }
  }

  // --- Bytes ---

  /** The next byte that is no space; it is taken. */
  private int next() throws RefusedException {
    skipSpace();
    if (at >= in.length) {
      throw malformed("it ends too early", at);
    }
    return in[at++];
  }

  private void skipSpace() {
    while (at < in.length && isSpace(in[at])) {
      at++;
    }
  }

  private static boolean isSpace(int c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  private RefusedException unexpectedBefore() {
    at--;
    return unexpected();
  }

  private RefusedException unexpected() {
    return at < in.length ? malformed("it is no JSON", at) : malformed("it ends too early", at);
  }

  private static RefusedException malformed(String why, int offset) {
    return StrictJson.malformed(why + ", at byte " + offset);
  }
}
