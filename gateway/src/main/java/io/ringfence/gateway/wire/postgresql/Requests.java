package io.ringfence.gateway.wire.postgresql;

import io.netty.buffer.ByteBuf;
import io.ringfence.gateway.engine.postgresql.PostgresqlGuard;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A client's messages, read wholly. */
final class Requests {
  /** The first number of what a database gives to its users' types. */
  private static final int FIRST_OF_USERS = 16_384;

  /** Types whose values name what is in the catalogue: {@code regclass} and its like. */
  private static final Set<Integer> NAMING =
      Set.of(24, 2202, 2203, 2204, 2205, 2206, 4089, 4096, 4191);

  private Requests() {}

  record Parse(String name, String sql, List<Integer> types) {}

  static Parse parse(ByteBuf body, Set<PostgresqlGuard> guards)
      throws ProtocolViolation, RefusedException {
    boolean guarded = guards.contains(PostgresqlGuard.PARAMETER_TYPES);
    String name = Fields.text(body);
    String sql = Fields.text(body);
    int count = Fields.int16(body);
    List<Integer> types = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int type = Fields.int32(body);
      if (guarded && NAMING.contains(type)) {
        throw new RefusedException(
            Refusal.Kind.DENIED, "a parameter of this type is not let through");
      }
      // A type of users' may be a table's rows; the database tells it from the parameter's place.
      types.add(type < 0 || type >= FIRST_OF_USERS ? 0 : type);
    }
    Fields.requireEnd(body);
    return new Parse(name, sql, types);
  }

  /**
   * @param rest formats and values, as they were found to be whole
   */
  record Bind(String portal, String statement, ByteBuf rest) {}

  /**
   * @param required what a parameter must be, by its number, once the statement is known
   */
  static Bind bind(ByteBuf body) throws ProtocolViolation {
    String portal = Fields.text(body);
    String statement = Fields.text(body);
    return new Bind(portal, statement, body.slice());
  }

  /** Reads formats and values to their end. */
  static void requireValues(ByteBuf values, Map<Integer, String> required)
      throws ProtocolViolation, RefusedException {
    ByteBuf in = values.duplicate();
    formats(in);
    int count = Fields.int16(in);
    int met = 0;
    for (int i = 1; i <= count; i++) {
      int length = Fields.int32(in);
      if (length < -1) {
        throw new ProtocolViolation("a value has a length below zero");
      }
      int bytes = Math.max(length, 0);
      Fields.require(in, bytes);
      if (required.containsKey(i)) {
        met++;
        String value = length < 0 ? "" : Fields.utf8(in.nioBuffer(in.readerIndex(), bytes));
        if (!value.equals(required.get(i))) {
          throw new RefusedException(
              Refusal.Kind.DENIED, "the table is shared: its key is this caller's own");
        }
      }
      in.skipBytes(bytes);
    }
    formats(in);
    Fields.requireEnd(in);
    if (met < required.size()) {
      throw new RefusedException(Refusal.Kind.MALFORMED, "a parameter is missing");
    }
  }

  /**
   * The largest of the numbers that some parameters are, of values that were found to be whole; a
   * null is none.
   *
   * @throws RefusedException when one of them is no whole number
   */
  static int rows(ByteBuf values, Set<Integer> parameters)
      throws ProtocolViolation, RefusedException {
    ByteBuf in = values.duplicate();
    int formats = Fields.int16(in);
    ByteBuf format = in.readSlice(formats * 2);
    int count = Fields.int16(in);
    int most = 0;
    for (int i = 1; i <= count; i++) {
      int length = Fields.int32(in);
      ByteBuf value = in.readSlice(Math.max(length, 0));
      if (parameters.contains(i) && length >= 0) {
        int at = formats > 1 ? (i - 1) * 2 : 0;
        boolean binary = formats > 0 && at + 2 <= formats * 2 && format.getShort(at) == 1;
        most = Math.max(most, binary ? binary(value) : text(value));
      }
    }
    return most;
  }

  private static int binary(ByteBuf value) throws RefusedException {
    long number =
        switch (value.readableBytes()) {
          case 2 -> value.readShort();
          case 4 -> value.readInt();
          case 8 -> value.readLong();
          default -> throw noNumber();
        };
    return (int) Math.clamp(number, 0, Integer.MAX_VALUE);
  }

  private static int text(ByteBuf value) throws RefusedException {
    String text = value.toString(StandardCharsets.US_ASCII).strip();
    if (!text.matches("[+-]?[0-9]{1,40}")) {
      throw noNumber();
    }
    return new BigInteger(text)
        .max(BigInteger.ZERO)
        .min(BigInteger.valueOf(Integer.MAX_VALUE))
        .intValue();
  }

  private static RefusedException noNumber() {
    return new RefusedException(Refusal.Kind.MALFORMED, "the parameter of LIMIT is a whole number");
  }

  private static void formats(ByteBuf in) throws ProtocolViolation {
    int count = Fields.int16(in);
    Fields.require(in, count * 2);
    in.skipBytes(count * 2);
  }

  /** A statement ({@code S}) or a portal ({@code P}). */
  record Target(boolean statement, String name) {}

  static Target target(ByteBuf body) throws ProtocolViolation {
    byte kind = Fields.int8(body);
    String name = Fields.text(body);
    Fields.requireEnd(body);
    if (kind != 'S' && kind != 'P') {
      throw new ProtocolViolation("a message names neither a statement nor a portal");
    }
    return new Target(kind == 'S', name);
  }

  record Execute(String portal, int rowsMax) {}

  static Execute execute(ByteBuf body) throws ProtocolViolation {
    String portal = Fields.text(body);
    int rows = Fields.int32(body);
    Fields.requireEnd(body);
    return new Execute(portal, rows);
  }

  static String query(ByteBuf body) throws ProtocolViolation {
    String sql = Fields.text(body);
    Fields.requireEnd(body);
    return sql;
  }
}
