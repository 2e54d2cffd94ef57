package io.ringfence.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceCharactersTest {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 7, 8, 0xb, 0x1b, 0x7f, 0x85, 0x200e, 0x202e, 0x2028, 0x2066, 0xd800, 0xfeff, 0xfffd,
        0xffff
      })
  void refuses(int c) {
    String text = "ringfence: v1\nname: x # " + (char) c + "\n";
    List<Problem> problems = TestingLoad.text(text).problems();
    assertEquals(1, problems.size());
    assertEquals("test.yaml:2:11", problems.getFirst().at().toString());
    assertEquals("character U+%04X".formatted(c), problems.getFirst().message().substring(0, 16));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00e9", "\u4e2d", "\ud83d\udd12", "\t", "\u00a0", "\u2013"})
  void takes(String c) {
    TestingLoad.clean("a.yaml", "ringfence: v1\nname: x # " + c + "\n");
  }

  @Test
  void allAreReported() {
    assertEquals(3, TestingLoad.text("ringfence: v1\u0007\n# \u202e\u0000\n").problems().size());
  }

  @Test
  void aByteOrderMarkAtTheStartIsNone() {
    TestingLoad.clean("a.yaml", "\ufeffringfence: v1\n");
  }
}
