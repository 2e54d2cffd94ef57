package io.ringfence.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import io.ringfence.gateway.identity.TestingKeyServer.Page;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys over the network: where they may come from, and what becomes of tokens when they do not. */
class KeyFetchTest {
  private static final Destinations LOOPBACK =
      (host, port) -> List.of(InetAddress.getLoopbackAddress());

  private final TestingIssuer issuer = new TestingIssuer("a=secp256r1");
  private final TestingIssuer next = new TestingIssuer("b=secp256r1");
  private final TestingTime time = new TestingTime();
  private final TestingKeyServer server = new TestingKeyServer();
  private final Fetch fetch = new HttpsFetch(LOOPBACK, server.trusting());
  private final FetchedKeys keys = keys(fetch);
  private final AtomicInteger wakes = new AtomicInteger();

  private FetchedKeys keys(Fetch by) {
    return new FetchedKeys(
        "issuer", () -> KeySet.parse(by.get(server.uri("/jwks"), KeySet.BYTES_MAX)), time);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private boolean knows(String kid) {
    try {
      return keys.keys().find(JWSAlgorithm.ES256, Optional.of(kid)).isPresent();
    } catch (RefusedException e) {
      assertEquals(Refusal.Kind.UNAVAILABLE, e.refusal().kind());
      return false;
    }
  }

  private static void fails(String why, Fetch fetch, URI uri) {
    IOException e = assertThrows(IOException.class, () -> fetch.get(uri, 1000));
    assertTrue(String.valueOf(e.getMessage()).contains(why), e.toString());
  }

  // --- Time ---

  @Test
  void keysAreFetchedAheadAndAgain() {
    assertFalse(knows("a"), "nobody waits for the first fetch");
    server.pages.put("/jwks", Page.of(issuer.jwks()));
    assertEquals(FetchedKeys.REFRESH_EVERY, keys.step());
    assertTrue(knows("a"));
    server.pages.put("/jwks", Page.of(next.jwks()));
    assertTrue(knows("a"));
    keys.step();
    assertFalse(knows("a"));
    assertTrue(knows("b"));
  }

  @Test
  void anUnknownKeyIsLookedForAtOnceButNotForEveryToken() {
    keys.wakenBy(wakes::incrementAndGet);
    keys.missed();
    assertEquals(1, wakes.get());
    server.pages.put("/jwks", Page.of(issuer.jwks()));
    keys.step();
    for (int i = 0; i < 1000; i++) {
      keys.missed();
    }
    assertEquals(1, wakes.get());
    time.pass(FetchedKeys.PAUSE_MIN.minusMillis(1));
    keys.missed();
    assertEquals(1, wakes.get());
    time.pass(Duration.ofMillis(1));
    keys.missed();
    assertEquals(2, wakes.get());
  }

  @Test
  void whileTheIssuerIsDownKnownKeysCountUpToAStatedAge() throws IOException {
    server.pages.put("/jwks", Page.of(issuer.jwks()));
    keys.step();
    server.stop();
    time.pass(Duration.ofMinutes(5));
    assertEquals(FetchedKeys.RETRY_MIN, keys.step());
    assertTrue(keys.known().problem().isPresent());
    assertTrue(knows("a"));
    time.pass(FetchedKeys.STALE_AFTER.minus(Duration.ofMinutes(5)).minusMillis(1));
    assertTrue(knows("a"));
    time.pass(Duration.ofMillis(1));
    assertFalse(knows("a"), "then its tokens are refused");
    server.startAgain();
    keys.step();
    assertTrue(knows("a"));
    assertTrue(keys.known().problem().isEmpty());
  }

  @Test
  void keysThatAreTooOldAreLookedForAtOnceButNotForEveryToken() {
    keys.wakenBy(wakes::incrementAndGet);
    server.pages.put("/jwks", Page.of(issuer.jwks()));
    keys.step();
    time.pass(FetchedKeys.STALE_AFTER);
    assertFalse(knows("a"));
    assertEquals(1, wakes.get());
    server.stop();
    keys.step();
    for (int i = 0; i < 100; i++) {
      assertFalse(knows("a"));
    }
    assertEquals(1, wakes.get());
  }

  @Test
  void aServerThatIsDownIsAskedLessAndLess() {
    server.stop();
    Duration total = Duration.ZERO;
    for (int i = 0; i < 10; i++) {
      Duration pause = keys.step();
      assertTrue(pause.compareTo(FetchedKeys.RETRY_MAX) <= 0);
      total = total.plus(pause);
    }
    assertEquals(FetchedKeys.RETRY_MAX, keys.step());
    assertTrue(total.compareTo(Duration.ofMinutes(4)) > 0, "asked ten times in " + total);
  }

  @Test
  void anAnswerThatIsNoKeySetChangesNothing() {
    server.pages.put("/jwks", Page.of(issuer.jwks()));
    keys.step();
    for (String json : List.of("", "{}", "<html>", "{\"keys\":[]}", "[" + next.jwks() + "]")) {
      server.pages.put("/jwks", Page.of(json));
      keys.step();
      assertTrue(knows("a"), json);
      assertFalse(knows("b"), json);
      assertTrue(keys.known().problem().isPresent(), json);
    }
  }

  /** The whole road in the background, with a token that names a new key. */
  @Test
  void aRotatedKeyIsTakenSoonAfterItsFirstToken() throws Exception {
    server.pages.put("/jwks", Page.of(issuer.jwks()));
    try (Background fetching = Background.start("test", keys)) {
      keys.wakenBy(fetching::wake);
      assertTrue(keys.awaitFirst(Duration.ofSeconds(20)));
      server.pages.put("/jwks", Page.of(next.jwks()));
      time.pass(FetchedKeys.PAUSE_MIN);
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (!knows("b") && System.nanoTime() < end) {
        keys.missed();
        Thread.sleep(10);
      }
      assertTrue(knows("b"));
    }
  }

  // --- Place ---

  @Test
  void theServerIsVerifiedByTheNameInTheUrl() throws IOException {
    server.pages.put("/jwks", Page.of("{}"));
    assertEquals("{}", new String(fetch.get(server.uri("/jwks"), 10), StandardCharsets.UTF_8));
    fails("", fetch, server.uri("login.evil.example", "/jwks"));
    try (TestingKeyServer stranger = new TestingKeyServer()) {
      stranger.pages.put("/jwks", Page.of("{}"));
      fails("", fetch, stranger.uri("/jwks"));
      assertEquals(0, stranger.asked.get());
    }
    assertEquals(1, server.asked.get());
  }

  @Test
  void redirectsAreNotFollowed() {
    for (int status : new int[] {301, 302, 303, 307, 308}) {
      server.pages.put(
          "/from",
          new Page(status, Map.of("location", server.uri("/jwks").toString()), new byte[0], -1));
      int before = server.asked.get();
      fails("redirects are not followed", fetch, server.uri("/from"));
      assertEquals(before + 1, server.asked.get());
    }
    fails("status 404", fetch, server.uri("/none"));
  }

  @Test
  void onlyHttpsWithAHostAlone() {
    fails("no https URL", fetch, URI.create("http://localhost/jwks"));
    fails("no https URL", fetch, URI.create("file:///etc/passwd"));
    fails("no https URL", fetch, URI.create("https://user:secret@localhost/jwks"));
    fails("no https URL", fetch, URI.create("https:///jwks"));
    fails("no https URL", fetch, URI.create("https://localhost/jwks#part"));
  }

  @Test
  void whatIsNotPermittedIsNotConnectedTo() {
    Fetch bound =
        new HttpsFetch(
            (host, port) -> {
              throw new IOException("no egress rule lets the gateway");
            },
            server.trusting());
    fails("no egress rule", bound, server.uri("/jwks"));
    assertEquals(0, server.asked.get());
  }

  @Test
  void asManyBytesAsTheBoundAndNoMore() throws IOException {
    for (boolean chunked : new boolean[] {false, true}) {
      Page whole = Page.of("x".repeat(1000));
      Page over = Page.of("x".repeat(1001));
      server.pages.put("/whole", chunked ? whole.chunked() : whole);
      server.pages.put("/over", chunked ? over.chunked() : over);
      assertEquals(1000, fetch.get(server.uri("/whole"), 1000).length);
      fails("larger than 1000", fetch, server.uri("/over"));
    }
  }

  // --- Discovery ---

  private void discovered(String named) {
    server.pages.put(
        "/.well-known/openid-configuration",
        Page.of("{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(named, server.uri("/jwks"))));
  }

  @Test
  void anIssuersKeysAreFoundByItsDiscoveryDocument() throws Exception {
    server.pages.put("/jwks", Page.of(issuer.jwks()));
    String name = server.uri("").toString();
    discovered(name);
    assertEquals(1, new Discovery(name, fetch).load().size());
  }

  @Test
  void aDiscoveryDocumentOfAnotherIssuerIsRefused() {
    server.pages.put("/jwks", Page.of(issuer.jwks()));
    String name = server.uri("").toString();
    for (String other :
        List.of(name + "/", name.toUpperCase(java.util.Locale.ROOT), "https://evil.example", "")) {
      discovered(other);
      SourceException e =
          assertThrows(SourceException.class, () -> new Discovery(name, fetch).load());
      assertTrue(e.getMessage().contains("another issuer"), e.getMessage());
    }
    server.pages.put("/.well-known/openid-configuration", Page.of("{\"issuer\":\"" + name + "\"}"));
    assertThrows(SourceException.class, () -> new Discovery(name, fetch).load());
    server.pages.put(
        "/.well-known/openid-configuration",
        Page.of("{\"issuer\":\"" + name + "\",\"jwks_uri\":\"http://localhost/jwks\"}"));
    assertThrows(IOException.class, () -> new Discovery(name, fetch).load());
  }
}
