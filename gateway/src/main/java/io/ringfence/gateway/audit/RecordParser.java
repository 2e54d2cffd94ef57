package io.ringfence.gateway.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Touch;
import io.ringfence.model.Action;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the lines that {@link RecordFields} writes back to records. */
final class RecordParser {
  private static final ObjectReader JSON = new ObjectMapper().readerFor(JsonNode.class);

  private final JsonNode line;

  private RecordParser(JsonNode line) {
    this.line = line;
  }

  /** Empty when the line is no record that this version knows. */
  static Optional<AuditEntry> parse(byte[] line) {
    try {
      JsonNode node = JSON.readTree(line);
      RecordParser parser = new RecordParser(node);
      return Optional.of(new AuditEntry(node.required("n").longValue(), parser.record()));
    } catch (IOException | IllegalArgumentException | java.time.DateTimeException e) {
      return Optional.empty();
    }
  }

  private AuditRecord record() {
    return switch (text("kind")) {
      case "decision" -> decided();
      case "completion" -> completed();
      case "operator" ->
          new AuditRecord.Operated(
              time(),
              text("operator"),
              AuditRecord.Operated.Action.valueOf(text("action").toUpperCase(Locale.ROOT)),
              optional("subject"));
      case "session" ->
          new AuditRecord.OfSession(
              time(),
              text("event"),
              optional("session"),
              optional("principal"),
              optional("rule"),
              optional("by"),
              optional("why"));
      case "recovery" ->
          new AuditRecord.Recovered(time(), text("segment"), line.path("tornBytes").longValue());
      default -> throw new IllegalArgumentException("another kind of record");
    };
  }

  private AuditRecord decided() {
    return new AuditRecord.Decided(
        time(),
        text("generation"),
        text("gateway"),
        text("request"),
        text("principal"),
        optional("tenant"),
        text("client"),
        text("engine"),
        optional("operation"),
        touches(),
        text("verdict").equals("permit"),
        optional("rule"),
        optional("at"),
        optional("reason"),
        optional("statement"),
        optional("trace"));
  }

  private List<Touch> touches() {
    List<Touch> out = new ArrayList<>();
    for (JsonNode touch : line.path("touches")) {
      Action action = Action.valueOf(touch.path("action").asText().toUpperCase(Locale.ROOT));
      JsonNode collection = touch.path("collection");
      out.add(
          new Touch(
              action,
              collection.isTextual() ? Optional.of(collection.textValue()) : Optional.empty()));
    }
    return out;
  }

  private AuditRecord completed() {
    return new AuditRecord.Completed(
        time(),
        text("request"),
        text("status"),
        new Extent(number("bytes"), number("rows")),
        Duration.ofNanos(1000 * line.path("latencyMicros").longValue()));
  }

  private Instant time() {
    return Instant.parse(text("time"));
  }

  private String text(String name) {
    return line.required(name).asText();
  }

  private Optional<String> optional(String name) {
    return Optional.ofNullable(line.get(name)).map(JsonNode::asText);
  }

  private OptionalLong number(String name) {
    JsonNode value = line.path(name);
    return value.isIntegralNumber() ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
  }
}
