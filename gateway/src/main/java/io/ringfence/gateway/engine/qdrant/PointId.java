package io.ringfence.gateway.engine.qdrant;

import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.RefusedException;
import java.math.BigInteger;
import java.util.Optional;
import java.util.UUID;

/** What names a point: a number of 64 bits without sign, or a UUID. */
sealed interface PointId {
  /**
   * @param value its bits; negative where the number is past 2^63
   */
  record Number(long value) implements PointId {
    BigInteger unsigned() {
      return new BigInteger(Long.toUnsignedString(value));
    }

    @Override
    public String toString() {
      return Long.toUnsignedString(value);
    }
  }

  record Uuid(UUID value) implements PointId {
    @Override
    public String toString() {
      return value.toString();
    }
  }

  BigInteger NUMBER_MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  static PointId ofNumber(BigInteger value) throws RefusedException {
    if (value.signum() < 0 || value.compareTo(NUMBER_MAX) > 0) {
      throw JsonFields.malformed("a point's number is from 0 to " + NUMBER_MAX);
    }
    return new Number(value.longValue());
  }

  static PointId ofText(String text) throws RefusedException {
    return uuid(text)
        .orElseThrow(() -> JsonFields.malformed("a point is named by a number or a UUID"));
  }

  /** A point as a path names it. */
  static PointId ofSegment(String text) throws RefusedException {
    return text.matches("[0-9]{1,20}") ? ofNumber(new BigInteger(text)) : ofText(text);
  }

  /** A UUID in any of the forms in which Qdrant reads one. */
  static Optional<PointId> uuid(String text) {
    String form = text;
    if (form.startsWith("urn:uuid:") && form.length() == 45) {
      form = form.substring(9);
    } else if (form.length() == 38 && form.startsWith("{") && form.endsWith("}")) {
      form = form.substring(1, 37);
    }
    boolean plain = form.length() == 32 && form.length() == text.length();
    return plain || form.length() == 36 ? digits(form) : Optional.empty();
  }

  private static Optional<PointId> digits(String form) {
    long[] halves = new long[2];
    int count = 0;
    for (int i = 0; i < form.length(); i++) {
      char c = form.charAt(i);
      if (form.length() == 36 && (i == 8 || i == 13 || i == 18 || i == 23)) {
        if (c != '-') {
          return Optional.empty();
        }
        continue;
      }
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return Optional.empty();
      }
      halves[count / 16] = halves[count / 16] << 4 | digit;
      count++;
    }
    return Optional.of(new Uuid(new UUID(halves[0], halves[1])));
  }
}
