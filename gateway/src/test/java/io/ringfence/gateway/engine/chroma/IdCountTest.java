package io.ringfence.gateway.engine.chroma;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdCountTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "0 | {\"ids\":[]}",
        "2 | {\"ids\":[\"a\",\"b\"],\"documents\":[\"x\",\"y\",\"z\"]}",
        "3 | {\"ids\" : [[\"a\"],[\"b\",\"c\"],[]]}",
        "1 | {\"metadatas\":[{\"ids\":[\"no\",\"no\"]}],\"x\":\"ids\",\"ids\":[\"]\\\"[\"]}",
        "-1 | {\"ids\":null,\"x\":[\"a\"]}",
        "-1 | {\"x\":1}",
        "-1 | [\"ids\",\"a\"]",
        "-1 | {\"ids\":[\"a\"",
        "-1 | {\"ids\":[\"a\\",
        "-1 | 7",
      })
  void counts(long expected, String json) {
    assertEquals(
        expected < 0 ? OptionalLong.empty() : OptionalLong.of(expected),
        IdCount.of(json.getBytes(StandardCharsets.UTF_8)));
  }
}
