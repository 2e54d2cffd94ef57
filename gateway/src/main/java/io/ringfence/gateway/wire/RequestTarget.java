package io.ringfence.gateway.wire;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The target of a request in its one canonical form (RFC 9112, section 3.2.1): what two readers
 * could take for two paths is refused, not repaired.
 */
record RequestTarget(List<String> path, Map<String, String> query) {
  static final int CHARACTERS_MAX = 4096;
  static final int SEGMENTS_MAX = 32;
  static final int PARAMETERS_MAX = 32;

  private static final String UNRESERVED = "-._~!$&'()*,;=:@";

  /**
   * @throws RefusedException when it is no path in canonical form
   */
  static RequestTarget parse(String raw) throws RefusedException {
    if (raw.length() > CHARACTERS_MAX) {
      throw refused("is longer than " + CHARACTERS_MAX + " characters");
    }
    if (!raw.startsWith("/")) {
      throw refused("does not begin with /");
    }
    int mark = raw.indexOf('?');
    String path = mark < 0 ? raw.substring(1) : raw.substring(1, mark);
    List<String> segments = path.isEmpty() ? List.of() : segments(path);
    return new RequestTarget(segments, mark < 0 ? Map.of() : parameters(raw.substring(mark + 1)));
  }

  private static List<String> segments(String path) throws RefusedException {
    String[] parts = path.split("/", -1);
    if (parts.length > SEGMENTS_MAX) {
      throw refused("has more than " + SEGMENTS_MAX + " segments");
    }
    List<String> out = new ArrayList<>();
    for (String part : parts) {
      String segment = decode(part, false);
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw refused("has an empty segment, `.` or `..`");
      }
      if (segment.indexOf('/') >= 0 || segment.indexOf('\\') >= 0) {
        throw refused("has an encoded slash or a backslash");
      }
      out.add(segment);
    }
    return List.copyOf(out);
  }

  private static Map<String, String> parameters(String query) throws RefusedException {
    Map<String, String> out = new LinkedHashMap<>();
    if (query.isEmpty()) {
      return out;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
      if (name.isEmpty() || out.put(name, value) != null) {
        throw refused("has a parameter without a name, or one twice");
      }
      if (out.size() > PARAMETERS_MAX) {
        throw refused("has more than " + PARAMETERS_MAX + " parameters");
      }
    }
    return out;
  }

  private static String decode(String text, boolean plusIsSpace) throws RefusedException {
    // Most are as they stand.
    if (isPlain(text)) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '#' || c == '"' || c == '<' || c == '>') {
        throw refused("has a character that must be encoded");
      }
      if (c == '%') {
        bytes.write(octet(text, i));
        i += 2;
      } else {
        bytes.write(c == '+' && plusIsSpace ? ' ' : c);
      }
    }
    return checked(bytes.toByteArray());
  }

  private static int octet(String text, int at) throws RefusedException {
    int high = at + 2 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
    int low = at + 2 < text.length() ? Character.digit(text.charAt(at + 2), 16) : -1;
    if (high < 0 || low < 0) {
      throw refused("has a % that encodes nothing");
    }
    return high << 4 | low;
  }

  private static String checked(byte[] bytes) throws RefusedException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.chars().anyMatch(Character::isISOControl)) {
        throw refused("has a control character");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw refused("is not UTF-8");
    }
  }

  /** The target as text, encoded anew. */
  String text() {
    StringBuilder out = new StringBuilder();
    for (String segment : path) {
      out.append('/');
      encode(segment, out);
    }
    if (path.isEmpty()) {
      out.append('/');
    }
    char joint = '?';
    for (Map.Entry<String, String> parameter : new java.util.TreeMap<>(query).entrySet()) {
      out.append(joint);
      encode(parameter.getKey(), out);
      out.append('=');
      encode(parameter.getValue(), out);
      joint = '&';
    }
    return out.toString();
  }

  private static void encode(String text, StringBuilder out) {
    if (isPlain(text)) {
      out.append(text);
      return;
    }
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (isPlain(c) || (UNRESERVED.indexOf(c) >= 0 && c != '&' && c != '=')) {
        out.append(c);
      } else {
        out.append('%').append(hex(c >> 4)).append(hex(c & 15));
      }
    }
  }

  /** Of characters alone that mean themselves wherever they stand in a target. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isPlain(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  private static char hex(int digit) {
    return "0123456789ABCDEF".charAt(digit);
  }

  private static RefusedException refused(String why) {
    return new RefusedException(Refusal.Kind.MALFORMED, "the path " + why);
  }
}
