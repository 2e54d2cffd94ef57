package io.ringfence.gateway.engine.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The database's errors as a client may see them. Of a message only what is known to speak of the
 * request alone is passed on; a name of the server's becomes the client's.
 */
final class DatabaseErrors {
  /** Says nothing but what the request itself holds, or the shape of its collection. */
  private static final Pattern HARMLESS =
      Pattern.compile(
          "Invalid where clause|Collection expecting embedding with dimension of \\d+, got \\d+"
              + "|Validation error: [a-z_]+: [A-Za-z ,]+"
              + "|Number of requested results -?\\d+ cannot be .*");

  private DatabaseErrors() {}

  /**
   * Passes a success on.
   *
   * @throws RefusedException when the answer is none
   */
  static HttpAnswer success(HttpAnswer answer) throws RefusedException {
    if (answer.status() < 300) {
      return answer;
    }
    throw new RefusedException(kind(answer.status()), text(answer));
  }

  private static Refusal.Kind kind(int status) {
    return switch (status) {
      case 400, 409, 422 -> Refusal.Kind.MALFORMED;
      case 404 -> Refusal.Kind.NOT_FOUND;
      case 413 -> Refusal.Kind.TOO_LARGE;
      case 429 -> Refusal.Kind.TOO_MANY;
      case 504 -> Refusal.Kind.TIMED_OUT;
      default -> Refusal.Kind.UNAVAILABLE;
    };
  }

  private static String text(HttpAnswer answer) {
    return switch (answer.status()) {
      case 404 -> "The requested resource does not exist";
      case 409 -> "It exists already";
      default ->
          message(answer)
              .filter(m -> HARMLESS.matcher(m).matches())
              .orElse("the database refuses the request");
    };
  }

  private static Optional<String> message(HttpAnswer answer) {
    try {
      JsonNode message = ChromaJson.parse(answer).path("message");
      return Optional.ofNullable(message.textValue());
    } catch (RefusedException e) {
      return Optional.empty();
    }
  }
}
