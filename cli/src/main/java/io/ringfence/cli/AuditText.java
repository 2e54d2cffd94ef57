package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.gateway.audit.AuditEntry;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.request.Touch;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How records of the audit log are shown. */
final class AuditText {
  private static final String NONE = "-";

  private AuditText() {}

  /** What an entry says, from its verdict on. */
  static List<String> cells(Screen screen, AuditEntry entry) {
    return switch (entry.record()) {
      case AuditRecord.Decided d ->
          List.of(
              d.time().toString(),
              verdict(screen, d.permitted()),
              safe(d.principal()),
              safe(d.tenant().orElse(NONE)),
              safe(d.operation().orElse(NONE)),
              collections(d.touches()),
              safe(why(d)));
      case AuditRecord.Operated o ->
          List.of(
              o.time().toString(),
              screen.in(Style.CYAN, "operator"),
              safe(o.operator()),
              NONE,
              o.action().name().toLowerCase(Locale.ROOT),
              safe(o.subject().orElse(NONE)),
              NONE);
      case AuditRecord.OfSession s ->
          List.of(
              s.time().toString(),
              screen.in(Style.CYAN, "session"),
              safe(s.caller().orElse(NONE)),
              NONE,
              s.event(),
              safe(s.session().orElse(NONE)),
              safe(session(s)));
      case AuditRecord.Recovered r ->
          List.of(
              r.time().toString(),
              screen.in(Style.YELLOW, "recovery"),
              NONE,
              NONE,
              NONE,
              NONE,
              r.tornBytes() + " bytes of a torn record set aside");
      case AuditRecord.Completed c ->
          List.of(c.time().toString(), "end", NONE, NONE, NONE, NONE, end(Optional.of(c)));
    };
  }

  private static String session(AuditRecord.OfSession s) {
    return Stream.of(s.rule(), s.by().map(b -> "by " + b), s.why())
        .flatMap(Optional::stream)
        .collect(Collectors.joining(", "));
  }

  private static String verdict(Screen screen, boolean permitted) {
    return permitted ? screen.in(Style.GREEN, "permit") : screen.in(Style.RED, "deny");
  }

  /** The rule, or the kind of refusal; both where a permitted request was refused after all. */
  private static String why(AuditRecord.Decided d) {
    String reason = d.observed() ? "would have been denied" : d.reason().orElse("");
    String rule = d.rule().orElse("");
    return rule.isEmpty() || reason.isEmpty() ? rule + reason : rule + ", " + reason;
  }

  private static String collections(List<Touch> touches) {
    String names =
        touches.stream()
            .map(Touch::collection)
            .flatMap(Optional::stream)
            .distinct()
            .map(AuditText::safe)
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? NONE : names;
  }

  static String end(Optional<AuditRecord.Completed> end) {
    return end.map(e -> e.status() + " in " + in(e.latency())).orElse(NONE);
  }

  private static String in(Duration latency) {
    return String.format(Locale.ROOT, "%.1f ms", latency.toNanos() / 1e6);
  }

  /** Without what a terminal would obey: names come from clients. */
  private static String safe(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  static ObjectNode json(AuditEntry entry) {
    ObjectNode out = Json.object().put("number", entry.number());
    out.put("time", entry.record().time().toString());
    return switch (entry.record()) {
      case AuditRecord.Decided d -> decided(out.put("kind", "decision"), d);
      case AuditRecord.Completed c -> end(out.put("kind", "completion"), c);
      case AuditRecord.Operated o -> {
        out.put("kind", "operator").put("operator", o.operator());
        out.put("action", o.action().name().toLowerCase(Locale.ROOT));
        o.subject().ifPresent(s -> out.put("subject", s));
        yield out;
      }
      case AuditRecord.OfSession s -> {
        out.put("kind", "session").put("event", s.event());
        s.session().ifPresent(id -> out.put("session", id));
        s.caller().ifPresent(c -> out.put("principal", c));
        s.rule().ifPresent(r -> out.put("rule", r));
        s.by().ifPresent(b -> out.put("by", b));
        s.why().ifPresent(w -> out.put("why", w));
        yield out;
      }
      case AuditRecord.Recovered r ->
          out.put("kind", "recovery").put("file", r.segment()).put("tornBytes", r.tornBytes());
    };
  }

  private static ObjectNode decided(ObjectNode out, AuditRecord.Decided d) {
    out.put("verdict", d.permitted() ? "permit" : "deny")
        .put("request", d.request())
        .put("generation", d.generation())
        .put("gateway", d.gateway())
        .put("engine", d.engine())
        .put("principal", d.principal())
        .put("client", d.client());
    d.tenant().ifPresent(t -> out.put("tenant", t));
    d.operation().ifPresent(o -> out.put("operation", o));
    var touches = out.putArray("touches");
    for (Touch touch : d.touches()) {
      ObjectNode one = touches.addObject().put("action", touch.action().text());
      touch.collection().ifPresent(c -> one.put("collection", c));
    }
    d.rule().ifPresent(r -> out.put("rule", r));
    d.ruleAt().ifPresent(at -> out.put("at", at));
    if (d.observed()) {
      out.put("observed", true);
    }
    d.reason().ifPresent(r -> out.put("reason", r));
    d.statement().ifPresent(s -> out.put("statement", s));
    d.trace().ifPresent(t -> out.put("trace", t));
    return out;
  }

  static ObjectNode end(ObjectNode out, AuditRecord.Completed c) {
    out.put("request", c.request()).put("status", c.status());
    c.extent().bytes().ifPresent(n -> out.put("bytes", n));
    c.extent().rows().ifPresent(n -> out.put("rows", n));
    return out.put("latencyMicros", c.latency().toNanos() / 1000);
  }
}
