package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import io.ringfence.gateway.serve.GatewayServer;
import io.ringfence.gateway.testing.TestingCollector;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway whose traces, audit records and lines go to a collector. */
class TelemetryEndToEndTest {
  private static final String LIST =
      "/api/v2/tenants/default_tenant/databases/default_database/collections";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";
  private static final String SAMPLED = "00-" + TRACE + "-" + PARENT + "-01";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** All that a span or log record of a gateway may bear. */
  private static final Set<String> NAMES =
      Set.of(
          "client.address",
          "db.operation.name",
          "db.response.returned_rows",
          "db.system.name",
          "error.type",
          "ringfence.answer.bytes",
          "ringfence.audit.number",
          "ringfence.gateway",
          "ringfence.generation",
          "ringfence.latency_us",
          "ringfence.observed",
          "ringfence.principal",
          "ringfence.request",
          "ringfence.rule",
          "ringfence.rule.at",
          "ringfence.session",
          "ringfence.tenant",
          "ringfence.touches",
          "ringfence.verdict");

  @TempDir private Path folder;

  private GatewaySite site;
  private StandInChroma database;
  private TestingCollector collector;
  private GatewayServer gateway;

  @BeforeEach
  void start() throws Exception {
    site = new GatewaySite(folder);
    Files.writeString(folder.resolve("authorization"), "Bearer of-the-collector\n");
    site.write(
        TwoTenants.BLUEPRINT
            .replace(
                "audit: { to: audit/ }",
                "audit: { to: audit/ }\n"
                    + "    telemetry: { otlp: https://collector.example:4318/, traces: 0%, trust: {"
                    + " file: keys/ca.pem }, headers: { authorization: { file: authorization } } }")
            .replace(
                "guardrails:",
                "egress:\n  - { name: telemetry, from: gateway, to: { fqdn: collector.example,"
                    + " ports: 4318/tcp } }\nguardrails:"));
    database = new StandInChroma();
    collector = new TestingCollector(site.authority());
    gateway =
        site.start(
            "gateway",
            Map.of("rest", 0),
            Map.of("database", database.socket(), "telemetry", collector.socket()));
  }

  @AfterEach
  void end() {
    gateway.close();
    collector.close();
    database.close();
  }

