package io.ringfence.gateway.engine.qdrant;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The database's errors as a client may see them. Of a message only what is known to speak of the
 * request alone is passed on, with the client's names; any other becomes what its status says.
 */
final class DatabaseErrors {
  /** Says nothing but what the request itself holds, or the shape of its collection. */
  private static final Pattern HARMLESS =
      Pattern.compile(
          "(?:Not found: |Wrong input: |Bad request: |Service internal error: )?"
              + "(?:Collection `[^`]{1,255}` (?:doesn't exist!|already exists!)"
              + "|Collection [^` ]{1,255} not found"
              + "|Alias `?[^` ]{1,255}`? does not exist!?"
              + "|Vector dimension error: expected dim: \\d+, got \\d+"
              + "|Not existing vector name error: [^`]{0,255}"
              + "|Vector with name `?[^`]{0,255}`? is not configured in this collection.*"
              + "|Index required but not found for [^`]{1,300})");

  static final int TEXT_CHARACTERS_MAX = 1024;

  private DatabaseErrors() {}

  /**
   * The text of an error.
   *
   * @param names the server's names in the request, and the client's
   */
  static String text(Optional<String> message, Map<String, String> names, String otherwise) {
    return message
        .filter(m -> m.length() <= TEXT_CHARACTERS_MAX && HARMLESS.matcher(m).matches())
        .map(m -> named(m, names))
        .orElse(otherwise);
  }

  private static String named(String message, Map<String, String> names) {
    String out = message;
    for (Map.Entry<String, String> name : names.entrySet()) {
      out =
          out.replace("`" + name.getKey() + "`", "`" + name.getValue() + "`")
              .replace(" " + name.getKey() + " ", " " + name.getValue() + " ");
    }
    return out;
  }

  /** A status over HTTP that is the client's doing. */
  static boolean isClients(int status) {
    return switch (status) {
      case 400, 404, 409, 413, 422, 429 -> true;
      default -> false;
    };
  }

  static RefusedException unavailable(boolean timedOut) {
    return timedOut
        ? new RefusedException(Refusal.Kind.TIMED_OUT, "the database does not answer in time")
        : new RefusedException(Refusal.Kind.UNAVAILABLE, "the database fails");
  }
}
