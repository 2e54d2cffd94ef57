package io.ringfence.gateway.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader of HTTP/1.1 takes, byte for byte, and what it refuses. */
class Http1ReaderTest {
  private static final int BODY_MAX = 1000;
  private static final String HOST = "Host: a\r\n";

  private static Http1Message read(Http1Reader.Side side, String text) throws RefusedException {
    Http1Reader reader = new Http1Reader(side, BODY_MAX);
    ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    Http1Message out = reader.read(in);
    if (out != null) {
      assertEquals(0, in.readableBytes(), "nothing is left");
    }
    return out;
  }

  private static Http1Message request(String text) throws RefusedException {
    return read(Http1Reader.Side.CLIENT, text);
  }

  private static Refusal.Kind refusal(Http1Reader.Side side, String text) {
    return assertThrows(RefusedException.class, () -> read(side, text)).refusal().kind();
  }

  private static String body(Http1Message message) {
    return new String(message.body(), StandardCharsets.UTF_8);
  }

  @Test
  void lengthAndChunksEndMessages() throws RefusedException {
    assertEquals("", body(request("GET /a HTTP/1.1\r\n" + HOST + "\r\n")));
    assertEquals(
        "abc", body(request("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc")));
    assertEquals(
        "abcde",
        body(
            request(
                "POST /a HTTP/1.1\r\n"
                    + HOST
                    + "Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")));
  }

