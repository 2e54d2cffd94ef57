package io.ringfence.gateway.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  private static final int DEPTH = 8;
  private static final long SEED = 11;
  private static final int DOCUMENTS = 40_000;

  /** Pieces that documents are made and broken with. */
  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "\\",
          " ",
          "\n",
          "0",
          "-",
          ".",
          "e",
          "E+",
          "1",
          "9",
          "true",
          "null",
          "\"a\"",
          "\"b\":",
          "\\u00e9",
          "\\ud83d",
          "\\ude00",
          "\\u0000",
          "\\n",
          "\\x",
          "\u00e9",
          "\u20ac",
          "\ud83d\ude00",
          "\t",
          "\u0001",
          "\u007f",
          "/",
          "\\/",
          "1e400",
          "-0.0",
          "1E5",
          "123456789012345678901234567890",
          "00",
          "NaN",
          "'",
          "/**/",
          "\ufeff");

  private final StrictJson strict = new StrictJson(DEPTH);
  private final JacksonReader slow = new JacksonReader(DEPTH);

  // --- Against the slow reader ---

  @Test
  void readsAndRefusesAsTheSlowReaderDoes() throws Exception {
    Random random = new Random(SEED);
    int taken = 0;
    for (int i = 0; i < DOCUMENTS; i++) {
      byte[] body = document(random);
      Optional<JsonNode> expected = slow.read(body);
      Optional<JsonNode> found = read(body);
      String shown = new String(body, ISO_8859_1);
      assertEquals(
          expected.map(StrictJsonTest::meaning), found.map(StrictJsonTest::meaning), shown);
      if (found.isPresent()) {
        taken++;
        byte[] written = strict.write(found.get());
        assertEquals(
            found.map(StrictJsonTest::meaning), read(written).map(StrictJsonTest::meaning));
        assertEquals(
            expected.map(StrictJsonTest::meaning), slow.read(written).map(StrictJsonTest::meaning));
      }
    }
    assertTrue(taken > DOCUMENTS / 10 && taken < DOCUMENTS * 9 / 10, taken + " taken");
  }

  /** What a document says, whichever reader made the tree: numbers by value. */
  private static String meaning(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        StringBuilder out = new StringBuilder("{");
        node.properties()
            .forEach(
                f -> out.append(f.getKey()).append('=').append(meaning(f.getValue())).append(';'));
        yield out.append('}').toString();
      }
      case ARRAY -> {
        StringBuilder out = new StringBuilder("[");
        node.forEach(item -> out.append(meaning(item)).append(';'));
        yield out.append(']').toString();
      }
      case NUMBER ->
          node.isFloatingPointNumber()
              ? "double " + node.doubleValue()
              : "whole " + node.bigIntegerValue();
      case STRING -> "text " + node.textValue();
      case BOOLEAN, NULL -> node.asText();
      case BINARY, MISSING, POJO -> throw new AssertionError(node);
    };
  }

  private Optional<JsonNode> read(byte[] body) {
    try {
      return Optional.of(strict.parse(body));
    } catch (RefusedException e) {
      return Optional.empty();
    }
  }

  private static byte[] document(Random random) {
    StringBuilder out = new StringBuilder();
    value(random, out, random.nextInt(DEPTH + 2));
    for (int edits = random.nextInt(3); edits > 0; edits--) {
      int place = random.nextInt(out.length() + 1);
      if (random.nextBoolean()) {
        out.insert(place, PIECES.get(random.nextInt(PIECES.size())));
      } else if (place < out.length()) {
        out.deleteCharAt(place);
      }
    }
    byte[] bytes = out.toString().getBytes(UTF_8);
    if (bytes.length > 0 && random.nextInt(8) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static void value(Random random, StringBuilder out, int depth) {
    int kind = random.nextInt(depth > 0 ? 7 : 5);
    switch (kind) {
      case 0 -> out.append(random.nextInt());
      case 1 -> out.append(random.nextGaussian());
      case 2 -> out.append(random.nextBoolean() ? "true" : "null");
      case 3 -> text(random, out);
      case 4 -> out.append(random.nextLong()).append(random.nextBoolean() ? "" : "7");
      case 5 -> {
        out.append('[');
        for (int i = random.nextInt(4); i > 0; i--) {
          value(random, out, depth - 1);
          out.append(i > 1 ? "," : "");
        }
        out.append(']');
      }
      default -> {
        out.append('{');
        for (int i = random.nextInt(4); i > 0; i--) {
          text(random, out);
          out.append(':');
          value(random, out, depth - 1);
          out.append(i > 1 ? ", " : "");
        }
        out.append('}');
      }
    }
  }

  private static void text(Random random, StringBuilder out) {
    out.append('"');
    for (int i = random.nextInt(4); i > 0; i--) {
      switch (random.nextInt(4)) {
        case 0 -> out.append("\u20ac");
        case 1 -> out.append("\\u").append("%04x".formatted(random.nextInt(0x10000)));
        case 2 -> out.append("\\\"");
        default -> out.append((char) ('a' + random.nextInt(4)));
      }
    }
    out.append('"');
  }

  // --- Rules, one by one ---

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "+1",
        "tru",
        "truex",
        "1 2",
        "[1]]",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}",
        "\"a",
        "\"\t\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\q\"",
        "\"\\u12g4\"",
        "1e999",
        "NaN",
        "'a'",
        "/**/1",
        "\ufeff1"
      })
  void refuses(String body) {
    RefusedException refused =
        assertThrows(RefusedException.class, () -> strict.parse(body.getBytes(UTF_8)));
    assertEquals(Refusal.Kind.MALFORMED, refused.refusal().kind());
    assertTrue(refused.refusal().text().contains("at byte"), refused.refusal().text());
  }

  @ParameterizedTest
  @CsvSource({"c080", "eda080", "f4908080", "ff", "c3", "e282"})
  void refusesWhatIsNoUtf8(String hex) {
    byte[] inner = java.util.HexFormat.of().parseHex(hex);
    byte[] body = new byte[inner.length + 2];
    Arrays.fill(body, (byte) '"');
    System.arraycopy(inner, 0, body, 1, inner.length);
    assertThrows(RefusedException.class, () -> strict.parse(body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.10",
        "-0.0",
        "1E+5",
        "0.1234567890123456789",
        "123456789012345678901234567890",
        "-7",
        "9223372036854775807",
        "\"\u20ac\ud83d\ude00\"",
        "{\"a\":[],\"b\":{}}",
        "[true,false,null]"
      })
  void writesAsItRead(String body) throws Exception {
    assertEquals(body, new String(strict.write(strict.parse(body.getBytes(UTF_8))), UTF_8));
  }

  @Test
  void writesWhatMustBeEscaped() throws Exception {
    JsonNode node =
        strict.parse("\"\\u0000\\u001f\\\"\\\\\\/\\b\\f\\n\\r\\t\\u007f\"".getBytes(UTF_8));
    byte[] written = strict.write(node);
    assertEquals("\"\\u0000\\u001F\\\"\\\\/\\b\\f\\n\\r\\t\u007f\"", new String(written, UTF_8));
    assertArrayEquals(written, new ObjectMapper().writeValueAsBytes(node));
  }

  @Test
  void aNumberIsKeptAsWrittenAndReadByValue() throws Exception {
    JsonNode number = strict.parse("1.50".getBytes(UTF_8));
    assertTrue(number.isNumber() && number.isFloatingPointNumber());
    assertEquals(1.5, number.doubleValue());
    assertEquals("1.50", new ObjectMapper().writeValueAsString(number));
  }

  // --- Limits, at and past ---

  @Test
  void boundsTheDepth() throws Exception {
    strict.parse(("[".repeat(DEPTH) + "]".repeat(DEPTH)).getBytes(UTF_8));
    byte[] deeper = ("[".repeat(DEPTH + 1) + "]".repeat(DEPTH + 1)).getBytes(UTF_8);
    assertThrows(RefusedException.class, () -> strict.parse(deeper));
  }

  @Test
  void boundsNumbersAndKeys() throws Exception {
    int digits = StrictJson.NUMBER_CHARACTERS_MAX;
    strict.parse("1".repeat(digits).getBytes(UTF_8));
    assertThrows(
        RefusedException.class, () -> strict.parse("1".repeat(digits + 1).getBytes(UTF_8)));
    int characters = StrictJson.KEY_CHARACTERS_MAX;
    strict.parse(key(characters));
    assertThrows(RefusedException.class, () -> strict.parse(key(characters + 1)));
  }

  private static byte[] key(int characters) {
    return ("{\"" + "k".repeat(characters) + "\":1}").getBytes(UTF_8);
  }
}
