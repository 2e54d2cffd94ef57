package io.ringfence.gateway.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.limit.Bodies;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.wire.TestingHttp2.Frame;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on HTTP/2, frame by frame, inside TLS. */
class Http2AttacksTest {
  private static final Duration SHORT = Duration.ofMillis(400);

  @TempDir private Path folder;

  private final TestingAnswerer<HttpCall, HttpAnswer> answerer = TestingAnswerer.http();
  private ServerTls tls;
  private TestingListener listener;
  private Socket socket;
  private TestingHttp2 client;

  @BeforeEach
  void open() throws IOException {
    tls = TestingListener.tls(folder, "TLSv1.3");
    listen(WireLimits.DEFAULT.bodyBytesMax(1000));
  }

  private void listen(WireLimits limits) throws IOException {
    listen(limits, new Connections(limits.connectionsMax()));
  }

  private void listen(WireLimits limits, Connections connections) throws IOException {
    if (listener != null) {
      close();
    }
    listener =
        TestingListener.open(
            new Listener.Speech.Http(answerer), Optional.of(tls), limits, connections);
    socket = listener.connectTls("h2");
    client = new TestingHttp2(socket);
  }

  @AfterEach
  void close() throws IOException {
    socket.close();
    listener.close();
  }

  private void assertClosed(List<Frame> frames) {
    assertTrue(frames.stream().noneMatch(f -> f.type() == TestingHttp2.DATA && f.stream() > 1));
  }

  @Test
  void goodRequestIsAnswered() throws IOException {
    client.get(1, "/good");
    assertEquals(200, TestingHttp2.status(client.untilEndOf(1), 1));
    assertEquals(List.of("GET /good"), answerer.seen());
  }

  /** What HTTP/1.1 behind a gateway would read as something else is no request. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "transfer-encoding|chunked",
        "connection|keep-alive",
        "upgrade|websocket",
        "keep-alive|5",
        "proxy-connection|close",
        "te|gzip",
        "host|other",
        "x|a\r\nGET /hidden HTTP/1.1",
        "x|a\nb",
        "x|a\u0000b",
        "x y|z",
        "x\r\ny|z",
        "X|y",
        "|y",
        ":path|/other",
        ":method|POST",
        ":protocol|websocket",
        ":unknown|y",
        "content-length|3",
        "content-length|-1",
      })
  void headersThatMeanSomethingElseBehindAreRefused(String header) throws IOException {
    String[] parts = header.split("\\|", 2);
    client.headers(
        1,
        true,
        ":method",
        "GET",
        ":scheme",
        "https",
        ":authority",
        "a",
        ":path",
        "/a",
        parts[0],
        parts[1]);
    List<Frame> frames = client.untilEndOf(1);
    assertTrue(TestingHttp2.status(frames, 1) != 200, () -> header);
    assertEquals(List.of(), answerer.seen());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/a b", "/a\r\nX: y", "/../a", "//a", "/%2e", "http://a/a", "*", "", "/a?x=1&x=1"})
  void pathsThatAreNotCanonicalAreRefused(String path) throws IOException {
    client.get(1, path);
    assertTrue(TestingHttp2.status(client.untilEndOf(1), 1) != 200, () -> path);
    assertEquals(List.of(), answerer.seen());
  }

  @Test
  void connectAndMissingPseudoHeadersAreRefused() throws IOException {
    client.headers(1, true, ":method", "CONNECT", ":authority", "a:443");
    assertTrue(TestingHttp2.status(client.untilEndOf(1), 1) != 200);
    client.headers(3, true, ":method", "GET", ":scheme", "https", ":authority", "a");
    assertTrue(TestingHttp2.status(client.untilEndOf(3), 3) != 200);
    assertEquals(List.of(), answerer.seen());
  }

  @Test
  void bodyThatIsNotAsLongAsItSaysIsRefused() throws IOException {
    post(1, "content-length", "2");
    client.send(TestingHttp2.DATA, TestingHttp2.END_STREAM, 1, new byte[3]);
    assertTrue(TestingHttp2.status(client.untilEndOf(1), 1) != 200);
    assertEquals(List.of(), answerer.seen());
  }

  @Test
  void bodyAtTheLimitAndPastIt() throws IOException {
    post(1);
    client.send(TestingHttp2.DATA, TestingHttp2.END_STREAM, 1, new byte[1000]);
    assertEquals(200, TestingHttp2.status(client.untilEndOf(1), 1));
    post(3);
    client.send(TestingHttp2.DATA, 0, 3, new byte[1001]);
    assertEquals(413, TestingHttp2.status(client.untilEndOf(3), 3));
  }

  private void post(int stream, String... more) throws IOException {
    String[] all = new String[8 + more.length];
    System.arraycopy(
        new String[] {":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/a"},
        0,
        all,
        0,
        8);
    System.arraycopy(more, 0, all, 8, more.length);
    client.headers(stream, false, all);
  }

  @Test
  void trailersAreRefused() throws IOException {
    post(1);
    client.send(TestingHttp2.DATA, 0, 1, new byte[1]);
    client.headers(1, true, "x", "y");
    assertTrue(TestingHttp2.status(client.untilEndOf(1), 1) != 200);
    assertEquals(List.of(), answerer.seen());
  }

  // --- Floods ---

  /** CVE-2023-44487: streams that are opened and taken back at once. */
  @Test
  void rapidResetEndsTheConnection() throws IOException {
    answerer.answers = call -> new CompletableFuture<>(); // nothing is ever answered
    int stream = 1;
    try {
      for (int i = 0; i < 20 * WireLimits.RESETS_MAX; i++) {
        client.get(stream, "/a");
        client.send(TestingHttp2.RST_STREAM, 0, stream, cancel());
        stream += 2;
      }
    } catch (IOException e) {
      // closed under us, as it should be
    }
    assertClosed(client.untilClosed());
    assertTrue(answerer.seen().size() <= WireLimits.RESETS_MAX + WireLimits.STREAMS_MAX);
  }

