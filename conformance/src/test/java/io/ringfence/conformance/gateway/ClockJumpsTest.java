package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.identity.ApiKey;
import io.ringfence.gateway.identity.ApiKeyFile;
import io.ringfence.gateway.identity.ApiKeyText;
import io.ringfence.gateway.identity.SteadyTime;
import io.ringfence.gateway.identity.TestingIssuer;
import io.ringfence.gateway.serve.GatewayServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A clock that jumps while clients ask: what has expired counts no longer, whichever way it went.
 */
@Tag("slow")
class ClockJumpsTest {
  private static final String BLUEPRINT =
      TwoTenants.BLUEPRINT
          .replace(
              "identity: { mtls: required }",
              "identity: { mtls: optional, jwt: { issuer: https://login.acme.example, audience:"
                  + " vectordb, jwks: { file: keys/jwks.json } } }\n"
                  + "    sessions: { max: 10m, recheck: 1s }\n"
                  + "    api-keys: { file: keys/api-keys.yaml }")
          .replace(
              "members: [spiffe://acme.example/globex-app]",
              "members: [spiffe://acme.example/globex-app, { issuer: https://login.acme.example,"
                  + " claim: org, value: globex }]")
          .replace(
              "  - { name: globex,",
              "  - { name: tokens, from: { tenant: globex, at: globex-app }, to: database/rest,"
                  + " through: gateway, role: reader }\n  - { name: globex,");

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String KEY = ApiKeyText.random(new SecureRandom());

  @TempDir private Path folder;

  private final TestingIssuer issuer = new TestingIssuer("p256=secp256r1");
  private volatile Duration ahead = Duration.ZERO;
  private GatewaySite site;
  private StandInChroma database;
  private GatewayServer gateway;

  /** Who asks: each proof expires at another time. */
  private enum Proof {
    /** For five minutes. */
    TOKEN,
    /** For half an hour. */
    KEY,
    /** For an hour. */
    CERTIFICATE
  }

  @BeforeEach
  void start() throws Exception {
    site = new GatewaySite(folder);
    site.write(BLUEPRINT);
    Files.writeString(site.keys().resolve("jwks.json"), issuer.jwks());
    ApiKey listed =
        new ApiKey(
            ApiKeyText.id(KEY).orElseThrow(),
            ApiKeyText.sha256(KEY),
            Optional.empty(),
            Optional.of("globex"),
            Instant.now().plus(Duration.ofMinutes(30)),
            Optional.empty(),
            Optional.empty());
    Files.writeString(site.keys().resolve("api-keys.yaml"), ApiKeyFile.text(List.of(listed)));
    database = new StandInChroma();
    gateway =
        site.start(
            "gateway",
            Map.of("rest", 0),
            Map.of("database", database.socket()),
            new SteadyTime(() -> Instant.now().plus(ahead), System::nanoTime));
  }

  @AfterEach
  void end() {
    gateway.close();
    database.close();
  }

  /** A token that expires so long from now, as the world has it. */
  private String token(Duration left) {
    Instant issued = Instant.now().plus(left).minusSeconds(3600);
    return issuer.token("ES256", TestingIssuer.claims(issued, ",\"org\":\"globex\""));
  }

  private HttpRequest request(Optional<String> bearer) {
    int port = gateway.status().listens().get("database/rest").getFirst().getPort();
    HttpRequest.Builder out =
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/api/v2/version"))
            .timeout(PATIENCE);
    bearer.ifPresent(b -> out.header("authorization", "Bearer " + b));
    return out.build();
  }

  private HttpClient client(Proof proof) {
    return HttpClient.newBuilder()
        .sslContext(proof == Proof.CERTIFICATE ? site.client("acme-app") : site.anonymous())
        .build();
  }

