package io.ringfence.gateway.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String GOOD = "00-" + TRACE + "-" + SPAN + "-01";

  @Test
  void whatIsRead() {
    assertEquals(Optional.of(new TraceParent(TRACE, SPAN, true)), TraceParent.parse(GOOD));
    assertEquals(GOOD, TraceParent.parse(GOOD).orElseThrow().text());
    TraceParent unsampled = TraceParent.parse(GOOD.substring(0, 53) + "fe").orElseThrow();
    assertEquals(false, unsampled.sampled());
    assertEquals(true, TraceParent.parse("cc" + GOOD.substring(2)).orElseThrow().sampled());
    String later = "cc" + GOOD.substring(2) + "-what-the-future-will-be-like";
    assertEquals(new TraceParent(TRACE, SPAN, true), TraceParent.parse(later).orElseThrow());
  }

  @Test
  void laterVersionsAreBounded() {
    String later = "cc" + GOOD.substring(2) + "-";
    String most = later + "x".repeat(TraceParent.CHARACTERS_MAX - later.length());
    assertEquals(true, TraceParent.parse(most).isPresent());
    assertEquals(Optional.empty(), TraceParent.parse(most + "x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-" + TRACE + "-" + SPAN,
        "00-" + TRACE + "-" + SPAN + "-1",
        "00-" + TRACE + "-" + SPAN + "-01-",
        "00-" + TRACE + "-" + SPAN + "-01-more",
        "ff-" + TRACE + "-" + SPAN + "-01",
        "0g-" + TRACE + "-" + SPAN + "-01",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
        "00-" + TRACE + "_" + SPAN + "-01",
        "00_" + TRACE + "-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-zz",
        "cc-" + TRACE + "-" + SPAN + "-01.more",
        " 00-" + TRACE + "-" + SPAN + "-01",
      })
  void whatIsNone(String text) {
    assertEquals(Optional.empty(), TraceParent.parse(text));
  }
}
