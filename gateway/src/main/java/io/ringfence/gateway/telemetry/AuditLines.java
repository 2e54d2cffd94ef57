package io.ringfence.gateway.telemetry;

import io.ringfence.gateway.audit.AuditEntry;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.request.Touch;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Audit records as log records, under names by OpenTelemetry's conventions. */
final class AuditLines {
  private AuditLines() {}

  static LogLine of(AuditEntry entry) {
    Map<String, Object> attributes = new TreeMap<>();
    attributes.put("ringfence.audit.number", entry.number());
    return switch (entry.record()) {
      case AuditRecord.Decided d -> decided(d, attributes);
      case AuditRecord.Completed c -> {
        attributes.put("ringfence.request", c.request());
        c.extent().bytes().ifPresent(n -> attributes.put("ringfence.answer.bytes", n));
        c.extent().rows().ifPresent(n -> attributes.put("db.response.returned_rows", n));
        attributes.put("ringfence.latency_us", c.latency().toNanos() / 1000);
        yield line(c, "completion", c.status(), attributes, LogLine.Severity.INFO);
      }
      case AuditRecord.Operated o -> {
        attributes.put("ringfence.operator", o.operator());
        o.subject().ifPresent(s -> attributes.put("ringfence.subject", s));
        String action = o.action().name().toLowerCase(Locale.ROOT);
        yield line(o, "operator", action, attributes, LogLine.Severity.INFO);
      }
      case AuditRecord.OfSession s -> {
        s.session().ifPresent(id -> attributes.put("ringfence.session", id));
        s.caller().ifPresent(c -> attributes.put("ringfence.principal", c));
        s.rule().ifPresent(r -> attributes.put("ringfence.rule", r));
        s.by().ifPresent(b -> attributes.put("ringfence.operator", b));
        s.why().ifPresent(w -> attributes.put("ringfence.reason", w));
        yield line(s, "session", s.event(), attributes, LogLine.Severity.INFO);
      }
      case AuditRecord.Recovered r -> {
        attributes.put("ringfence.audit.torn_bytes", r.tornBytes());
        yield line(r, "recovery", r.segment(), attributes, LogLine.Severity.WARN);
      }
    };
  }

  private static LogLine decided(AuditRecord.Decided d, Map<String, Object> attributes) {
    attributes.put("ringfence.request", d.request());
    attributes.put("ringfence.gateway", d.gateway());
    attributes.put("ringfence.generation", d.generation());
    attributes.put("ringfence.principal", d.principal());
    attributes.put("client.address", d.client());
    attributes.put("db.system.name", d.engine());
    attributes.put("ringfence.observed", d.observed());
    d.tenant().ifPresent(t -> attributes.put("ringfence.tenant", t));
    d.operation().ifPresent(o -> attributes.put("db.operation.name", o));
    d.rule().ifPresent(r -> attributes.put("ringfence.rule", r));
    d.ruleAt().ifPresent(at -> attributes.put("ringfence.rule.at", at));
    d.reason().ifPresent(r -> attributes.put("error.type", r));
    d.statement().ifPresent(s -> attributes.put("db.query.text", s));
    if (!d.touches().isEmpty()) {
      attributes.put(
          "ringfence.touches",
          d.touches().stream().map(AuditLines::text).collect(Collectors.joining(", ")));
    }
    boolean well = d.permitted() && !d.observed();
    return new LogLine(
        d.time(),
        well ? LogLine.Severity.INFO : LogLine.Severity.WARN,
        "ringfence.audit.decision",
        d.permitted() ? "permit" : "deny",
        attributes,
        d.trace());
  }

  private static String text(Touch touch) {
    return touch.action().text() + touch.collection().map(c -> " " + c).orElse("");
  }

  private static LogLine line(
      AuditRecord record,
      String kind,
      String body,
      Map<String, Object> attributes,
      LogLine.Severity severity) {
    return new LogLine(
        record.time(), severity, "ringfence.audit." + kind, body, attributes, Optional.empty());
  }
}