  private static int status(HttpClient client, HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  /** A stage of the clock, and what each proof is worth in it. */
  private record Stage(Duration ahead, Map<Proof, Integer> statuses) {
    static Stage of(Duration ahead, int token, int key, int certificate) {
      return new Stage(
          ahead, Map.of(Proof.TOKEN, token, Proof.KEY, key, Proof.CERTIFICATE, certificate));
    }
  }

  private static final List<Stage> STAGES =
      List.of(
          Stage.of(Duration.ZERO, 200, 200, 200),
          Stage.of(Duration.ofMinutes(10), 401, 200, 200),
          Stage.of(Duration.ofHours(-3), 200, 200, 200),
          Stage.of(Duration.ofMinutes(40), 401, 401, 200),
          Stage.of(Duration.ofHours(3), 401, 401, 401),
          Stage.of(Duration.ZERO, 200, 200, 200));

  /**
   * Keys and lists are read again before they count after a jump: meanwhile nothing is permitted by
   * them, 503.
   */
  @Test
  void whatExpiredIsRefusedAsSoonAsTheClockSaysSo() throws Exception {
    ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    // In each stage, by proof, how often the answer was the one that is due.
    List<Map<Proof, AtomicInteger>> asked = new ArrayList<>();
    AtomicInteger permitted = new AtomicInteger();
    AtomicInteger all = new AtomicInteger();
    for (int i = 0; i < STAGES.size(); i++) {
      Map<Proof, AtomicInteger> counts = new EnumMap<>(Proof.class);
      for (Proof proof : Proof.values()) {
        counts.put(proof, new AtomicInteger());
      }
      asked.add(counts);
    }
    int[] stage = {0};
    String token = token(Duration.ofMinutes(5));
    List<Thread> clients = new ArrayList<>();
    for (Proof proof : Proof.values()) {
      Optional<String> bearer =
          switch (proof) {
            case TOKEN -> Optional.of(token);
            case KEY -> Optional.of(KEY);
            case CERTIFICATE -> Optional.empty();
          };
      clients.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (HttpClient client = client(proof)) {
                      for (int before = at(stage); before < STAGES.size(); before = at(stage)) {
                        int status = status(client, request(bearer));
                        all.incrementAndGet();
                        if (status == 200) {
                          permitted.incrementAndGet();
                        }
                        // What was asked in one stage and answered in the next may be either.
                        if (before >= 0 && before == at(stage)) {
                          int due = STAGES.get(before).statuses().get(proof);
                          if (status == due) {
                            asked.get(before).get(proof).incrementAndGet();
                          } else if (status != 503) {
                            wrong.add(STAGES.get(before).ahead() + " " + proof + ": " + status);
                          }
                        }
                      }
                    } catch (Exception e) {
                      wrong.add(proof + " " + e);
                    }
                  }));
    }
    for (int next = 0; next < STAGES.size(); next++) {
      synchronized (stage) {
        stage[0] = -1;
        ahead = STAGES.get(next).ahead();
        stage[0] = next;
      }
      Map<Proof, AtomicInteger> here = asked.get(next);
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (!enough(here) && System.nanoTime() < end) {
        Thread.sleep(10);
      }
      assertTrue(enough(here), () -> here + " " + wrong);
    }
    synchronized (stage) {
      stage[0] = STAGES.size();
    }
    for (Thread client : clients) {
      assertTrue(client.join(PATIENCE));
    }
    assertEquals(List.of(), List.copyOf(wrong));
    gateway.close();
    Recorded log = Recorded.in(folder.resolve("audit"));
    assertEquals(0, log.unfinished());
    assertEquals(all.get(), log.decisions().size());
    assertEquals(permitted.get(), log.permitted());
    assertTrue(
        log.of(AuditRecord.Completed.class).stream().noneMatch(c -> c.latency().isNegative()));
  }

  private static boolean enough(Map<Proof, AtomicInteger> asked) {
    return asked.values().stream().allMatch(c -> c.get() >= 20);
  }

  private static int at(int[] stage) {
    synchronized (stage) {
      return stage[0];
    }
  }

  /** Setting the clock back is the obvious way to live on: the time that really passed counts. */
  @Test
  void aClockThatIsSetBackProlongsNoToken() throws Exception {
    try (HttpClient client = client(Proof.TOKEN)) {
      // Tokens count for so long after they expire, since clocks differ.
      Duration skew = Duration.ofSeconds(30);
      Instant end = Instant.now().plusSeconds(3);
      HttpRequest request = request(Optional.of(token(Duration.ofSeconds(3).minus(skew))));
      ahead = Duration.ofHours(-1);
      assertEquals(200, status(client, request));
      while (Instant.now().isBefore(end.plusSeconds(1))) {
        Thread.sleep(50);
      }
      assertEquals(401, status(client, request));
    }
  }

  /** A request that runs when its caller's proof expires is cut within the recheck interval. */
  @Test
  void aJumpPastExpiryCutsWhatRuns() throws Exception {
    database.delayMillis = 25_000;
    try (HttpClient client = client(Proof.TOKEN)) {
      CompletableFuture<HttpResponse<String>> running =
          client.sendAsync(
              request(Optional.of(token(Duration.ofMinutes(5)))),
              HttpResponse.BodyHandlers.ofString());
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (database.asked.isEmpty() && System.nanoTime() < end) {
        Thread.sleep(20);
      }
      long from = System.nanoTime();
      ahead = Duration.ofMinutes(10);
      assertEquals(403, running.get(20, TimeUnit.SECONDS).statusCode());
      long millis = (System.nanoTime() - from) / 1_000_000;
      assertTrue(millis < 2_000, "only after " + millis + " ms");
    }
  }
}
