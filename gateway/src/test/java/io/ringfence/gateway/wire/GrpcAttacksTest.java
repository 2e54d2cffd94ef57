package io.ringfence.gateway.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.GrpcCall;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.wire.TestingHttp2.Frame;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on gRPC's framing, in the clear, where HTTP/2 is spoken from the first byte. */
class GrpcAttacksTest {
  private final TestingAnswerer<GrpcCall, GrpcAnswer> answerer = TestingAnswerer.grpc();
  private TestingListener listener;
  private Socket socket;
  private TestingHttp2 client;

  @BeforeEach
  void open() throws IOException {
    listener =
        TestingListener.open(
            new Listener.Speech.Grpc(answerer), Optional.empty(), WireLimits.DEFAULT);
    socket = listener.connect();
    client = new TestingHttp2(socket);
  }

  @AfterEach
  void close() throws IOException {
    socket.close();
    listener.close();
  }

  private void call(int stream, String... more) throws IOException {
    String[] all = new String[10 + more.length];
    System.arraycopy(
        new String[] {
          ":method",
          "POST",
          ":scheme",
          "http",
          ":authority",
          "a",
          ":path",
          "/a.B/C",
          "content-type",
          "application/grpc"
        },
        0,
        all,
        0,
        10);
    System.arraycopy(more, 0, all, 10, more.length);
    client.headers(stream, false, all);
  }

  private String send(int stream, byte[] body) throws IOException {
    client.send(TestingHttp2.DATA, TestingHttp2.END_STREAM, stream, body);
    return text(client.untilEndOf(stream), stream);
  }

  private static String text(List<Frame> frames, int stream) {
    StringBuilder out = new StringBuilder();
    for (Frame frame : frames) {
      if (frame.stream() == stream) {
        out.append(frame.type()).append(' ');
      }
    }
    return out.toString().strip();
  }

  @Test
  void goodCallIsAnsweredWithTrailers() throws IOException {
    call(1);
    byte[] framed = GrpcFraming.framed("hello".getBytes(StandardCharsets.UTF_8));
    client.send(TestingHttp2.DATA, TestingHttp2.END_STREAM, 1, framed);
    List<Frame> frames = client.untilEndOf(1);
    assertEquals("1 0 1", text(frames, 1), "headers, the message, trailers");
    assertArrayEquals(
        framed,
        frames.stream()
            .filter(f -> f.type() == TestingHttp2.DATA)
            .findFirst()
            .orElseThrow()
            .payload());
    assertEquals(List.of("a.B/C"), answerer.seen());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // no message
        "0000", // no whole prefix
        "0000000005aa", // longer than it is
        "00ffffffffaa", // longer than anything
        "0000000000aa", // shorter than it is
        "0100000001aa", // compressed
        "0200000001aa", // an unknown flag
        "0000000001aa0000000001aa", // two messages
      })
  void sizesThatLieReachNobody(String hex) throws IOException {
    call(1);
    assertEquals("1", send(1, java.util.HexFormat.of().parseHex(hex)), "trailers alone");
    assertEquals(List.of(), answerer.seen());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpc-encoding|gzip",
        "content-encoding|gzip",
        "grpc-timeout|1",
        "grpc-timeout|S",
        "grpc-timeout|123456789S",
        "grpc-timeout|-1S",
        "grpc-timeout|1x",
        "grpc-timeout|+1S",
      })
  void headersThatAreNotUnderstoodReachNobody(String header) throws IOException {
    String[] parts = header.split("\\|");
    call(1, parts[0], parts[1]);
    assertEquals("1", send(1, GrpcFraming.framed(new byte[1])));
    assertEquals(List.of(), answerer.seen());
  }

  @Test
  void deadlineEndsTheCall() throws IOException {
    answerer.answers = call -> new CompletableFuture<>();
    call(1, "grpc-timeout", "200m");
    assertEquals("1", send(1, GrpcFraming.framed(new byte[1])));
  }

  @Test
  void otherThanAPostOfGrpcReachesNobody() throws IOException {
    client.get(1, "/a.B/C");
    assertEquals("1", text(client.untilEndOf(1), 1));
    client.headers(
        3,
        false,
        ":method",
        "POST",
        ":scheme",
        "http",
        ":authority",
        "a",
        ":path",
        "/a.B/C/D",
        "content-type",
        "application/grpc");
    assertEquals("1", send(3, GrpcFraming.framed(new byte[1])));
    assertEquals(List.of(), answerer.seen());
  }

  @Test
  void timesAreRead() throws RefusedException {
    assertEquals(Optional.of(Duration.ofHours(99_999_999)), time("99999999H"));
    assertEquals(Optional.of(Duration.ofMinutes(2)), time("2M"));
    assertEquals(Optional.of(Duration.ofSeconds(3)), time("3S"));
    assertEquals(Optional.of(Duration.ofMillis(4)), time("4m"));
    assertEquals(Optional.of(Duration.ofNanos(5_000)), time("5u"));
    assertEquals(Optional.of(Duration.ofNanos(6)), time("6n"));
    assertThrows(RefusedException.class, () -> time("999999999S"));
  }

  private static Optional<Duration> time(String text) throws RefusedException {
    HeaderFields fields = new HeaderFields();
    fields.add("grpc-timeout", text);
    return GrpcFraming.timeout(fields);
  }

  @Test
  void messagesAreEncodedSoThatNoHeaderHidesInThem() {
    assertEquals("a%0D%0Ab%25 %C3%A9", GrpcFraming.encoded("a\r\nb% é"));
    assertEquals("a\r\nb% é", GrpcFraming.decoded("a%0D%0Ab%25 %C3%A9"));
    assertTrue(GrpcFraming.decoded("%zz%").equals("%zz%"));
  }
}