  private static byte[] cancel() {
    return ByteBuffer.allocate(4).putInt(8).array();
  }

  /** CVE-2024-27316 and its kin: a block of headers without end. */
  @Test
  void continuationFloodEndsTheConnection() throws IOException {
    client.send(TestingHttp2.HEADERS, 0, 1, TestingHttp2.block(":method", "GET"));
    try {
      for (int i = 0; i < 10_000; i++) {
        client.send(TestingHttp2.CONTINUATION, 0, 1, TestingHttp2.block("x", "y"));
      }
    } catch (IOException e) {
      // closed under us, as it should be
    }
    assertClosed(client.untilClosed());
    assertEquals(List.of(), answerer.seen());
  }

  @Test
  void hugeHeadersInLargeFramesEndTheConnectionOrTheStream() throws IOException {
    byte[] large = TestingHttp2.block("x", "y".repeat(16_000));
    client.send(TestingHttp2.HEADERS, 0, 1, TestingHttp2.block(":method", "GET"));
    try {
      for (int i = 0; i < 1_000; i++) {
        client.send(TestingHttp2.CONTINUATION, 0, 1, large);
      }
      client.send(TestingHttp2.CONTINUATION, TestingHttp2.END_HEADERS, 1, new byte[0]);
    } catch (IOException e) {
      // closed under us, as it should be
    }
    assertTrue(TestingHttp2.status(client.untilEndOf(1), 1) != 200);
    assertEquals(List.of(), answerer.seen());
  }

  @ParameterizedTest
  @ValueSource(ints = {TestingHttp2.PING, TestingHttp2.SETTINGS})
  void controlFrameFloodEndsTheConnection(int type) throws IOException {
    byte[] payload = new byte[type == TestingHttp2.PING ? 8 : 0];
    try {
      for (int i = 0; i < 40 * WireLimits.CONTROL_FRAMES_MAX; i++) {
        client.send(type, 0, 0, payload);
      }
    } catch (IOException e) {
      // closed under us, as it should be
    }
    assertClosed(client.untilClosed());
  }

