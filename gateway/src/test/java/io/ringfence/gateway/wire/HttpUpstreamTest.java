package io.ringfence.gateway.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.gateway.testing.TestingAuthority;
import io.ringfence.model.Gateway;
import io.ringfence.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gateway sends a database, and which answers it believes. */
class HttpUpstreamTest {
  /** One thread, so that there is one lane. */
  private static final Transport TRANSPORT = new Transport(1);

  private TestingDatabaseSocket database;
  private HttpUpstream upstream;

  @BeforeEach
  void open() throws IOException {
    database = new TestingDatabaseSocket();
    upstream = new HttpUpstream(TRANSPORT, plain());
  }

  @AfterEach
  void close() throws IOException {
    database.close();
  }

  private Upstream plain() {
    return Upstream.of(database.socket(), Optional.empty(), () -> Map.of("api-key", "ours"));
  }

  private static HttpCall get() {
    return new HttpCall(
        "GET", List.of("a b", "c"), Map.of("x", "1&2"), Optional.empty(), new byte[0]);
  }

  private static HttpCall post() {
    return new HttpCall(
        "POST",
        List.of("a"),
        Map.of(),
        Optional.of("application/json"),
        "{}".getBytes(StandardCharsets.UTF_8));
  }

  private HttpAnswer ask(HttpCall call) {
    return upstream.ask(call).toCompletableFuture().join();
  }

  private Throwable failure(HttpCall call) {
    return assertThrows(CompletionException.class, () -> ask(call)).getCause();
  }

  private static String text(HttpAnswer answer) {
    return answer.status() + " " + new String(answer.body(), StandardCharsets.UTF_8);
  }

  @Test
  void questionsAreWrittenAnewWithTheGatewaysOwnCredentials() {
    database.says(TestingDatabaseSocket.ok("1"), TestingDatabaseSocket.ok("2"));
    assertEquals("200 1", text(ask(get())));
    HttpAnswer second = ask(post());
    assertEquals("200 2", text(second));
    assertEquals(Optional.of("application/json"), second.contentType());
    String host = "host: 127.0.0.1:" + database.socket().getPort() + "\r\n";
    String always = host + "accept-encoding: identity\r\napi-key: ours\r\n";
    assertEquals(
        List.of(
            "GET /a%20b/c?x=1%262 HTTP/1.1\r\n" + always + "\r\n",
            "POST /a HTTP/1.1\r\n"
                + always
                + "content-type: application/json\r\ncontent-length: 2\r\n\r\n{}"),
        List.copyOf(database.asked));
    assertEquals(1, database.connections.size(), "kept alive");
  }

  @Test
  void chunksAreRead() {
    database.says("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
    assertEquals("200 hi", text(ask(get())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nno length",
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nhi",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "nonsense\r\n",
        TestingDatabaseSocket.CLOSE
      })
  void doubtfulAnswersAreNone(String answer) {
    database.says(answer, TestingDatabaseSocket.ok("next"));
    assertInstanceOf(IOException.class, failure(post()));
    assertEquals("200 next", text(ask(post())), "over another connection");
    assertEquals(2, database.connections.size());
  }

  /** What a database says too much is not taken for the answer to the next question. */
  @Test
  void answerBelongsToItsQuestion() {
    String split = TestingDatabaseSocket.ok("mine") + TestingDatabaseSocket.ok("another's");
    database.says(split, TestingDatabaseSocket.ok("mine too"));
    assertEquals("200 mine", text(ask(post())));
    assertEquals("200 mine too", text(ask(post())));
    assertEquals(2, database.connections.size());
  }

  @Test
  void answerAtTheLimitAndPastIt() {
    upstream = new HttpUpstream(TRANSPORT, plain().answerBytesMax(4));
    database.says(TestingDatabaseSocket.ok("1234"), TestingDatabaseSocket.ok("12345"));
    assertEquals("200 1234", text(ask(post())));
    assertInstanceOf(IOException.class, failure(post()));
  }

  @Test
  void answerThatDoesNotComeIsTold() {
    upstream = new HttpUpstream(TRANSPORT, plain().answerTime(Duration.ofMillis(300)));
    assertInstanceOf(TimeoutException.class, failure(post()));
    database.says("late", TestingDatabaseSocket.ok("next"));
    assertEquals("200 next", text(ask(post())));
  }

  @Test
  void connectionLostUnderAReadIsTriedOnceMore() {
    database.says(
        TestingDatabaseSocket.ok("1"), TestingDatabaseSocket.CLOSE, TestingDatabaseSocket.ok("2"));
    assertEquals("200 1", text(ask(get())));
    assertEquals("200 2", text(ask(get())));
    database.says(TestingDatabaseSocket.CLOSE);
    assertInstanceOf(IOException.class, failure(post()), "what may change data is not");
  }

  @Test
  void questionsAtTheLimitAndPastIt() {
    upstream = new HttpUpstream(TRANSPORT, plain().connections(1, 1));
    CompletableFuture<HttpAnswer> first = upstream.ask(post()).toCompletableFuture();
    CompletableFuture<HttpAnswer> waits = upstream.ask(post()).toCompletableFuture();
    assertInstanceOf(IOException.class, failure(post()));
    database.says(TestingDatabaseSocket.ok("1"), TestingDatabaseSocket.ok("2"));
    assertEquals("200 1", text(first.join()));
    assertEquals("200 2", text(waits.join()));
    assertEquals(1, database.connections.size());
  }

  // --- TLS ---

  private final TestingAuthority authority = new TestingAuthority("databases");

  private void serveTls() throws Exception {
    var own = authority.server("chroma.internal");
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setKeyEntry("own", own.getKeyPair().getPrivate(), new char[0], own.getCertificatePath());
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    ServerSocket socket =
        context
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    database.close();
    database = new TestingDatabaseSocket(socket);
  }

  private HttpUpstream pinned(Path folder, TestingAuthority trusted, Optional<String> name)
      throws IOException {
    trusted.writeTrust(folder.resolve("databases.pem"));
    Gateway.Upstream settings =
        new Gateway.Upstream(
            true,
            name,
            Optional.empty(),
            Optional.of(new Secret.OfFile("databases.pem")),
            Map.of());
    UpstreamTls tls = new UpstreamTls(settings, "127.0.0.1", Secrets.in(folder), Optional.empty());
    return new HttpUpstream(TRANSPORT, Upstream.of(database.socket(), Optional.of(tls), Map::of));
  }

  @Test
  void databaseIsWhoItsCertificateSays(@TempDir Path folder) throws Exception {
    serveTls();
    database.says(TestingDatabaseSocket.ok("1"), TestingDatabaseSocket.ok("2"));
    upstream = pinned(folder, authority, Optional.of("chroma.internal"));
    assertEquals("200 1", text(ask(post())));
    upstream = pinned(folder, authority, Optional.empty());
    assertEquals("200 2", text(ask(post())), "by its address, where no name is pinned");
    upstream = pinned(folder, authority, Optional.of("other.internal"));
    failure(post());
    upstream = pinned(folder, new TestingAuthority("others"), Optional.of("chroma.internal"));
    failure(post());
    assertEquals(2, database.asked.size());
    assertTrue(database.asked.stream().allMatch(q -> q.startsWith("POST /a ")));
  }
}
