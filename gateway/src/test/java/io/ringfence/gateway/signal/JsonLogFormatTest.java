package io.ringfence.gateway.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class JsonLogFormatTest {
  private static String line(String message, Throwable failure) {
    LogRecord record = new LogRecord(Level.WARNING, message);
    record.setInstant(Instant.parse("2026-01-01T12:00:00Z"));
    record.setLoggerName("gate");
    record.setThrown(failure);
    return new JsonLogFormat().format(record);
  }

  @Test
  void oneLineWhateverTheMessage() {
    assertEquals(
        "{\"time\":\"2026-01-01T12:00:00Z\",\"level\":\"WARNING\",\"logger\":\"gate\","
            + "\"message\":\"a \\\"b\\\"\\n\\u001B\"}\n",
        line("a \"b\"\n\u001b", null));
    assertTrue(
        line("m", new IllegalStateException("x"))
            .endsWith("\"failure\":\"java.lang.IllegalStateException: x\"}\n"));
  }

  @Test
  void messagesAreBounded() {
    String most = "x".repeat(JsonLogFormat.MESSAGE_CHARACTERS_MAX);
    assertTrue(line(most, null).contains(most));
    assertEquals(line(most, null), line(most + "y", null));
  }
}
