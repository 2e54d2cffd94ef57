package io.ringfence.gateway.wire;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** The framing of unary gRPC over HTTP/2: one message with a prefix, and a timeout in a header. */
final class GrpcFraming {
  /** A flag, and the message's length. */
  static final int PREFIX_BYTES = 5;

  private static final int TIMEOUT_DIGITS_MAX = 8;
  private static final long TIMEOUT_MAX = 99_999_999;

  private GrpcFraming() {}

  static byte[] framed(byte[] message) {
    return ByteBuffer.allocate(PREFIX_BYTES + message.length)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }

  /**
   * The one message that a body holds.
   *
   * @throws RefusedException when it is compressed, or its size is not that of the body
   */
  static byte[] message(byte[] body) throws RefusedException {
    if (body.length < PREFIX_BYTES) {
      throw HeaderFields.malformed("there is no message");
    }
    if (body[0] != 0) {
      throw new RefusedException(Refusal.Kind.UNSUPPORTED, "compressed messages are not served");
    }
    int length = ByteBuffer.wrap(body).getInt(1);
    if (length != body.length - PREFIX_BYTES) {
      throw HeaderFields.malformed("the message is not as long as its prefix says");
    }
    return Arrays.copyOfRange(body, PREFIX_BYTES, body.length);
  }

  /**
   * What {@code grpc-timeout} says: up to eight digits and a unit.
   *
   * @throws RefusedException when it says nothing
   */
  static Optional<Duration> timeout(HeaderFields fields) throws RefusedException {
    Optional<String> text = fields.one("grpc-timeout");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String value = text.get();
    int digits = value.length() - 1;
    boolean number =
        digits > 0
            && digits <= TIMEOUT_DIGITS_MAX
            && value.substring(0, digits).chars().allMatch(c -> c >= '0' && c <= '9');
    if (!number) {
      throw HeaderFields.malformed("`grpc-timeout` says no time");
    }
    long count = Long.parseLong(value.substring(0, digits));
    return Optional.of(
        switch (value.charAt(digits)) {
          case 'H' -> Duration.ofHours(count);
          case 'M' -> Duration.ofMinutes(count);
          case 'S' -> Duration.ofSeconds(count);
          case 'm' -> Duration.ofMillis(count);
          case 'u' -> Duration.ofNanos(1_000 * count);
          case 'n' -> Duration.ofNanos(count);
          default -> throw HeaderFields.malformed("`grpc-timeout` has no unit");
        });
  }

  /** What {@code grpc-timeout} says for a time, in milliseconds where their digits suffice. */
  static String timeout(Duration time) {
    long millis = Math.max(1, time.toMillis());
    return millis <= TIMEOUT_MAX ? millis + "m" : Math.min(TIMEOUT_MAX, time.toSeconds()) + "S";
  }

  /** {@code grpc-message} percent-encodes all but plain ASCII. */
  static String encoded(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b <= '~' && b != '%') {
        out.append((char) b);
      } else {
        out.append(String.format("%%%02X", b));
      }
    }
    return out.toString();
  }

  /** The text of a {@code grpc-message}; what encodes nothing stays as it is. */
  static String decoded(String text) {
    byte[] out = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      int octet = text.charAt(i) == '%' && i + 2 < text.length() ? octet(text, i + 1) : -1;
      out[length++] = (byte) (octet < 0 ? text.charAt(i) : octet);
      i += octet < 0 ? 0 : 2;
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }

  private static int octet(String text, int at) {
    int high = Character.digit(text.charAt(at), 16);
    int low = Character.digit(text.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }
}
