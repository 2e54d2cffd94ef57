package io.ringfence.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is put together faster is what Java and Jackson write. */
class RecordBytesTest {
  private final RecordBytes bytes = new RecordBytes();

  private String written() {
    String out = new String(bytes.copy(), UTF_8);
    bytes.begin();
    return out;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "a \"quote\" and \\ and / and ~\u007f",
        "\u0000\u001f\n\r\t\b\f",
        "über 東京 \uD83D\uDE00",
        "half \uD83D of one"
      })
  void textsAreJacksons(String text) {
    StringBuilder expected = new StringBuilder();
    JsonStringEncoder.getInstance().quoteAsString(text, expected);
    bytes.quoted(text);
    assertEquals(new String(("\"" + expected + "\"").getBytes(UTF_8), UTF_8), written());
  }

  @Test
  void timesAreInstants() {
    Random random = new Random(1);
    int[] units = {1, 1_000, 1_000_000, 1_000_000_000};
    for (int i = 0; i < 4_000; i++) {
      int unit = units[i % units.length];
      long second = i % 3 == 0 ? 1_900_000_000L : random.nextLong(-(1L << 35), 1L << 36);
      Instant time =
          Instant.ofEpochSecond(second, (long) random.nextInt(1_000_000_000 / unit) * unit);
      bytes.time(time);
      assertEquals(time.toString(), written());
    }
  }

  @Test
  void growsAndStartsAnew() {
    String text = "x".repeat(Chain.LINE_BYTES_MAX + 1);
    bytes.plain(text).plain(-7).plain("!");
    assertEquals(text + "-7!", written());
    bytes.plain("short");
    assertEquals("short", written());
  }
}
