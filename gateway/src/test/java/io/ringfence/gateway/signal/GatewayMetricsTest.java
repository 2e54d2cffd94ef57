package io.ringfence.gateway.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.exchange.AuditTrail;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.policy.Generation;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.testing.TestingNames;
import io.ringfence.model.Address;
import io.ringfence.model.Principal;
import io.ringfence.model.SourceLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is counted, under which names, and that no client makes a name. */
class GatewayMetricsTest {
  private static final Caller CALLER =
      new Caller(
          Principal.ANONYMOUS,
          Address.parse("10.0.0.1"),
          new Scope(Optional.empty(), TestingNames.PLAIN),
          Map.of());
  private static final Decision PERMITTED = Decision.permit("search", SourceLocation.BUILT_IN);
  private static final Optional<Operation> QUERY =
      Optional.of(Operation.greeting("chroma.records.query"));

  private final GatewayMetrics metrics = new GatewayMetrics();
  private final AtomicLong nanos = new AtomicLong();
  private final List<String> ends = new ArrayList<>();
  private CompletionStage<AuditTrail.Entry> recorded =
      CompletableFuture.completedStage((refusal, extent) -> ends.add(refusal.toString()));

  private MeteredTrail trail() {
    return new MeteredTrail(
        (caller, operation, decision, refusal) -> recorded, "chroma", metrics, nanos::get);
  }

  private void assertLine(String line) {
    assertTrue(metrics.text().lines().anyMatch(line::equals), metrics.text());
  }

  @Test
  void answeredRequest() {
    AuditTrail.Entry entry =
        trail().decided(CALLER, QUERY, PERMITTED, Optional.empty()).toCompletableFuture().join();
    nanos.set(3_000_000);
    entry.completed(Optional.empty(), Extent.ofBytes(100));
    assertEquals(List.of("Optional.empty"), ends);
    String labels = "db_operation_name=\"chroma.records.query\",db_system_name=\"chroma\"";
    assertLine(
        "ringfence_gateway_requests_total{db_operation_name=\"chroma.records.query\","
            + "db_system_name=\"chroma\",error_type=\"\",ringfence_verdict=\"permit\"} 1.0");
    assertLine("ringfence_gateway_request_duration_seconds_sum{" + labels + "} 0.003");
    assertLine("ringfence_gateway_request_duration_seconds_bucket{" + labels + ",le=\"0.0025\"} 0");
    assertLine("ringfence_gateway_request_duration_seconds_bucket{" + labels + ",le=\"0.005\"} 1");
    assertLine("ringfence_gateway_answer_bytes_total{db_system_name=\"chroma\"} 100.0");
  }

  @Test
  void refusedRequest() {
    Refusal refusal = new Refusal(Refusal.Kind.MALFORMED, "client's own words");
    trail()
        .decided(CALLER, Optional.empty(), Decision.DENIED, Optional.of(refusal))
        .toCompletableFuture()
        .join()
        .completed(Optional.of(refusal), Extent.UNKNOWN);
    assertLine(
        "ringfence_gateway_requests_total{db_operation_name=\"_OTHER\",db_system_name=\"chroma\","
            + "error_type=\"malformed\",ringfence_verdict=\"deny\"} 1.0");
    assertTrue(!metrics.text().contains("own words"));
    assertEquals(1, ends.size());
  }

  @Test
  void whatCannotBeRecordedIsCounted() {
    recorded = CompletableFuture.failedStage(new IllegalStateException("disk full"));
    assertTrue(
        trail()
            .decided(CALLER, QUERY, PERMITTED, Optional.empty())
            .toCompletableFuture()
            .isCompletedExceptionally());
    assertLine("ringfence_gateway_audit_failures_total 1.0");
  }

  @Test
  void namesAreBounded() {
    for (int i = 0; i <= GatewayMetrics.OPERATIONS_MAX; i++) {
      metrics.denied("chroma", Optional.of("op" + i), Optional.empty());
    }
    long lines =
        metrics
            .text()
            .lines()
            .filter(l -> l.startsWith("ringfence_gateway_requests_total{"))
            .count();
    assertEquals(GatewayMetrics.OPERATIONS_MAX + 1, lines);
    assertTrue(metrics.text().contains("db_operation_name=\"_OTHER\""));
    for (int i = 0; i <= GatewayMetrics.RULES_MAX; i++) {
      metrics.observed("r" + i);
    }
    assertEquals(
        GatewayMetrics.RULES_MAX + 1,
        metrics.text().lines().filter(l -> l.contains("observed_denials_total{")).count());
  }

  @Test
  void policy() {
    metrics.serves(new Generation(1, "abc"));
    metrics.refusedReload();
    assertLine("ringfence_gateway_policy_stale 1.0");
    assertLine("ringfence_gateway_generation 1.0");
    metrics.serves(new Generation(2, "def"));
    assertLine("ringfence_gateway_policy_stale 0.0");
    assertLine("ringfence_gateway_policy_info{hash=\"def\"} 1");
    assertTrue(!metrics.text().contains("abc"));
    metrics.gauge("connections", "Open ones.", () -> 7);
    assertLine("ringfence_gateway_connections 7.0");
    metrics.unauthenticated("chroma");
    assertLine("ringfence_gateway_unauthenticated_total{db_system_name=\"chroma\"} 1.0");
  }
}
