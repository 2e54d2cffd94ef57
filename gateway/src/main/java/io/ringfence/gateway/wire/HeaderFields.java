package io.ringfence.gateway.wire;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The header fields of one message, in their order; names are in lower case. */
final class HeaderFields {
  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  /**
   * @throws RefusedException when it is no field, or one too many
   */
  void add(String name, String value) throws RefusedException {
    if (names.size() >= WireLimits.FIELDS_MAX) {
      throw new RefusedException(
          Refusal.Kind.TOO_LARGE, "there are more than " + WireLimits.FIELDS_MAX + " headers");
    }
    names.add(checkedName(name));
    values.add(checkedValue(value));
  }

  private static String checkedName(String name) throws RefusedException {
    boolean lower = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!isTokenCharacter(c)) {
        throw malformed("a header has a name that is none");
      }
      lower &= c < 'A' || c > 'Z';
    }
    if (name.isEmpty()) {
      throw malformed("a header has no name");
    }
    return lower ? name : name.toLowerCase(Locale.ROOT);
  }

  /** RFC 9110, section 5.6.2. */
  static boolean isTokenCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  private static String checkedValue(String value) throws RefusedException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        throw malformed("a header has a control character");
      }
    }
    return value;
  }

  static RefusedException malformed(String text) {
    return new RefusedException(Refusal.Kind.MALFORMED, text);
  }

  boolean has(String name) {
    return names.contains(name);
  }

  int count(String name) {
    int out = 0;
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals(name)) {
        out++;
      }
    }
    return out;
  }

  /**
   * The value of a field that stands at most once.
   *
   * @throws RefusedException when it stands twice: two readers could take two values
   */
  Optional<String> one(String name) throws RefusedException {
    String found = null;
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals(name)) {
        if (found != null) {
          throw malformed("the header `" + name + "` stands twice");
        }
        found = values.get(i);
      }
    }
    return Optional.ofNullable(found);
  }
}
