package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.ringfence.gateway.audit.AuditLog;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.audit.AuditSettings;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Touch;
import io.ringfence.model.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** `audit query`, `tail` and `export` over a small log. */
class AuditQueryCommandsTest {
  private static final Path OCSF = Path.of("..", ".ringfence", "schemas", "ocsf-api-activity.json");

  @TempDir private Path directory;

  @BeforeEach
  void write() throws IOException {
    try (AuditLog log =
        AuditLog.open(
            AuditSettings.of(directory.resolve("log")), InstantSource.fixed(TestingShell.NOW))) {
      log.append(decided("r1", "acme", "docs", true)).join();
      log.append(decided("r2", "globex", "do\u001b[31mcs", false)).join();
      log.append(
              new AuditRecord.Completed(
                  TestingShell.NOW,
                  "r1",
                  AuditRecord.Completed.ANSWERED,
                  Extent.ofBytes(12),
                  Duration.ofMillis(3)))
          .join();
      log.append(
              new AuditRecord.Operated(
                  TestingShell.NOW, "alice", AuditRecord.Operated.Action.RELOAD, Optional.empty()))
          .join();
    }
  }

  private static AuditRecord decided(
      String request, String tenant, String collection, boolean permitted) {
    return new AuditRecord.Decided(
        TestingShell.NOW.minusSeconds(60),
        "g",
        "gate",
        request,
        "spiffe://x/" + tenant,
        Optional.of(tenant),
        "::1",
        "chroma",
        Optional.of("chroma.records.query"),
        List.of(Touch.of(Action.QUERY, collection)),
        permitted,
        permitted ? Optional.of("search") : Optional.empty(),
        permitted ? Optional.of("a.yaml:3:1") : Optional.empty(),
        permitted ? Optional.empty() : Optional.of("denied"));
  }

  private TestingShell.Result run(String... args) {
    return new TestingShell(directory).run(args);
  }

  private int found(String... filters) {
    String[] args = new String[filters.length + 5];
    System.arraycopy(new String[] {"audit", "query", "log", "-o", "json"}, 0, args, 0, 5);
    System.arraycopy(filters, 0, args, 5, filters.length);
    return TestingText.json(run(args).out()).path("records").size();
  }

  @Test
  void tableOfDecisionsWithTheirEnds() {
    assertEquals(
        """
        time                  verdict   principal          tenant  operation             collections  why     end
        2026-01-01T11:59:00Z  permit    spiffe://x/acme    acme    chroma.records.query  docs         search  answered in 3.0 ms
        2026-01-01T11:59:00Z  deny      spiffe://x/globex  globex  chroma.records.query  do?[31mcs    denied  -
        2026-01-01T12:00:00Z  operator  alice              -       reload                -            -       -
        """,
        run("audit", "query", "log").out());
  }

  @Test
  void filters() {
    assertEquals(3, found());
    assertEquals(1, found("--verdict", "deny"));
    assertEquals(1, found("--tenant", "acme"));
    assertEquals(0, found("--tenant", "ac"));
    assertEquals(2, found("--tenant", "*"));
    assertEquals(1, found("--collection", "d*s", "--verdict", "permit"));
    assertEquals(1, found("--rule", "search"));
    assertEquals(2, found("--operation", "chroma.*"));
    assertEquals(0, found("--principal", "spiffe:"));
    assertEquals(3, found("--since", "60s"));
    assertEquals(1, found("--since", "59s"));
    assertEquals(3, found("--since", "2026-01-01"));
    assertEquals(2, found("--until", "2026-01-01T12:00:00Z"));
    assertEquals(1, found("--most", "1"));
  }

  @Test
  void jsonHasTheEnd() {
    JsonNode out = TestingText.json(run("audit", "query", "log", "-o", "json").out());
    JsonNode first = out.path("records").path(0);
    assertEquals("permit", first.path("verdict").asText());
    assertEquals(3000, first.path("end").path("latencyMicros").asInt());
    assertEquals("docs", first.path("touches").path(0).path("collection").asText());
    assertTrue(out.path("records").path(1).path("end").isMissingNode());
  }

  @Test
  void tailShowsTheLast() {
    assertEquals(
        "2026-01-01T12:00:00Z  operator  alice  -  reload  -  -\n",
        run("audit", "tail", "log", "-n", "1").out());
    String[] lines =
        run("audit", "tail", "log", "--verdict", "deny", "-o", "json").out().split("\n");
    assertEquals(1, lines.length);
    assertEquals("r2", TestingText.json(lines[0]).path("request").asText());
    assertEquals("", run("audit", "tail", "log", "-n", "0").out());
  }

  @Test
  void exportIsOneEventALine() {
    List<String> lines = run("audit", "export", "log").out().lines().toList();
    assertEquals(2, lines.size());
    JsonNode event = TestingText.json(lines.getFirst());
    assertEquals(600302, event.path("type_uid").asInt());
    assertEquals("Allowed", event.path("action").asText());
    assertEquals("search", event.path("policy").path("name").asText());
  }

  /** The schema is fetched by scripts/test-schemas. */
  @Test
  void exportedEventsAreAsOcsfHasThem() throws IOException {
    assumeTrue(Files.exists(OCSF), "no OCSF schema; scripts/test-schemas fetches it");
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Files.readString(OCSF), InputFormat.JSON);
    for (String line : run("audit", "export", "log").out().lines().toList()) {
      assertEquals(List.of(), schema.validate(line, InputFormat.JSON), line);
      String spoiled = line.replace("\"class_uid\":6003", "\"class_uid\":\"x\"");
      assertNotEquals(List.of(), schema.validate(spoiled, InputFormat.JSON), line);
    }
  }

  @Test
  void tailGoesOnUntilItIsEnded() throws Exception {
    FutureTask<TestingShell.Result> tail =
        new FutureTask<>(() -> run("audit", "tail", "-f", "log", "-n", "0", "--verdict", "permit"));
    Thread thread = Thread.ofPlatform().start(tail);
    try (AuditLog log =
        AuditLog.open(
            AuditSettings.of(directory.resolve("log")), InstantSource.fixed(TestingShell.NOW))) {
      // So many that some follow its start, whenever that is.
      for (int i = 0; i < 60; i++) {
        log.append(decided("f" + i, "acme", "docs", true)).join();
        Thread.sleep(50);
      }
    }
    thread.interrupt();
    TestingShell.Result result = tail.get(10, TimeUnit.SECONDS);
    assertEquals(0, result.exit());
    assertTrue(result.out().contains("  permit  spiffe://x/acme  acme  "), result.out());
  }

  @Test
  void whatIsNoTimeAndNoLog() {
    TestingShell.Result bad = run("audit", "query", "log", "--since", "yesterday");
    assertEquals(ExitCode.ERROR, bad.exit());
    assertTrue(bad.err().startsWith("error: `--since yesterday` is no time; "), bad.err());
    new TestingShell(directory).file("empty/x", "");
    TestingShell.Result none = run("audit", "query", "empty");
    assertEquals(ExitCode.ERROR, none.exit());
    assertTrue(none.err().contains("the folder holds no audit-*.jsonl"), none.err());
  }

  @Test
  void whatIsNoRecordIsToldWithItsPlace() {
    TestingShell shell = new TestingShell(directory);
    String segment = "log/audit-000000000000000001.jsonl";
    shell.file(segment, "{}\n" + shell.text(segment));
    TestingShell.Result bad = shell.run("audit", "query", "log");
    assertEquals(ExitCode.ERROR, bad.exit());
    assertTrue(bad.err().startsWith("error: no audit record at byte 0 of `"), bad.err());
  }
}
