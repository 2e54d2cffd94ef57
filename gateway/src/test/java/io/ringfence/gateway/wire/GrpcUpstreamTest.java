package io.ringfence.gateway.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.GrpcCall;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls to a database over gRPC, which our own listener plays. */
class GrpcUpstreamTest {
  private final TestingAnswerer<GrpcCall, GrpcAnswer> database = TestingAnswerer.grpc();
  private TestingListener listener;

  @BeforeEach
  void open() throws IOException {
    listener =
        TestingListener.open(
            new Listener.Speech.Grpc(database), Optional.empty(), WireLimits.DEFAULT);
  }

  @AfterEach
  void close() {
    listener.close();
  }

  private Upstream upstream() {
    return Upstream.of(
        new java.net.InetSocketAddress("127.0.0.1", listener.port()), Optional.empty(), Map::of);
  }

  private static GrpcCall call(int size) {
    return new GrpcCall("a.B", "C", new byte[size]);
  }

  private static Throwable failure(CompletableFuture<GrpcAnswer> answer) {
    return assertThrows(CompletionException.class, answer::join).getCause();
  }

  @Test
  void manyCallsShareAConnection() {
    GrpcUpstream asked = new GrpcUpstream(new Transport(1), upstream());
    List<CompletableFuture<GrpcAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(asked.ask(call(i)).toCompletableFuture());
    }
    for (int i = 0; i < 100; i++) {
      assertArrayEquals(new byte[i], answers.get(i).join().message());
    }
    assertEquals(1, listener.connections.count());
  }

  @Test
  void failureComesWithItsStatusAndText() {
    database.answers =
        call -> CompletableFuture.completedStage(GrpcAnswer.failed(5, "no such thing: é\r\n"));
    GrpcAnswer answer =
        new GrpcUpstream(new Transport(1), upstream()).ask(call(0)).toCompletableFuture().join();
    assertEquals(5, answer.status());
    assertEquals("no such thing: é\r\n", answer.text());
  }

  @Test
  void answerPastTheLimitOrTooLateIsNone() {
    Transport transport = new Transport(1);
    GrpcUpstream small = new GrpcUpstream(transport, upstream().answerBytesMax(10));
    assertArrayEquals(new byte[5], small.ask(call(5)).toCompletableFuture().join().message());
    assertInstanceOf(IOException.class, failure(small.ask(call(6)).toCompletableFuture()));
    database.answers = call -> new CompletableFuture<>();
    GrpcUpstream quick = new GrpcUpstream(transport, upstream().answerTime(Duration.ofMillis(300)));
    assertInstanceOf(TimeoutException.class, failure(quick.ask(call(0)).toCompletableFuture()));
  }

  @Test
  void lostConnectionFailsItsCallsAndAnotherTakesItsPlace() throws Exception {
    GrpcUpstream asked = new GrpcUpstream(new Transport(1), upstream());
    database.answers = call -> new CompletableFuture<>();
    CompletableFuture<GrpcAnswer> lost = asked.ask(call(1)).toCompletableFuture();
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (database.seen().isEmpty() && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    listener.connections.closeAll();
    assertInstanceOf(IOException.class, failure(lost));
    database.answers = call -> CompletableFuture.completedStage(GrpcAnswer.ok(call.message()));
    assertArrayEquals(new byte[2], asked.ask(call(2)).toCompletableFuture().join().message());
  }

  /** A connection that says nothing more, and does not end either, is not asked over again. */
  @Test
  void connectionThatFellSilentIsLeft() throws Exception {
    Upstream quick = upstream().answerTime(Duration.ofMillis(500));
    GrpcUpstream asked = new GrpcUpstream(new Transport(1), quick);
    assertArrayEquals(new byte[1], asked.ask(call(1)).toCompletableFuture().join().message());
    database.answers = call -> new CompletableFuture<>();
    assertInstanceOf(TimeoutException.class, failure(asked.ask(call(2)).toCompletableFuture()));
    database.answers = call -> CompletableFuture.completedStage(GrpcAnswer.ok(call.message()));
    assertArrayEquals(new byte[3], asked.ask(call(3)).toCompletableFuture().join().message());
    assertEquals(2, listener.connections.count(), "over another; the first has its time");
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (listener.connections.count() > 1 && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    assertEquals(1, listener.connections.count());
  }
}
