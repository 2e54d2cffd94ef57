package io.ringfence.gateway.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.NumericNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * A number with a fraction or an exponent, kept where it is written: vectors have thousands of
 * them, and nobody here reckons with one.
 */
final class NumberText extends NumericNode {
  private static final long serialVersionUID = 1;

  private final transient byte[] in;
  private final int start;
  private final int end;

  /**
   * @param in the document, not to be changed
   * @param start of a number by JSON's grammar, of finite value as a double
   * @param end where it ends
   */
  NumberText(byte[] in, int start, int end) {
    this.in = in;
    this.start = start;
    this.end = end;
  }

  private String text() {
    return new String(in, start, end - start, ISO_8859_1);
  }

  int length() {
    return end - start;
  }

  void copyTo(byte[] out, int at) {
    System.arraycopy(in, start, out, at, end - start);
  }

  @Override
  public JsonToken asToken() {
    return JsonToken.VALUE_NUMBER_FLOAT;
  }

  @Override
  public JsonParser.NumberType numberType() {
    return JsonParser.NumberType.DOUBLE;
  }

  @Override
  public boolean isFloatingPointNumber() {
    return true;
  }

  @Override
  public boolean isDouble() {
    return true;
  }

  @Override
  public Number numberValue() {
    return doubleValue();
  }

  @Override
  public int intValue() {
    return (int) doubleValue();
  }

  @Override
  public long longValue() {
    return (long) doubleValue();
  }

  @Override
  public float floatValue() {
    return (float) doubleValue();
  }

  @Override
  public double doubleValue() {
    return Double.parseDouble(text());
  }

  @Override
  public BigDecimal decimalValue() {
    return new BigDecimal(text());
  }

  @Override
  public BigInteger bigIntegerValue() {
    return decimalValue().toBigInteger();
  }

  @Override
  public boolean canConvertToInt() {
    double value = doubleValue();
    return value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE;
  }

  @Override
  public boolean canConvertToLong() {
    double value = doubleValue();
    return value >= Long.MIN_VALUE && value <= Long.MAX_VALUE;
  }

  @Override
  public String asText() {
    return text();
  }

  @Override
  public void serialize(JsonGenerator generator, SerializerProvider provider) throws IOException {
    generator.writeNumber(text());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NumberText number
        && Arrays.equals(in, start, end, number.in, number.start, number.end);
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }
}
