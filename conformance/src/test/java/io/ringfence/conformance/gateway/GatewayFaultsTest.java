package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.audit.AuditReader;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.audit.AuditVerification;
import io.ringfence.gateway.serve.GatewayServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong, or changes, while clients ask. */
@Tag("slow")
class GatewayFaultsTest {
  private static final int CLIENTS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private GatewaySite site;
  private StandInChroma database;

  @BeforeEach
  void start() throws IOException {
    site = new GatewaySite(folder);
    site.write(TwoTenants.BLUEPRINT);
    database = new StandInChroma();
  }

  @AfterEach
  void end() {
    database.close();
  }

  /** Clients that ask, each over connections of its own, until they are told to stop. */
  private static final class Load implements AutoCloseable {
    private final AtomicInteger answered = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new java.util.ArrayList<>();
    private volatile boolean over;

    Load(SSLContext tls, IntSupplier port) {
      for (int i = 0; i < CLIENTS; i++) {
        HttpClient.Version version =
            i % 2 == 0 ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2;
        threads.add(Thread.ofVirtual().start(() -> ask(tls, version, port)));
      }
    }

    private void ask(SSLContext tls, HttpClient.Version version, IntSupplier port) {
      while (!over) {
        HttpClient client = HttpClient.newBuilder().sslContext(tls).version(version).build();
        try {
          // Some over one connection, then over another.
          for (int i = 0; i < 20 && !over; i++) {
            HttpRequest request =
                HttpRequest.newBuilder(
                        URI.create("https://localhost:" + port.getAsInt() + "/api/v2/version"))
                    .timeout(PATIENCE)
                    .build();
            int status = client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
            if (status == 200) {
              answered.incrementAndGet();
            } else {
              failures.add("status " + status);
            }
          }
        } catch (IOException | InterruptedException e) {
          failures.add(String.valueOf(e));
          if (failures.size() > 100) {
            return;
          }
        } finally {
          client.shutdownNow();
        }
      }
    }

    int answered() {
      return answered.get();
    }

    void await(int more) throws InterruptedException {
      int goal = answered.get() + more;
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (answered.get() < goal && System.nanoTime() < end) {
        Thread.sleep(10);
      }
      assertTrue(answered.get() >= goal, () -> failures.toString());
    }

    @Override
    public void close() throws InterruptedException {
      over = true;
      for (Thread thread : threads) {
        thread.join(PATIENCE);
      }
    }
  }

  @Test
  void reloadsAndRotationsUnderLoadCostNoRequest() throws Exception {
    try (GatewayServer gateway =
        site.start("gateway", Map.of("rest", 0), Map.of("database", database.socket()))) {
      int port = gateway.status().listens().get("database/rest").getFirst().getPort();
      Load load = new Load(site.client("acme-app"), () -> port);
      try (load) {
        load.await(25);
        for (int i = 1; i <= 4; i++) {
          site.write(TwoTenants.BLUEPRINT + "# change " + i + "\n");
          site.newServerCertificate();
          assertTrue(gateway.reload());
          load.await(25);
        }
      }
      assertEquals(List.of(), List.copyOf(load.failures));
      assertEquals(5, gateway.status().generation().number());
    }
  }

  /** Killed at once and without a warning, it leaves no answer that its log does not tell. */
  @Test
  void killedUnderLoadItLeavesNoAnswerUnrecorded() throws Exception {
    String[] arguments = {
      "--blueprint",
      folder.resolve("site.yaml").toString(),
      "--listen",
      "rest=127.0.0.1:0",
      "--upstream",
      "database=127.0.0.1:" + database.socket().getPort()
    };
    Path log = folder.resolve("gateway.log");
    int answered;
    try (GatewayProcess killed = GatewayProcess.start(log, arguments)) {
      Load load = new Load(site.client("acme-app"), killed::port);
      try (load) {
        load.await(80);
        killed.kill();
        Thread.sleep(200);
      }
      answered = load.answered();
    }
    try (GatewayProcess next = GatewayProcess.start(log, arguments)) {
      assertEquals(143, next.end(), "it goes on with the log that the other left");
    }
    Path audit = folder.resolve("audit");
    AuditVerification found = AuditVerification.of(audit, Optional.empty(), Optional.empty());
    assertEquals(List.of(), found.problems());
    AtomicInteger permitted = new AtomicInteger();
    AuditReader.of(audit)
        .read(
            entry -> {
              if (entry.record() instanceof AuditRecord.Decided d && d.permitted()) {
                permitted.incrementAndGet();
              }
            });
    assertTrue(permitted.get() >= answered, permitted.get() + " recorded, " + answered + " seen");
    assertTrue(found.unfinished().size() <= CLIENTS, "only what was under way has no end");
  }
}