  @Test
  void everySplitIsReadAlike() throws RefusedException {
    String text =
        "POST /a HTTP/1.1\r\n"
            + HOST
            + "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    for (int at = 1; at < text.length(); at++) {
      Http1Reader reader = new Http1Reader(Http1Reader.Side.CLIENT, BODY_MAX);
      ByteBuf in = Unpooled.buffer();
      in.writeCharSequence(text.substring(0, at), StandardCharsets.ISO_8859_1);
      assertNull(reader.read(in));
      assertTrue(reader.midway());
      in.writeCharSequence(text.substring(at), StandardCharsets.ISO_8859_1);
      assertEquals("abcde", body(reader.read(in)));
    }
  }

  @Test
  void twoInOneAreRead() throws RefusedException {
    Http1Reader reader = new Http1Reader(Http1Reader.Side.CLIENT, BODY_MAX);
    String one = "POST /a HTTP/1.1\r\n" + HOST + "content-length: 2\r\n\r\nhi";
    ByteBuf in = Unpooled.copiedBuffer(one + one, StandardCharsets.ISO_8859_1);
    assertArrayEquals("hi".getBytes(StandardCharsets.UTF_8), reader.read(in).body());
    assertArrayEquals("hi".getBytes(StandardCharsets.UTF_8), reader.read(in).body());
    assertNull(reader.read(in));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // CL.TE, TE.CL, TE.TE, in all their dresses
        "POST /a HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Length: 3\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\n",
        "POST /a HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Transfer-Encoding: chunked\r\n"
            + "Content-Length: 3\r\n\r\n"
            + "0\r\n\r\n",
        "POST /a HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Transfer-Encoding: chunked\r\n"
            + "Transfer-Encoding: identity\r\n\r\n"
            + "0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nX: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nX: y\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nX: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        // lengths
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc",
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nabc",
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc",
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\nabc",
        // chunks
        "POST /a HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "3;x=y\r\n"
            + "abc\r\n"
            + "0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n 3\r\nabc\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "000000003\r\n"
            + "abc\r\n"
            + "0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n",
        // lines
        "GET /a HTTP/1.1\nHost: a\n\n",
        "\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  /a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET\t/a\tHTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a HTTP/1.0\r\nHost: a\r\n\r\n",
        "GET /a HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET /a\r\nHost: a\r\n\r\n",
        "get /a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nX Y: z\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nX: a\u007fb\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      })
  void whatTwoReadersCouldTakeForTwoMessagesIsRefused(String text) {
    assertEquals(Refusal.Kind.MALFORMED, refusal(Http1Reader.Side.CLIENT, text));
  }

  @Test
  void bodyAtTheLimitAndPastIt() throws RefusedException {
    String head = "POST /a HTTP/1.1\r\n" + HOST + "Content-Length: ";
    assertNotNull(request(head + BODY_MAX + "\r\n\r\n" + "x".repeat(BODY_MAX)));
    assertEquals(
        Refusal.Kind.TOO_LARGE,
        refusal(Http1Reader.Side.CLIENT, head + (BODY_MAX + 1) + "\r\n\r\n"));
    assertEquals(
        Refusal.Kind.TOO_LARGE,
        refusal(Http1Reader.Side.CLIENT, head + "99999999999999999999\r\n\r\n"));
  }

  @Test
  void chunkedBodyAtTheLimitAndPastIt() throws RefusedException {
    String head = "POST /a HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
    String half = "1f4\r\n" + "x".repeat(BODY_MAX / 2) + "\r\n";
    assertEquals(BODY_MAX, request(head + half + half + "0\r\n\r\n").body().length);
    assertEquals(
        Refusal.Kind.TOO_LARGE, refusal(Http1Reader.Side.CLIENT, head + half + half + "1\r\n"));
    assertEquals(Refusal.Kind.TOO_LARGE, refusal(Http1Reader.Side.CLIENT, head + "ffffffff\r\n"));
  }

  @Test
  void lineAtTheLimitAndPastIt() throws RefusedException {
    String begin = "GET /a HTTP/1.1\r\n" + HOST + "x: ";
    int room = WireLimits.LINE_BYTES_MAX - "x: ".length() - 1;
    assertNotNull(request(begin + "y".repeat(room) + "\r\n\r\n"));
    assertEquals(
        Refusal.Kind.TOO_LARGE,
        refusal(Http1Reader.Side.CLIENT, begin + "y".repeat(room + 1) + "\r\n\r\n"));
    assertEquals(
        Refusal.Kind.TOO_LARGE,
        refusal(Http1Reader.Side.CLIENT, begin + "y".repeat(room + 2))); // no end in sight
  }

  @Test
  void headAtTheLimitAndPastIt() throws RefusedException {
    String begin = "GET /a HTTP/1.1\r\n" + HOST;
    String line = "x: " + "y".repeat(1019) + "\r\n"; // 1 KiB
    String rest = "x: ";
    int full = (WireLimits.HEAD_BYTES_MAX - begin.length()) / line.length();
    int left = WireLimits.HEAD_BYTES_MAX - begin.length() - full * line.length();
    int room = left - rest.length() - 4; // its end, and that of the head
    String end = "\r\n\r\n";
    String most = begin + line.repeat(full) + rest + "y".repeat(room);
    assertNotNull(request(most + end));
    assertEquals(Refusal.Kind.TOO_LARGE, refusal(Http1Reader.Side.CLIENT, most + "yyyy" + end));
  }

  @Test
  void fieldsAtTheLimitAndPastIt() throws RefusedException {
    String begin = "GET /a HTTP/1.1\r\n" + HOST;
    assertNotNull(request(begin + "x: y\r\n".repeat(WireLimits.FIELDS_MAX - 1) + "\r\n"));
    assertEquals(
        Refusal.Kind.TOO_LARGE,
        refusal(
            Http1Reader.Side.CLIENT, begin + "x: y\r\n".repeat(WireLimits.FIELDS_MAX) + "\r\n"));
  }

  // --- Answers of a database ---

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\n\r\nuntil it closes",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 101 Switching\r\n\r\n",
        "HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\nabcd",
        "SSH-2.0-OpenSSH_9\r\n",
      })
  void doubtfulAnswersAreRefused(String text) {
    assertEquals(Refusal.Kind.MALFORMED, refusal(Http1Reader.Side.SERVER, text));
  }

  @Test
  void answersWithoutBodyEndWithTheirHead() throws RefusedException {
    String text = "HTTP/1.1 204 No Content\r\n\r\n";
    assertEquals(0, read(Http1Reader.Side.SERVER, text).body().length);
    Http1Reader reader = new Http1Reader(Http1Reader.Side.SERVER, BODY_MAX);
    reader.expectNoBody(true);
    ByteBuf in =
        Unpooled.copiedBuffer(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", StandardCharsets.ISO_8859_1);
    assertEquals(0, reader.read(in).body().length);
  }
}
