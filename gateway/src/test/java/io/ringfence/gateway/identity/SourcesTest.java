package io.ringfence.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are read again, the file of API keys, and a clock that nobody turns back. */
class SourcesTest {
  @TempDir private Path folder;

  private final TestingTime time = new TestingTime();

  private WatchedFile<String> watched(Path file) {
    return new WatchedFile<>(
        file,
        10,
        content -> {
          String text = new String(content, StandardCharsets.UTF_8);
          if (text.equals("bad")) {
            throw new SourceException("it is bad");
          }
          return text;
        },
        time);
  }

  // --- Files ---

  @Test
  void aChangedFileIsReadAgain() throws IOException {
    Path file = folder.resolve("f");
    Files.writeString(file, "one");
    WatchedFile<String> watched = watched(file);
    watched.step();
    assertEquals(Optional.of("one"), watched.value());
    Path beside = folder.resolve("g");
    Files.writeString(beside, "two");
    Files.setLastModifiedTime(beside, Files.getLastModifiedTime(file));
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    watched.step();
    assertEquals(Optional.of("two"), watched.value(), "of the same size and time, another file");
    time.pass(Duration.ofDays(1));
    watched.step();
    assertEquals(Optional.of("two"), watched.value(), "one that stands is fresh");
  }

  @Test
  void aFileThatIsGoneOrBadCountsAMinuteLonger() throws IOException {
    Path file = folder.resolve("f");
    for (String then : new String[] {"bad", "far too long", null}) {
      Files.writeString(file, "good");
      WatchedFile<String> watched = watched(file);
      watched.step();
      if (then == null) {
        Files.delete(file);
      } else {
        Files.writeString(file, then);
      }
      time.pass(WatchedFile.STALE_AFTER.minusMillis(1));
      watched.step();
      assertEquals(Optional.of("good"), watched.value(), then);
      assertTrue(watched.known().problem().isPresent());
      time.pass(Duration.ofMillis(1));
      watched.step();
      assertEquals(Optional.empty(), watched.value(), then);
      Files.writeString(file, "again");
      watched.step();
      assertEquals(Optional.of("again"), watched.value(), then);
      assertTrue(watched.known().problem().isEmpty());
    }
  }

  @Test
  void nobodyLookingIsAsGoodAsNoFile() throws IOException {
    Path file = folder.resolve("f");
    Files.writeString(file, "1234567890");
    WatchedFile<String> watched = watched(file);
    watched.step();
    assertEquals(Optional.of("1234567890"), watched.value(), "as large as may be");
    time.pass(WatchedFile.STALE_AFTER);
    assertEquals(Optional.empty(), watched.value());
  }

  // --- API keys ---

  private static final String KEY =
      "id: abcdefghij, sha256: \"" + "0".repeat(64) + "\", expires: \"2026-12-31T00:00:00Z\"";

  private static List<ApiKey> parse(String yaml) throws SourceException {
    return ApiKeyFile.parse(yaml.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsWrittenIsReadBack() throws SourceException {
    Instant end = Instant.parse("2026-12-31T00:00:00Z");
    ApiKey one =
        new ApiKey(
            "abcdefghij",
            "0".repeat(64),
            Optional.of("spiffe://acme.example/a"),
            Optional.of("acme"),
            end,
            Optional.of(end),
            Optional.of("it's: {a} \"note\" # not a comment"));
    ApiKey two =
        new ApiKey(
            "bcdefghijk",
            "f".repeat(64),
            Optional.empty(),
            Optional.of("no"),
            end,
            Optional.empty(),
            Optional.empty());
    assertEquals(List.of(one, two), parse(ApiKeyFile.text(List.of(one, two))));
    assertEquals(List.of(), parse(ApiKeyFile.text(List.of())));
    assertEquals(1, parse("keys: [{ " + KEY + ", tenant: acme }]").size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "keys: x",
        "keys: []\nkeys: []",
        "keys: []\nmore: 1",
        "keys: [x]",
        "keys: [{ KEY }]",
        "keys: [{ KEY, tenant: acme, admin: true }]",
        "keys: [{ KEY, tenant: acme, tenant: other }]",
        "keys: [{ KEY, tenant: 7 }]",
        "keys: [{ KEY, tenant: null }]",
        "keys: [{ KEY, tenant: \"a b\" }]",
        "keys: [{ KEY, principal: \"https://acme.example\" }]",
        "keys: [{ KEY, tenant: acme, revoked: maybe }]",
        "keys: [{ KEY, tenant: acme }, { KEY, tenant: acme }]",
        "keys: [{ id: abcdefghij, sha256: \"00\", expires: \"2026-12-31T00:00:00Z\", tenant: a }]",
        "keys: [{ id: ABCDEFGHIJ, tenant: a }]",
        "keys: [{ id: abcdefghij, tenant: a }]",
        "keys: !!java.io.File [x]",
        "keys: &a [*a]",
        "keys: [",
      })
  void whatIsNoFileOfKeysIsRefusedWhole(String yaml) {
    assertThrows(SourceException.class, () -> parse(yaml.replace("KEY", KEY)));
  }

  @Test
  void keysAreAsRandomAsTheyLook() {
    java.security.SecureRandom random = new java.security.SecureRandom();
    String one = ApiKeyText.random(random);
    assertTrue(one.matches("rfk_[a-z2-7]{10}_[A-Za-z0-9_-]{43}"), one);
    assertFalse(one.equals(ApiKeyText.random(random)));
    assertEquals(Optional.empty(), ApiKeyText.id(one + "x"));
    assertEquals(Optional.empty(), ApiKeyText.id("x" + one));
  }

  // --- Time ---

  @Test
  void aClockThatIsSetBackProlongsNothing() {
    AtomicLong nanos = new AtomicLong(7);
    TestingTime wall = new TestingTime();
    SteadyTime steady = new SteadyTime(wall, nanos::get);
    Instant start = steady.instant();
    nanos.addAndGet(Duration.ofMinutes(10).toNanos());
    wall.pass(Duration.ofMinutes(-60));
    assertEquals(start.plus(Duration.ofMinutes(10)), steady.instant());
    wall.pass(Duration.ofMinutes(90));
    assertEquals(start.plus(Duration.ofMinutes(30)), steady.instant(), "set forward it counts");
  }
}