  private int ask(String workload, String path, String... headers)
      throws IOException, InterruptedException {
    int port = gateway.status().listens().get("database/rest").getFirst().getPort();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(site.client(workload))
            .build()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    }
  }

  private static void eventually(BooleanSupplier holds) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean() && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertTrue(holds.getAsBoolean());
  }

  private static String hex(com.google.protobuf.ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private Span root() {
    return collector.spans().stream()
        .filter(s -> s.getKind() == Span.SpanKind.SPAN_KIND_SERVER)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void tracedRequestTellsItsParts() throws Exception {
    assertEquals(200, ask("acme-app", LIST, "traceparent", SAMPLED));
    eventually(() -> !collector.spans().isEmpty());
    Span root = root();
    assertEquals(TRACE, hex(root.getTraceId()));
    assertEquals(PARENT, hex(root.getParentSpanId()));
    Map<String, String> attributes = TestingCollector.text(root.getAttributesList());
    assertEquals(root.getName(), attributes.get("db.operation.name"));
    assertEquals("chroma", attributes.get("db.system.name"));
    assertEquals("acme", attributes.get("ringfence.rule"));
    assertEquals("permit", attributes.get("ringfence.verdict"));
    Set<String> parts = new TreeSet<>();
    for (Span span : collector.spans()) {
      if (span != root) {
        parts.add(span.getName());
        assertEquals(root.getSpanId(), span.getParentSpanId());
        assertTrue(span.getStartTimeUnixNano() <= span.getEndTimeUnixNano());
        assertTrue(span.getEndTimeUnixNano() <= root.getEndTimeUnixNano());
      }
    }
    assertEquals(
        Set.of("audit", "authenticate", "check", "classify", "decide", "scope", "upstream"), parts);
    Span upstream =
        collector.spans().stream().filter(s -> s.getName().equals("upstream")).findFirst().get();
    assertEquals(
        List.of("00-" + TRACE + "-" + hex(upstream.getSpanId()) + "-01"),
        List.copyOf(database.traceparents),
        "the database is told of the gateway's own span, and of no client's");
    assertTrue(Files.readString(segment()).contains("\"trace\":\"" + TRACE + "\""));
  }

  private Path segment() throws IOException {
    try (var files = Files.list(folder.resolve("audit"))) {
      return files
          .filter(f -> f.getFileName().toString().startsWith("audit-"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void whatIsNotSampledIsNotTracedAndNothingOfItIsPassedOn() throws Exception {
    assertEquals(200, ask("acme-app", LIST));
    assertEquals(200, ask("acme-app", LIST, "traceparent", "nonsense", "tracestate", "a=b"));
    assertEquals(200, ask("acme-app", LIST, "traceparent", SAMPLED.replaceAll("01$", "00")));
    assertEquals(200, ask("acme-app", LIST, "traceparent", SAMPLED, "traceparent", SAMPLED));
    assertEquals(List.of(), List.copyOf(database.traceparents));
    gateway.close();
    assertEquals(List.of(), collector.spans());
  }

  @Test
  void deniedAndUnknownCallersAreTracedToo() throws Exception {
    assertEquals(403, ask("nobody", LIST, "traceparent", SAMPLED));
    eventually(() -> !collector.spans().isEmpty());
    assertEquals("denied", TestingCollector.text(root().getAttributesList()).get("error.type"));
    assertEquals(
        io.opentelemetry.proto.trace.v1.Status.StatusCode.STATUS_CODE_ERROR,
        root().getStatus().getCode());
    assertEquals(List.of(), List.copyOf(database.traceparents));
  }

  @Test
  void auditRecordsAndLinesAreSent() throws Exception {
    assertEquals(200, ask("acme-app", LIST, "traceparent", SAMPLED));
    assertEquals(403, ask("nobody", LIST));
    eventually(() -> events("ringfence.audit.completion").size() == 2);
    List<LogRecord> decisions = events("ringfence.audit.decision");
    assertEquals(
        List.of("permit", "deny"),
        decisions.stream().map(d -> d.getBody().getStringValue()).toList());
    assertEquals(TRACE, hex(decisions.getFirst().getTraceId()));
    assertEquals("", hex(decisions.getLast().getTraceId()));
    assertEquals(
        "spiffe://acme.example/acme-app",
        TestingCollector.text(decisions.getFirst().getAttributesList()).get("ringfence.principal"));
    site.write("ringfence: v1\nnonsense: true\n");
    eventually(
        () ->
            events("ringfence.log").stream()
                .anyMatch(l -> l.getBody().getStringValue().contains("is not served")));
    assertEquals(Set.of("Bearer of-the-collector"), Set.copyOf(collector.authorizations));
  }

  private List<LogRecord> events(String name) {
    return collector.records().stream().filter(r -> r.getEventName().equals(name)).toList();
  }

  @Test
  void noNameIsAClients() throws Exception {
    ask("acme-app", LIST + "/evil%20name", "traceparent", SAMPLED, "x-evil", "header");
    ask("acme-app", "/evil/path?evil=1", "traceparent", SAMPLED);
    eventually(() -> events("ringfence.audit.completion").size() == 2);
    gateway.close();
    List<String> names = new ArrayList<>();
    collector
        .spans()
        .forEach(s -> names.addAll(TestingCollector.text(s.getAttributesList()).keySet()));
    collector
        .records()
        .forEach(r -> names.addAll(TestingCollector.text(r.getAttributesList()).keySet()));
    Set<String> unknown = new TreeSet<>(names);
    unknown.removeAll(NAMES);
    assertEquals(Set.of(), unknown);
    assertTrue(collector.spans().stream().noneMatch(s -> s.getName().contains("evil")));
    assertFalse(gateway.metrics().text().contains("evil"));
  }

  /** A collector that is away holds up no answer. */
  @Test
  void collectorThatIsAwayCostsNoAnswer() throws Exception {
    collector.status = 503;
    for (int i = 0; i < 20; i++) {
      assertEquals(200, ask("acme-app", "/api/v2/version", "traceparent", SAMPLED));
    }
    eventually(
        () ->
            gateway
                .metrics()
                .text()
                .contains("telemetry_dropped_total{ringfence_signal=\"traces\"}"));
    collector.status = 200;
    eventually(() -> events("ringfence.audit.completion").size() == 20);
    assertNotEquals(0, collector.asked);
  }
}
