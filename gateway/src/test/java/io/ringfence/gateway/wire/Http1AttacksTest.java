package io.ringfence.gateway.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.limit.Bodies;
import io.ringfence.gateway.limit.Bounds;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attacks on HTTP/1.1 over a raw socket: what is answered, what reaches the engine, what closes.
 */
class Http1AttacksTest {
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final String GOOD = "GET /good HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

  @TempDir private Path folder;

  private final TestingAnswerer<HttpCall, HttpAnswer> answerer = TestingAnswerer.http();
  private TestingListener listener;

  @BeforeEach
  void open() throws IOException {
    listen(WireLimits.DEFAULT.bodyBytesMax(1000));
  }

  private void listen(WireLimits limits) throws IOException {
    if (listener != null) {
      listener.close();
    }
    listener = TestingListener.open(new Listener.Speech.Http(answerer), Optional.empty(), limits);
  }

  @AfterEach
  void close() {
    listener.close();
  }

  /** All that comes back until the gateway closes the connection. */
  private String exchange(String request) throws IOException {
    try (Socket socket = listener.connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return rest(socket);
    }
  }

  private static String rest(Socket socket) throws IOException {
    StringBuilder out = new StringBuilder();
    InputStream in = socket.getInputStream();
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        out.append((char) b);
      }
    } catch (SocketException e) {
      // Reset: what it did not read any more was thrown away with the connection.
    }
    return out.toString();
  }

  private static int answers(String text) {
    return text.split("HTTP/1.1 ", -1).length - 1;
  }

  // --- Smuggling ---

  @ParameterizedTest
  @ValueSource(
      strings = {
        // CL.TE: a reader of lengths sees one request, a reader of chunks two
        "POST /a HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Length: 43\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\n",
        // TE.CL
        "POST /a HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Transfer-Encoding: chunked\r\n"
            + "Content-Length: 4\r\n\r\n"
            + "5c\r\n",
        // TE.TE
        "POST /a HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Transfer-Encoding: chunked\r\n"
            + "Transfer-Encoding: x\r\n\r\n"
            + "0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n",
        // CL.CL
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 43\r\n\r\n",
        // a folded header, a bare LF, a space before the colon
        "POST /a HTTP/1.1\r\nHost: a\r\nX: y\r\n Content-Length: 43\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\nContent-Length: 43\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length : 43\r\n\r\n",
        // an upgrade, after which another protocol would be read
        "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "GET /a HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Connection: Upgrade, HTTP2-Settings\r\n"
            + "Upgrade: h2c\r\n"
            + "HTTP2-Settings: AAMAAABk\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n",
        "TRACE /a HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 43\r\n\r\n",
      })
  void smuggledRequestReachesNobody(String outer) throws IOException {
    String answer = exchange(outer + HIDDEN);
    assertEquals(1, answers(answer), answer);
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertEquals(List.of(), answerer.seen());
  }

  @Test
  void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
    String close = "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    String answer = exchange(GOOD + HIDDEN + close);
    assertEquals(List.of("GET /good", "GET /hidden", "GET /last"), answerer.seen());
    assertEquals(3, answers(answer));
    assertTrue(answer.indexOf("/good") < answer.indexOf("/hidden"));
  }

  // --- Whose headers, whose path ---

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a/%2fb HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET //a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a%00 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a%c0%ae HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a?x=1&x=2 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a/a HTTP/1.1\r\nHost: b\r\n\r\n",
        "GET http://a/a HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a HTTP/1.1\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost:\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nConnection: authorization\r\n\r\n",
        "POST /a HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Type: a/b\r\n"
            + "Content-Type: c/d\r\n"
            + "Content-Length: 0\r\n\r\n",
        "POST /a HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Type: a/b; charset=utf-7\r\n"
            + "Content-Length: 0\r\n\r\n",
      })
  void whatTwoReadersTakeForTwoThingsIsRefused(String request) throws IOException {
    assertTrue(exchange(request).startsWith("HTTP/1.1 400 "));
    assertEquals(List.of(), answerer.seen());
  }

  /** What cannot be decompressed cannot explode. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "identity, gzip", "x-gzip"})
  void encodedBodiesAreRefused(String encoding) throws IOException {
    String answer =
        exchange(
            "POST /a HTTP/1.1\r\nHost: a\r\nContent-Encoding: "
                + encoding
                + "\r\nContent-Length: 3\r\n\r\nabc");
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertEquals(List.of(), answerer.seen());
  }

  @Test
  void secretsInTheClearAreRefused() throws IOException {
    String answer = exchange("GET /a HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
    assertEquals(List.of(), answerer.seen());
  }

  // --- Inside TLS ---

  private void listenTls(String... versions) throws IOException {
    listener.close();
    listener =
        TestingListener.open(
            new Listener.Speech.Http(answerer),
            Optional.of(TestingListener.tls(folder, versions)),
            WireLimits.DEFAULT.bodyBytesMax(1000));
  }

  private String exchangeTls(String request) throws IOException {
    try (SSLSocket socket = listener.connectTls("http/1.1")) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return rest(socket);
    }
  }

  @Test
  void twoDifferentSecretsAreRefusedAndOneIsPassedOn() throws IOException {
    listenTls("TLSv1.3");
    String head = "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
    String two = head + "Authorization: Bearer one\r\napi-key: two\r\n\r\n";
    assertTrue(exchangeTls(two).startsWith("HTTP/1.1 401 "));
    assertTrue(exchangeTls(head + "api-key: one\r\nx-chroma-token: two\r\n\r\n").contains(" 401 "));
    assertTrue(exchangeTls(head + "Authorization: Basic YTpi\r\n\r\n").contains(" 401 "));
    assertEquals(List.of(), answerer.seen());
    String same = head + "Authorization: Bearer one\r\nx-chroma-token: one\r\n\r\n";
    assertTrue(exchangeTls(same).startsWith("HTTP/1.1 200 "));
    assertEquals(Optional.of("one"), answerer.lastAsker.proofs().secret());
  }

  @Test
  void olderTlsIsTakenByChoiceOnly() throws IOException {
    listenTls("TLSv1.3");
    assertFalse(speaksTls12());
    listenTls("TLSv1.3", "TLSv1.2");
    assertTrue(speaksTls12());
  }

  private boolean speaksTls12() throws IOException {
    try {
      var context = javax.net.ssl.SSLContext.getInstance("TLSv1.2");
      context.init(null, trusting(), null);
      try (SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket("localhost", listener.port())) {
        socket.startHandshake();
        return true;
      } catch (SSLHandshakeException e) {
        return false;
      }
    } catch (java.security.GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static javax.net.ssl.TrustManager[] trusting() {
    return io.netty.handler.ssl.util.InsecureTrustManagerFactory.INSTANCE.getTrustManagers();
  }

  // --- Size ---

  @Test
  void tooLargeHeadsAndBodiesAreRefusedBeforeTheyAreThere() throws IOException {
    String huge = "GET /a HTTP/1.1\r\nHost: a\r\nx: " + "y".repeat(WireLimits.LINE_BYTES_MAX);
    assertTrue(exchange(huge).startsWith("HTTP/1.1 413 "));
    String many = "GET /a HTTP/1.1\r\nHost: a\r\n" + "x: y\r\n".repeat(WireLimits.FIELDS_MAX);
    assertTrue(exchange(many + "\r\n").startsWith("HTTP/1.1 413 "));
    String claim = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n";
    assertTrue(exchange(claim).startsWith("HTTP/1.1 413 "));
    assertEquals(List.of(), answerer.seen());
  }

  // --- Slowness ---

  @Test
  void slowRequestIsCutAndAnIdleConnectionIsClosed() throws IOException {
    listen(WireLimits.DEFAULT.times(SHORT));
    try (Socket socket = listener.connect()) {
      socket.getOutputStream().write("GET /a HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
      assertTrue(rest(socket).startsWith("HTTP/1.1 408 "));
    }
    try (Socket socket = listener.connect()) {
      assertEquals("", rest(socket)); // it never asked
    }
    try (Socket socket = listener.connect()) {
      socket.getOutputStream().write(GOOD.getBytes(StandardCharsets.US_ASCII));
      assertEquals(1, answers(rest(socket))); // it asks no more
    }
  }

  /** A byte now and then, each in time, does not move the end. */
  @Test
  void tricklingRequestIsCut() throws Exception {
    listen(WireLimits.DEFAULT.times(SHORT));
    long began = System.nanoTime();
    try (Socket socket = listener.connect()) {
      socket.getOutputStream().write("GET /a HTTP/1.1\r\nx: ".getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < 100 && socket.getInputStream().available() == 0; i++) {
        socket.getOutputStream().write('y');
        Thread.sleep(50);
      }
      assertTrue(rest(socket).startsWith("HTTP/1.1 408 "));
    }
    assertTrue(System.nanoTime() - began < Duration.ofSeconds(4).toNanos());
  }

  @Test
  void slowReaderIsCut() throws Exception {
    byte[] large = new byte[64 << 20];
    answerer.answers =
        call ->
            CompletableFuture.completedStage(new HttpAnswer(200, Optional.of("text/plain"), large));
    listen(WireLimits.DEFAULT.times(SHORT));
    try (Socket socket = listener.connect()) {
      socket.getOutputStream().write(GOOD.getBytes(StandardCharsets.US_ASCII));
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (listener.connections.count() > 0 && System.nanoTime() < end) {
        Thread.sleep(20);
      }
      assertEquals(0, listener.connections.count());
    }
  }

  // --- Number ---

  @Test
  void connectionsAtTheLimitAndPastIt() throws Exception {
    listen(WireLimits.DEFAULT.connectionsMax(2));
    try (Socket one = listener.connect();
        Socket two = listener.connect()) {
      one.getOutputStream().write(GOOD.getBytes(StandardCharsets.US_ASCII));
      assertTrue(one.getInputStream().read() >= 0);
      two.getOutputStream().write(GOOD.getBytes(StandardCharsets.US_ASCII));
      assertTrue(two.getInputStream().read() >= 0);
      assertEquals("", exchange(GOOD));
    }
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (listener.connections.count() > 0 && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    try (Socket socket = listener.connect()) {
      socket.getOutputStream().write(GOOD.getBytes(StandardCharsets.US_ASCII));
      assertTrue(socket.getInputStream().read() >= 0);
    }
  }

  // --- What many take together, and how long one takes ---

  private void listen(WireLimits limits, Bodies bodies) throws IOException {
    listener.close();
    listener =
        TestingListener.open(
            new Listener.Speech.Http(answerer),
            Optional.empty(),
            limits,
            new Connections(10, bodies));
  }

  private static String post(int length) {
    return "POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  @Test
  void bodiesOfAllAtTheBudgetAndPastIt() throws Exception {
    Bodies bodies = new Bodies(1500);
    listen(WireLimits.DEFAULT.bodyBytesMax(1000), bodies);
    try (Socket one = listener.connect()) {
      one.getOutputStream()
          .write((post(1000) + "x".repeat(999)).getBytes(StandardCharsets.US_ASCII));
      while (bodies.taken() < 1000) {
        Thread.sleep(5);
      }
      assertTrue(exchange(post(500) + "x".repeat(500)).startsWith("HTTP/1.1 200 "));
      String past = exchange(post(501) + "x".repeat(501));
      assertTrue(past.startsWith("HTTP/1.1 400 ") && past.contains("TOO_MANY"), past);
      String chunked =
          "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1f5\r\n"
              + "x".repeat(501);
      assertTrue(exchange(chunked).contains("TOO_MANY"));
      one.getOutputStream().write('x');
      assertTrue(rest(one).startsWith("HTTP/1.1 200 "));
    }
    assertEquals(0, bodies.taken());
    try (Socket gone = listener.connect()) {
      gone.getOutputStream().write((post(1000) + "x").getBytes(StandardCharsets.US_ASCII));
      while (bodies.taken() == 0) {
        Thread.sleep(5);
      }
    }
    for (int i = 0; i < 1000 && bodies.taken() > 0; i++) {
      Thread.sleep(5);
    }
    assertEquals(0, bodies.taken());
  }

  /** What a request takes is taken until its answer is there, whether the client waits or not. */
  @Test
  void aRequestThatTakesTooLongIsRefusedOnce() throws Exception {
    Bodies bodies = new Bodies(1000);
    CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
    answerer.answers = call -> answer;
    listen(WireLimits.DEFAULT.bounds(bounds(Duration.ofMillis(300), 64)), bodies);
    assertTrue(exchange(post(3) + "abc").startsWith("HTTP/1.1 408 "));
    assertEquals(3, bodies.taken());
    answer.complete(TestingAnswerer.text(200, "late"));
    for (int i = 0; i < 1000 && bodies.taken() > 0; i++) {
      Thread.sleep(5);
    }
    assertEquals(0, bodies.taken());
    assertEquals(0, listener.connections.answering());
  }

  static Bounds bounds(Duration time, int depth) {
    Bounds some = Bounds.DEFAULT;
    return new Bounds(
        some.topK(), 1000, depth, some.batch(), time, some.connections(), some.streams());
  }

  @Test
  void theDepthGoesWithTheRequest() throws IOException {
    listen(WireLimits.DEFAULT.bounds(bounds(Duration.ofSeconds(5), 7)), new Bodies(1000));
    exchange(post(0));
    assertEquals(7, answerer.first().depthMax());
  }
}
