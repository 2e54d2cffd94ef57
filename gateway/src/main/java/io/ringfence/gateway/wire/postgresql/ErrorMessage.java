package io.ringfence.gateway.wire.postgresql;

import io.netty.buffer.ByteBuf;
import io.ringfence.gateway.engine.postgresql.SqlError;
import java.util.Map;
import java.util.TreeMap;

/** ErrorResponse and NoticeResponse, read and written. */
final class ErrorMessage {
  private static final int FIELDS_MAX = 32;

  private ErrorMessage() {}

  /** Rewritten for whoever wrote the statement. */
  static SqlError read(ByteBuf body, Map<String, String> names) throws ProtocolViolation {
    Map<Character, String> fields = fields(body);
    return SqlError.of(
        fields.getOrDefault('V', "ERROR"),
        fields.getOrDefault('C', "XX000"),
        fields.getOrDefault('M', ""),
        names);
  }

  /** In the database's own words, where a test took {@code ERRORS} away. */
  static SqlError unread(ByteBuf body) throws ProtocolViolation {
    Map<Character, String> fields = fields(body);
    return new SqlError(
        fields.getOrDefault('V', "ERROR"),
        fields.getOrDefault('C', "XX000"),
        fields.getOrDefault('M', "") + ": " + fields.getOrDefault('D', ""));
  }

  private static Map<Character, String> fields(ByteBuf body) throws ProtocolViolation {
    Map<Character, String> fields = new TreeMap<>();
    for (byte code = Fields.int8(body); code != 0; code = Fields.int8(body)) {
      if (fields.size() > FIELDS_MAX) {
        throw new ProtocolViolation("an error has too many fields");
      }
      fields.put((char) code, Fields.text(body));
    }
    return fields;
  }

  static void write(ByteBuf out, char type, SqlError error) {
    int begun = Fields.begin(out, type);
    field(out, 'S', error.severity());
    field(out, 'V', error.severity());
    field(out, 'C', error.state());
    field(out, 'M', error.text());
    out.writeByte(0);
    Fields.end(out, begun);
  }

  private static void field(ByteBuf out, char code, String value) {
    out.writeByte(code);
    Fields.text(out, value);
  }
}
