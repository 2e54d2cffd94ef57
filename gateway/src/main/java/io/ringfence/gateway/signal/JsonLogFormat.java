package io.ringfence.gateway.signal;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/**
 * A log record as one line of JSON. It has the time, the level, who logs and the message; of a
 * failure its class and message, and no stack, which may hold values.
 */
public final class JsonLogFormat extends Formatter {
  /** Past it a message is cut: none of ours is longer. */
  static final int MESSAGE_CHARACTERS_MAX = 4096;

  @Override
  public String format(LogRecord record) {
    StringBuilder out = new StringBuilder(200).append("{\"time\":\"");
    out.append(record.getInstant()).append("\",\"level\":");
    quoted(out, record.getLevel().getName());
    quoted(out.append(",\"logger\":"), String.valueOf(record.getLoggerName()));
    quoted(out.append(",\"message\":"), formatMessage(record));
    if (record.getThrown() != null) {
      quoted(out.append(",\"failure\":"), String.valueOf(record.getThrown()));
    }
    return out.append("}\n").toString();
  }

  private static void quoted(StringBuilder out, String text) {
    String shown =
        text.length() > MESSAGE_CHARACTERS_MAX ? text.substring(0, MESSAGE_CHARACTERS_MAX) : text;
    out.append('"');
    JsonStringEncoder.getInstance().quoteAsString(shown, out);
    out.append('"');
  }

  /** From now on everything that this process logs is such lines, on the stream. */
  public static void install(PrintStream stream) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      if (handler instanceof ConsoleHandler || handler.getFormatter() instanceof JsonLogFormat) {
        root.removeHandler(handler);
      }
    }
    root.addHandler(new Lines(stream));
  }

  /** Each line is out before the next begins. */
  private static final class Lines extends StreamHandler {
    Lines(PrintStream stream) {
      setOutputStream(stream);
      setFormatter(new JsonLogFormat());
      try {
        setEncoding(StandardCharsets.UTF_8.name());
      } catch (java.io.UnsupportedEncodingException e) {
        throw new IllegalStateException(e); // every JDK has it
      }
    }

    @Override
    public synchronized void publish(LogRecord record) {
      super.publish(record);
      flush();
    }
  }
}
