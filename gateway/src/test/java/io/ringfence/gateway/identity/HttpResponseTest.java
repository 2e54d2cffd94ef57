package io.ringfence.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as an answer, with line ends written as {@code |}. */
class HttpResponseTest {
  private static String body(String answer) throws IOException {
    byte[] bytes = answer.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    return new String(
        new HttpResponse(new ByteArrayInputStream(bytes), 20).body(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aWholePlainDocumentIsTaken() throws IOException {
    assertEquals("{}", body("HTTP/1.1 200 OK|Content-Length: 2||{}"));
    assertEquals("{}", body("HTTP/1.1 200 OK|Content-Length: 2||{}and what comes after"));
    assertEquals("{}", body("HTTP/1.0 200||{}"));
    assertEquals("{}", body("HTTP/1.1 200 OK|Content-Encoding: identity||{}"));
    assertEquals("{}", body("HTTP/1.1 200 OK|Transfer-Encoding: chunked||1|{|1;x=y|}|0||"));
    assertEquals("x".repeat(20), body("HTTP/1.1 200 OK||" + "x".repeat(20)));
    assertEquals("", body("HTTP/1.1 200 OK|Content-Length: 0||"));
    assertEquals("{}", body("HTTP/1.1 200 OK|A: " + "a".repeat(32 * 1024 - 30) + "||{}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK|Content-Length: 2|",
        "HTTP/2 200||{}",
        "HTTP/1.1 2000||{}",
        "HTTP/1.1||{}",
        "ICY 200 OK||{}",
        "HTTP/1.1 204 No Content||",
        "HTTP/1.1 206 Partial||{}",
        "HTTP/1.1 500 Oops||{}",
        "HTTP/1.1 302 Found|Location: https://elsewhere||{}",
        "HTTP/1.1 200 OK|no colon||{}",
        "HTTP/1.1 200 OK|: empty||{}",
        "HTTP/1.1 200 OK|Content-Length: 3||{}",
        "HTTP/1.1 200 OK|Content-Length: -1||{}",
        "HTTP/1.1 200 OK|Content-Length: +2||{}",
        "HTTP/1.1 200 OK|Content-Length: 2 2||{}",
        "HTTP/1.1 200 OK|Content-Length: f||{}",
        "HTTP/1.1 200 OK|Content-Length: 21||xxxxxxxxxxxxxxxxxxxxx",
        "HTTP/1.1 200 OK|Content-Length: 99999999999999||{}",
        "HTTP/1.1 200 OK|Content-Length: 2|content-length: 2||{}",
        "HTTP/1.1 200 OK|Content-Encoding: gzip||{}",
        "HTTP/1.1 200 OK|Transfer-Encoding: gzip, chunked||2|{}|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked|Transfer-Encoding: chunked||2|{}|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2|{}",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2|{}x|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||g|{}|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||ffffffff|{}|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||a|xxxxxxxxxx|b|xxxxxxxxxxx|0||",
        "HTTP/1.1 200 OK||xxxxxxxxxxxxxxxxxxxxx",
      })
  void nothingElseIs(String answer) {
    assertThrows(IOException.class, () -> body(answer));
  }

  @Test
  void aHeadPastItsBoundIsRefused() {
    String head = "HTTP/1.1 200 OK|A: " + "a".repeat(HttpResponse.HEAD_BYTES_MAX) + "||{}";
    assertThrows(IOException.class, () -> body(head));
  }
}