  @Test
  void emptyDataFloodEndsTheConnection() throws IOException {
    post(1);
    try {
      for (int i = 0; i < 10_000; i++) {
        client.send(TestingHttp2.DATA, 0, 1, new byte[0]);
      }
    } catch (IOException e) {
      // closed under us, as it should be
    }
    assertClosed(client.untilClosed());
    assertEquals(List.of(), answerer.seen());
  }

  @Test
  void streamsAtTheLimitAndPastIt() throws IOException {
    answerer.answers = call -> new CompletableFuture<>();
    for (int i = 0; i < WireLimits.STREAMS_MAX; i++) {
      client.get(1 + 2 * i, "/a");
    }
    int past = 1 + 2 * WireLimits.STREAMS_MAX;
    client.get(past, "/past");
    List<Frame> frames = client.untilEndOf(past);
    assertEquals(TestingHttp2.RST_STREAM, frames.getLast().type());
    assertEquals(7, frames.getLast().error(), "REFUSED_STREAM");
    assertEquals(WireLimits.STREAMS_MAX, answerer.seen().size());
  }

  // --- Slowness ---

  @Test
  void requestThatDoesNotEndIsCut() throws IOException {
    listen(new WireLimits(10, 1000, Duration.ofSeconds(5), SHORT, Duration.ofSeconds(20), SHORT));
    post(1);
    client.send(TestingHttp2.DATA, 0, 1, new byte[1]);
    assertEquals(408, TestingHttp2.status(client.untilEndOf(1), 1));
  }

  @Test
  void idleConnectionIsClosed() throws IOException {
    listen(WireLimits.DEFAULT.times(SHORT));
    List<Frame> frames = client.untilClosed();
    assertTrue(frames.stream().anyMatch(f -> f.type() == TestingHttp2.GOAWAY));
  }

  /** A client that opens no window for the answer does not keep it. */
  @Test
  void slowReaderIsCut() throws IOException {
    answerer.answers =
        call ->
            CompletableFuture.completedStage(
                new HttpAnswer(200, Optional.of("text/plain"), new byte[1 << 20]));
    listen(
        new WireLimits(
            10, 1000, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(20), SHORT));
    client.get(1, "/a");
    List<Frame> frames = client.untilEndOf(1);
    assertEquals(TestingHttp2.RST_STREAM, frames.getLast().type());
  }

  @Test
  void bodiesOfAllAtTheBudgetAndPastIt() throws Exception {
    Bodies bodies = new Bodies(1500);
    listen(WireLimits.DEFAULT.bodyBytesMax(1000), new Connections(10, bodies));
    post(1);
    client.send(TestingHttp2.DATA, 0, 1, new byte[1000]);
    post(3);
    client.send(TestingHttp2.DATA, TestingHttp2.END_STREAM, 3, new byte[500]);
    assertEquals(200, TestingHttp2.status(client.untilEndOf(3), 3));
    post(5);
    client.send(TestingHttp2.DATA, 0, 5, new byte[501]);
    assertEquals(400, TestingHttp2.status(client.untilEndOf(5), 5));
    client.send(TestingHttp2.DATA, TestingHttp2.END_STREAM, 1, new byte[0]);
    assertEquals(200, TestingHttp2.status(client.untilEndOf(1), 1));
    for (int i = 0; i < 1000 && bodies.taken() > 0; i++) {
      Thread.sleep(5);
    }
    assertEquals(0, bodies.taken());
  }

  @Test
  void aRequestThatTakesTooLongIsRefused() throws Exception {
    answerer.answers = call -> new java.util.concurrent.CompletableFuture<>();
    listen(
        WireLimits.DEFAULT.bounds(Http1AttacksTest.bounds(java.time.Duration.ofMillis(300), 64)),
        new Connections(10));
    client.get(1, "/good");
    assertEquals(408, TestingHttp2.status(client.untilEndOf(1), 1));
  }
}
