package io.ringfence.gateway.engine.qdrant;

import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.RefusedException;
import java.math.BigInteger;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

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

  /** The forms in which Qdrant reads a UUID. */
  Pattern UUID_FORM =
      Pattern.compile(
          "[0-9a-fA-F]{32}"
              + "|(?:urn:uuid:)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
              + "|\\{[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\}");

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

  static Optional<PointId> uuid(String text) {
    if (!UUID_FORM.matcher(text).matches()) {
      return Optional.empty();
    }
    String digits = text.replace("urn:uuid:", "").replaceAll("[-{}]", "");
    return Optional.of(
        new Uuid(
            new UUID(
                Long.parseUnsignedLong(digits.substring(0, 16), 16),
                Long.parseUnsignedLong(digits.substring(16), 16))));
  }
}
