package io.ringfence.gateway.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken for a path, and what two readers could take for two is not. */
class RequestTargetTest {
  @Test
  void canonicalTargetsAreTaken() throws RefusedException {
    RequestTarget target = RequestTarget.parse("/collections/my%20docs/points?wait=true&q=a+b");
    assertEquals(List.of("collections", "my docs", "points"), target.path());
    assertEquals(Map.of("wait", "true", "q", "a b"), target.query());
    assertEquals("/collections/my%20docs/points?q=a%20b&wait=true", target.text());
    assertEquals(List.of(), RequestTarget.parse("/").path());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "collections",
        "http://host/collections",
        "*",
        "//collections",
        "/collections/",
        "/collections//points",
        "/collections/./points",
        "/collections/../points",
        "/collections/%2e%2e/points",
        "/collections/%2E/points",
        "/a%2fb",
        "/a%2Fb",
        "/a%5cb",
        "/a\\b",
        "/a%00",
        "/a%0ab",
        "/a%",
        "/a%4",
        "/a%zz",
        "/a%ff",
        "/a%c0%af",
        "/a b",
        "/a#b",
        "/a\u00e9",
        "/a?x=1&x=2",
        "/a?=1",
        "/a?&",
        "/a?x=%"
      })
  void everythingElseIsRefused(String raw) {
    RefusedException refused =
        assertThrows(RefusedException.class, () -> RequestTarget.parse(raw), raw);
    assertEquals(Refusal.Kind.MALFORMED, refused.refusal().kind());
  }

  @Test
  void whatIsWrittenReadsAsItself() throws RefusedException {
    RequestTarget target =
        new RequestTarget(List.of("a b", "%2f", "é", "x&y=z;"), Map.of("k&=", "v/?+ "));
    assertEquals(target, RequestTarget.parse(target.text()));
  }

  @Test
  void limitsHold() throws RefusedException {
    String longest = "/" + "a".repeat(RequestTarget.CHARACTERS_MAX - 1);
    assertEquals(1, RequestTarget.parse(longest).path().size());
    assertRefused(longest + "a");
    String deepest = "/a".repeat(RequestTarget.SEGMENTS_MAX);
    assertEquals(RequestTarget.SEGMENTS_MAX, RequestTarget.parse(deepest).path().size());
    assertRefused(deepest + "/a");
    StringBuilder most = new StringBuilder("/a?");
    for (int i = 0; i < RequestTarget.PARAMETERS_MAX; i++) {
      most.append(i == 0 ? "" : "&").append('p').append(i).append("=1");
    }
    assertEquals(RequestTarget.PARAMETERS_MAX, RequestTarget.parse(most.toString()).query().size());
    assertRefused(most + "&q=1");
  }

  private static void assertRefused(String raw) {
    assertTrue(
        assertThrows(RefusedException.class, () -> RequestTarget.parse(raw))
            .refusal()
            .text()
            .startsWith("the path "));
  }
}
