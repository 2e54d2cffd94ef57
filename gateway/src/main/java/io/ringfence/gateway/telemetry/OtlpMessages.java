package io.ringfence.gateway.telemetry;

import io.ringfence.gateway.trace.Span;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Requests of the OpenTelemetry protocol, in protocol buffers. The numbers are those of the fields
 * in its definition.
 *
 * @see <a href="https://github.com/open-telemetry/opentelemetry-proto">its definition</a>
 */
final class OtlpMessages {
  /** Past it a value is cut: names that clients chose are among them. */
  static final int VALUE_CHARACTERS_MAX = 1024;

  private static final String SCOPE = "io.ringfence.gateway";
  private static final int FAILED = 2;
  private static final long SECOND = 1_000_000_000L;

  private final ProtoWriter resource;

  /**
   * @param resource who sends
   */
  OtlpMessages(Map<String, Object> resource) {
    this.resource = new ProtoWriter();
    attributes(this.resource, 1, resource);
  }

  /** An {@code ExportTraceServiceRequest}. */
  byte[] traces(List<Span> spans) {
    ProtoWriter scoped = new ProtoWriter().message(1, scope());
    spans.forEach(s -> scoped.message(2, span(s)));
    return request(scoped);
  }

  /** An {@code ExportLogsServiceRequest}. */
  byte[] logs(List<LogLine> lines) {
    ProtoWriter scoped = new ProtoWriter().message(1, scope());
    lines.forEach(l -> scoped.message(2, line(l)));
    return request(scoped);
  }

  private byte[] request(ProtoWriter scoped) {
    ProtoWriter ofResource = new ProtoWriter().message(1, resource).message(2, scoped);
    return new ProtoWriter().message(1, ofResource).bytes();
  }

  private static ProtoWriter scope() {
    return new ProtoWriter().text(1, SCOPE);
  }

  private static ProtoWriter span(Span span) {
    ProtoWriter out = new ProtoWriter().bytes(1, digits(span.trace())).bytes(2, digits(span.id()));
    if (!span.parent().isEmpty()) {
      out.bytes(4, digits(span.parent()));
    }
    out.text(5, span.name())
        .number(6, kind(span.kind()))
        .fixed64(7, span.startNanos())
        .fixed64(8, span.endNanos());
    attributes(out, 9, span.attributes());
    return span.failed() ? out.message(15, new ProtoWriter().number(3, FAILED)) : out;
  }

  private static int kind(Span.Kind kind) {
    return switch (kind) {
      case INTERNAL -> 1;
      case SERVER -> 2;
      case CLIENT -> 3;
    };
  }

  private static ProtoWriter line(LogLine line) {
    ProtoWriter out =
        new ProtoWriter()
            .fixed64(1, nanos(line.time()))
            .number(2, line.severity().number())
            .text(3, line.severity().name())
            .message(5, value(line.body()));
    attributes(out, 6, line.attributes());
    line.trace().ifPresent(t -> out.bytes(9, digits(t)));
    return out.fixed64(11, nanos(line.time())).text(12, line.event());
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * SECOND + time.getNano();
  }

  private static byte[] digits(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static void attributes(ProtoWriter out, int field, Map<String, Object> attributes) {
    new TreeMap<>(attributes)
        .forEach(
            (key, value) ->
                out.message(field, new ProtoWriter().text(1, key).message(2, value(value))));
  }

  private static ProtoWriter value(Object value) {
    return switch (value) {
      case Boolean b -> new ProtoWriter().number(2, b ? 1 : 0);
      case Number n -> new ProtoWriter().number(3, n.longValue());
      default -> new ProtoWriter().text(1, cut(value.toString()));
    };
  }

  private static String cut(String text) {
    if (text.length() <= VALUE_CHARACTERS_MAX) {
      return text;
    }
    int end = VALUE_CHARACTERS_MAX;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
  }
}
