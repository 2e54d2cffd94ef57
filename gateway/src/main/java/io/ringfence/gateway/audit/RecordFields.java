package io.ringfence.gateway.audit;

import io.ringfence.gateway.request.Touch;
import java.util.Locale;
import java.util.Optional;

/** A record's fields as JSON, in a fixed order and without spaces. */
final class RecordFields {
  private static final ThreadLocal<RecordFields> OF_THREAD =
      ThreadLocal.withInitial(RecordFields::new);

  private final RecordBytes out = new RecordBytes();

  private RecordFields() {}

  static byte[] of(AuditRecord record) {
    RecordFields fields = OF_THREAD.get();
    fields.out.begin();
    fields.record(record);
    return fields.out.copy();
  }

  private void record(AuditRecord record) {
    switch (record) {
      case AuditRecord.Decided d -> decided(d);
      case AuditRecord.Completed c -> completed(c);
      case AuditRecord.Operated o -> operated(o);
      case AuditRecord.OfSession s -> session(s);
      case AuditRecord.Recovered r -> recovered(r);
    }
  }

  private void decided(AuditRecord.Decided d) {
    kind("decision", d);
    text("generation", d.generation());
    text("gateway", d.gateway());
    text("request", d.request());
    text("principal", d.principal());
    text("tenant", d.tenant());
    text("client", d.client());
    text("engine", d.engine());
    text("operation", d.operation());
    out.plain(",\"touches\":[");
    for (int i = 0; i < d.touches().size(); i++) {
      touch(i == 0 ? "" : ",", d.touches().get(i));
    }
    out.plain("]");
    text("verdict", d.permitted() ? "permit" : "deny");
    text("rule", d.rule());
    text("at", d.ruleAt());
    text("reason", d.reason());
    text("statement", d.statement());
    text("trace", d.trace());
  }

  private void touch(String comma, Touch touch) {
    out.plain(comma).plain("{\"action\":");
    out.quoted(touch.action().text());
    text("collection", touch.collection());
    out.plain("}");
  }

  private void completed(AuditRecord.Completed c) {
    kind("completion", c);
    text("request", c.request());
    text("status", c.status());
    c.extent().bytes().ifPresent(n -> number("bytes", n));
    c.extent().rows().ifPresent(n -> number("rows", n));
    number("latencyMicros", c.latency().toNanos() / 1000);
  }

  private void operated(AuditRecord.Operated o) {
    kind("operator", o);
    text("operator", o.operator());
    text("action", o.action().name().toLowerCase(Locale.ROOT));
    text("subject", o.subject());
  }

  private void session(AuditRecord.OfSession s) {
    kind("session", s);
    text("event", s.event());
    text("session", s.session());
    text("principal", s.caller());
    text("rule", s.rule());
    text("by", s.by());
    text("why", s.why());
  }

  private void recovered(AuditRecord.Recovered r) {
    kind("recovery", r);
    text("segment", r.segment());
    number("tornBytes", r.tornBytes());
  }

  private void kind(String kind, AuditRecord record) {
    out.plain("\"kind\":\"").plain(kind).plain("\",\"time\":\"").time(record.time()).plain("\"");
  }

  private void number(String name, long value) {
    out.plain(",\"").plain(name).plain("\":").plain(value);
  }

  private void text(String name, Optional<String> value) {
    if (value.isPresent()) {
      text(name, value.get());
    }
  }

  private void text(String name, String value) {
    out.plain(",\"").plain(name).plain("\":").quoted(value);
  }
}
