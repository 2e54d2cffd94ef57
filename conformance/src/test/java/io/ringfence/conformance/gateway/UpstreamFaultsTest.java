package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.conformance.gateway.FaultyRelay.Break;
import io.ringfence.conformance.gateway.FaultyRelay.Fault;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.serve.GatewayServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A database whose answers stall, break off or never come, behind a gateway on HTTP. */
@Tag("slow")
class UpstreamFaultsTest {
  private static final String COLLECTIONS =
      "/api/v2/tenants/default_tenant/databases/default_database/collections";
  private static final int MIDST = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private GatewaySite site;
  private StandInChroma database;
  private FaultyRelay relay;
  private GatewayServer gateway;

  @BeforeEach
  void start() throws Exception {
    site = new GatewaySite(folder);
    site.write(
        TwoTenants.BLUEPRINT.replace("limits: { body: 1MiB }", "limits: { body: 1MiB, time: 1s }"));
    database = new StandInChroma();
    relay = new FaultyRelay(database.socket());
    gateway = site.start("gateway", Map.of("rest", 0), Map.of("database", relay.socket()));
  }

  @AfterEach
  void end() throws Exception {
    gateway.close();
    relay.close();
    database.close();
  }

  static Stream<Break> breaks() {
    return Stream.of(Fault.STALL, Fault.RESET, Fault.HALF_CLOSE)
        .flatMap(f -> Stream.of(new Break(f, 0), new Break(f, MIDST)));
  }

  private HttpClient client(String workload, HttpClient.Version version) {
    return HttpClient.newBuilder().sslContext(site.client(workload)).version(version).build();
  }

  private HttpRequest.Builder to(String path) {
    int port = gateway.status().listens().get("database/rest").getFirst().getPort();
    return HttpRequest.newBuilder(URI.create("https://localhost:" + port + path)).timeout(PATIENCE);
  }

  private HttpResponse<String> read(HttpClient client) throws Exception {
    return client.send(to("/api/v2/version").build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> write(HttpClient client) throws Exception {
    return client.send(
        to(COLLECTIONS)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"notes\"}"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private long asked(String method) {
    return database.asked.stream().filter(a -> a.startsWith(method + " ")).count();
  }

  @ParameterizedTest
  @MethodSource("breaks")
  void answerThatBreaksOffIsNoneAndWritesAreAskedOnce(Break here) throws Exception {
    int late = here.fault() == Fault.STALL ? 504 : 503;
    try (HttpClient client = client("acme-app", HttpClient.Version.HTTP_1_1);
        HttpClient other = client("nobody", HttpClient.Version.HTTP_2)) {
      assertEquals(200, read(client).statusCode());
      relay.put(here);
      HttpResponse<String> broken = read(client);
      assertEquals(late, broken.statusCode(), broken.body());
      assertTrue(broken.body().startsWith("{\"error\""), broken.body());
      assertEquals(late, write(client).statusCode());
      assertEquals(1, asked("POST"), "what may change data is not asked twice");
      assertEquals(403, read(other).statusCode());
      relay.put(FaultyRelay.WHOLE);
      assertEquals(200, read(client).statusCode());
      assertEquals(404, write(client).statusCode(), "the database's own answer again");
    }
    gateway.close();
    Recorded log = Recorded.in(folder.resolve("audit"));
    assertEquals(0, log.unfinished());
    assertEquals(6, log.decisions().size(), "each request is decided once");
    assertEquals(5, log.permitted());
    assertEquals(2, log.ended(AuditRecord.Completed.ANSWERED));
    assertEquals(2, log.ended(late == 504 ? "timed_out" : "unavailable"));
  }

  /** Whatever breaks while many ask, what they see is whole, and is in the log. */
  @Test
  void faultsUnderLoadShowNothingHalfAndPermitNobody() throws Exception {
    ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String workload = i % 3 == 2 ? "nobody" : "acme-app";
      HttpClient.Version version =
          i % 2 == 0 ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2;
      clients.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (HttpClient client = client(workload, version)) {
                      while (System.nanoTime() < end) {
                        HttpResponse<String> answer = read(client);
                        seen.add(workload + " " + answer.statusCode() + " " + answer.body());
                      }
                    } catch (Exception e) {
                      seen.add("failed " + e);
                    }
                  }));
    }
    Random random = new Random(1);
    List<Break> all = breaks().toList();
    while (System.nanoTime() < end) {
      relay.put(all.get(random.nextInt(all.size())));
      Thread.sleep(random.nextInt(60));
      relay.put(FaultyRelay.WHOLE);
      Thread.sleep(random.nextInt(60));
    }
    for (Thread client : clients) {
      assertTrue(client.join(PATIENCE));
    }
    gateway.close();
    long whole = seen.stream().filter("acme-app 200 \"1.0.0\""::equals).count();
    long broken = seen.stream().filter(s -> s.matches("acme-app 50[34] \\{\"error\".*")).count();
    long denied = seen.stream().filter(s -> s.startsWith("nobody 403 ")).count();
    assertEquals(seen.size(), whole + broken + denied, () -> seen.toString());
    assertTrue(whole > 0 && broken > 0 && denied > 0, whole + ", " + broken + ", " + denied);
    Recorded log = Recorded.in(folder.resolve("audit"));
    assertEquals(0, log.unfinished());
    assertEquals(whole + broken, log.permitted());
    assertEquals(seen.size(), log.decisions().size());
    assertEquals(whole, log.ended(AuditRecord.Completed.ANSWERED));
  }
}
