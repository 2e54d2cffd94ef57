package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringfence.gateway.admin.OperatorClient;
import io.ringfence.gateway.audit.AuditRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway whose audit log's disk fills: a small file system in a mount namespace of the gateway's
 * own, which ends with it.
 */
@Tag("slow")
class FullDiskTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String COLLECTIONS =
      "/api/v2/tenants/default_tenant/databases/default_database/collections";

  @TempDir private Path folder;

  private GatewayProcess gateway;
  private HttpClient acme;

  private int status(HttpClient client, HttpRequest.Builder request) throws Exception {
    return client
        .send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + gateway.port() + path));
  }

  private int read(HttpClient client) throws Exception {
    return status(client, to("/api/v2/version"));
  }

  private int write() throws Exception {
    return status(
        acme,
        to(COLLECTIONS)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"notes\"}")));
  }

  @Test
  void answersStopOperatorsGoOnAndServiceComesBack() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"), "mounting a small file system needs root");
    GatewaySite site = new GatewaySite(folder);
    site.write(
        TwoTenants.BLUEPRINT.replace(
            "audit: { to: audit/ }", "audit: { to: audit/ }\n    admin: { socket: door.sock }"));
    Path audit = Files.createDirectories(folder.resolve("audit"));
    try (StandInChroma database = new StandInChroma();
        GatewayProcess process = start(audit, database);
        HttpClient client = HttpClient.newBuilder().sslContext(site.client("acme-app")).build();
        HttpClient nobody = HttpClient.newBuilder().sslContext(site.client("nobody")).build()) {
      gateway = process;
      acme = client;
      OperatorClient operators = OperatorClient.at(folder.resolve("door.sock"));
      Path seen = Path.of("/proc/" + gateway.pid() + "/root" + audit);
      assertEquals(200, read(acme));
      assertEquals(403, read(nobody));
      int answered = 1 + fill(seen.resolve("somebody-elses"));

      for (int i = 0; i < 20; i++) {
        assertEquals(503, read(acme), "nothing is answered that is not recorded");
        assertEquals(503, read(nobody), "nor is a denial");
      }
      assertEquals(503, write());
      assertTrue(
          database.asked.stream().noneMatch(a -> a.startsWith("POST")),
          "what changes data is not even asked");
      assertEquals(200, operators.ask("GET", "status", "").status());
      OperatorClient.Answer revoked =
          operators.ask(
              "POST",
              "revoke",
              "{\"what\":\"principal:" + GatewaySite.TRUST_DOMAIN + "globex-app\"}");
      assertEquals(200, revoked.status(), revoked.body());
      assertTrue(!revoked.body().contains("notRecorded"), revoked.body());
      Recorded full = Recorded.in(seen);
      assertEquals(
          1,
          full.of(AuditRecord.Operated.class).stream()
              .filter(o -> o.action() == AuditRecord.Operated.Action.REVOKE)
              .count());
      assertEquals(answered, full.permitted());

      Files.delete(seen.resolve("somebody-elses"));
      long end = System.nanoTime() + PATIENCE.toNanos();
      int status = read(acme);
      while (status != 200 && System.nanoTime() < end) {
        Thread.sleep(200);
        status = read(acme);
      }
      assertEquals(200, status, "there is room again");
      assertEquals(403, read(nobody));
      try (HttpClient globex =
          HttpClient.newBuilder().sslContext(site.client("globex-app")).build()) {
        assertEquals(401, read(globex), "what was revoked meanwhile is");
      }
      Recorded after = Recorded.in(seen);
      assertEquals(answered + 1, after.permitted());
    }
  }

  private GatewayProcess start(Path audit, StandInChroma database) throws IOException {
    return GatewayProcess.start(
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o size=8m none \"$0\" && exec \"$@\"",
            audit.toString()),
        folder.resolve("gateway.log"),
        "--blueprint",
        folder.resolve("site.yaml").toString(),
        "--listen",
        "rest=127.0.0.1:0",
        "--upstream",
        "database=127.0.0.1:" + database.socket().getPort());
  }

  /** Fills the disk; says how many requests were answered until nothing went in any more. */
  private int fill(Path file) throws Exception {
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] some = new byte[4096];
      for (int i = 0; i < 100_000; i++) {
        out.write(some);
      }
      throw new IllegalStateException("the file system does not fill");
    } catch (IOException e) {
      // It is full, but for the rest of the log's last page.
    }
    int answered = 0;
    while (read(acme) == 200) {
      answered++;
      assertTrue(answered < 100, "what is answered does not stop");
    }
    return answered;
  }
}
