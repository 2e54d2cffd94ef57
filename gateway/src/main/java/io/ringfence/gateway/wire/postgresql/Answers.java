package io.ringfence.gateway.wire.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.ringfence.gateway.engine.postgresql.PostgresqlGuard;
import io.ringfence.gateway.engine.postgresql.Reading;
import io.ringfence.gateway.engine.postgresql.SqlError;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The database's answers on their way to the client: each is what was expected, or the session
 * ends. Errors are rewritten; what is not for the client stays.
 */
final class Answers extends ChannelInboundHandlerAdapter {
  private static final int GATHERED_MAX = 1 << 18;

  private static final int OUT_MIN = 256;
  private static final int OUT_USUAL_MAX = 1 << 15;

  /** What the database says of itself that drivers go by. */
  private static final Set<String> PARAMETERS =
      Set.of(
          "application_name",
          "client_encoding",
          "DateStyle",
          "default_transaction_read_only",
          "in_hot_standby",
          "integer_datetimes",
          "IntervalStyle",
          "server_encoding",
          "server_version",
          "standard_conforming_strings",
          "TimeZone");

  private final Channel client;
  private final Session session;
  private final SessionNames names;
  private final boolean errorsGuarded;
  private final ArrayDeque<Expected> expected = new ArrayDeque<>();
  private ByteBuf out;

  /** So many bytes the last answer had, as the next one may; else what is gathered grows often. */
  private int usual = OUT_MIN;

  private boolean skipping;
  private boolean copying;
  private int copiesAwaited;
  private boolean draining;
  private long heardNanos = System.nanoTime();

  Answers(Channel client, Session session, SessionNames names, Set<PostgresqlGuard> guards) {
    this.errorsGuarded = guards.contains(PostgresqlGuard.ERRORS);
    this.client = client;
    this.session = session;
    this.names = names;
  }

  static boolean parameter(String name) {
    return PARAMETERS.contains(name);
  }

  // --- What the session asks ---

  void expect(Expected next) {
    if (next.kind == Expected.Kind.SYNC || next.kind == Expected.Kind.QUERY) {
      skipping = false;
    }
    if (expected.isEmpty()) {
      heard();
    }
    expected.add(next);
  }

  /** Somebody says something: the database, or the client whose rows it takes. */
  void heard() {
    heardNanos = System.nanoTime();
  }

  /** How long nothing was heard of what is expected; none where nothing is. */
  Optional<Duration> silence() {
    return expected.isEmpty()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(System.nanoTime() - heardNanos));
  }

  /** How many statements are expected, which the database may tell of together. */
  int statements() {
    return expected.stream()
        .mapToInt(
            e ->
                switch (e.kind) {
                  case QUERY -> e.readings.size();
                  case EXECUTE -> 1;
                  case PARSE, BIND, DESCRIBE, CLOSE, SYNC -> 0;
                })
        .sum();
  }

  /** Whether the database skips what comes before the next Sync. */
  boolean skipping() {
    return skipping;
  }

  /** Whether the client's rows are taken. */
  boolean copying() {
    return copying;
  }

  /** Whether it must first be seen if rows are taken. */
  boolean awaitsCopy() {
    return copiesAwaited > 0 && !copying;
  }

  void awaitCopies(int count) {
    copiesAwaited = count;
  }

  /** Ends the session as soon as nothing is being answered. */
  void drain() {
    draining = true;
    endIfDrained();
  }

  private void endIfDrained() {
    if (draining && expected.isEmpty()) {
      session.end(Optional.of(Session.over()));
    }
  }

  /** Gives up what is expected; true if there was anything. */
  boolean end() {
    boolean any = !expected.isEmpty();
    expected.forEach(Expected::failed);
    expected.clear();
    if (out != null) {
      out.release();
      out = null;
    }
    return any;
  }

  // --- What the database says ---

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    heard();
    try {
      if (read instanceof Rows rows) {
        take(rows);
      } else {
        take((Message) read);
      }
    } catch (ProtocolViolation e) {
      session.end(Optional.of(UNEXPECTED));
    } finally {
      if (read instanceof Rows rows) {
        rows.release();
      } else {
        ((Message) read).release();
      }
    }
  }

  private static final SqlError UNEXPECTED =
      new SqlError("FATAL", "08P01", "the database answers what was not asked");

  private void take(Rows rows) throws ProtocolViolation {
    statement().rows(rows.count(), rows.bytes());
    ByteBuf messages = rows.messages();
    out(messages.readableBytes()).writeBytes(messages);
    flushIfLong();
  }

  private void take(Message message) throws ProtocolViolation {
    switch (message.type()) {
      case '1' -> {
        head(Expected.Kind.PARSE);
        done(message);
      }
      case '2' -> {
        head(Expected.Kind.BIND);
        done(message);
      }
      case '3' -> {
        head(Expected.Kind.CLOSE);
        done(message);
      }
      case 't' -> {
        head(Expected.Kind.DESCRIBE);
        pass(message);
      }
      case 'n' -> {
        head(Expected.Kind.DESCRIBE);
        done(message);
      }
      case 'T' -> {
        if (head().kind == Expected.Kind.DESCRIBE) {
          done(message);
        } else {
          head(Expected.Kind.QUERY);
          pass(message);
        }
      }
      case 'C', 'I' -> {
        copying = false;
        statement().answered();
        doneUnlessQuery(message);
      }
      case 's' -> {
        head(Expected.Kind.EXECUTE).answered();
        done(message);
      }
      case 'G' -> {
        head(Expected.Kind.QUERY);
        copiesAwaited--;
        copying = true;
        pass(message);
        session.pump();
      }
      case 'H', 'c' -> {
        statement();
        pass(message);
      }
      case 'E' -> error(message);
      case 'Z' -> ready(message);
      case 'N' -> notice(message);
      case 'S' -> parameter(message);
      // What others NOTIFY is not for this session.
      case 'A' -> {}
      default -> throw new ProtocolViolation("no such message");
    }
  }

  private Expected head() throws ProtocolViolation {
    Expected head = expected.peek();
    if (head == null || head.refusal.isPresent()) {
      throw new ProtocolViolation("nothing was asked");
    }
    return head;
  }

  private Expected head(Expected.Kind kind) throws ProtocolViolation {
    Expected head = head();
    if (head.kind != kind) {
      throw new ProtocolViolation("something else was asked");
    }
    return head;
  }

  private Expected statement() throws ProtocolViolation {
    Expected head = head();
    if (head.kind != Expected.Kind.QUERY && head.kind != Expected.Kind.EXECUTE) {
      throw new ProtocolViolation("no statement was asked");
    }
    return head;
  }

  private void done(Message message) {
    if (!expected.poll().ours) {
      pass(message);
    }
  }

  private void doneUnlessQuery(Message message) {
    if (expected.peek().kind == Expected.Kind.QUERY) {
      pass(message);
    } else {
      done(message);
    }
  }

  private void error(Message message) throws ProtocolViolation {
    Expected head = expected.peek();
    SqlError said =
        errorsGuarded
            ? ErrorMessage.read(message.body(), head == null ? Map.of() : head.names())
            : ErrorMessage.unread(message.body());
    SqlError shown = head == null ? said : head.refusal.orElse(said);
    copying = false;
    copiesAwaited = 0;
    if (head != null) {
      giveUp(head);
    }
    ErrorMessage.write(out(), 'E', shown);
    session.pump();
  }

  private void giveUp(Expected head) {
    switch (head.kind) {
      case QUERY -> {
        head.failed();
        head.readings.forEach(names::failed);
      }
      case SYNC -> {}
      case PARSE, BIND, DESCRIBE, CLOSE, EXECUTE -> {
        while (!expected.isEmpty() && expected.peek().kind != Expected.Kind.SYNC) {
          Expected skipped = expected.poll();
          skipped.failed();
          forget(skipped.readings);
        }
        skipping = expected.isEmpty();
      }
    }
  }

  private void forget(List<Reading> readings) {
    readings.forEach(names::failed);
  }

  private void ready(Message message) throws ProtocolViolation {
    Expected head = expected.poll();
    boolean asked =
        head != null && (head.kind == Expected.Kind.QUERY || head.kind == Expected.Kind.SYNC);
    if (!asked) {
      throw new ProtocolViolation("nothing was asked");
    }
    head.failed();
    copiesAwaited = 0;
    if (message.body().getByte(message.body().readerIndex()) == 'I') {
      names.forgetPortals(expected.isEmpty());
    }
    pass(message);
    if (expected.isEmpty()) {
      session.idle();
    }
    endIfDrained();
    session.pump();
  }

  /** Passed on where every name in it is the client's own. */
  private void notice(Message message) throws ProtocolViolation {
    Expected head = expected.peek();
    Map<String, String> known = head == null ? Map.of() : head.names();
    SqlError said = ErrorMessage.read(message.body(), known);
    if (said.state().startsWith("00") || said.state().startsWith("42")) {
      ErrorMessage.write(out(), 'N', said);
    }
  }

  private void parameter(Message message) throws ProtocolViolation {
    ByteBuf body = message.body().duplicate();
    if (PARAMETERS.contains(Fields.text(body))) {
      pass(message);
    }
  }

  // --- To the client ---

  private ByteBuf out() {
    return out(0);
  }

  /** With room for so many bytes, and for what an answer ends in. */
  private ByteBuf out(int bytes) {
    if (out == null) {
      out = client.alloc().buffer(Math.max(usual, bytes + OUT_MIN));
    }
    return out;
  }

  private void pass(Message message) {
    ByteBuf to = out();
    ByteBuf body = message.body();
    to.writeByte(message.type());
    to.writeInt(4 + body.readableBytes());
    to.writeBytes(body, body.readerIndex(), body.readableBytes());
    flushIfLong();
  }

  private void flushIfLong() {
    if (out.readableBytes() > GATHERED_MAX) {
      flush();
    }
  }

  private void flush() {
    if (out != null) {
      usual = Math.clamp(out.readableBytes() + OUT_MIN, OUT_MIN, OUT_USUAL_MAX);
      client.writeAndFlush(out);
      out = null;
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    session.databaseWritable();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    flush();
    session.end(Optional.of(Session.over()));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    session.end(Optional.of(UNEXPECTED));
  }
}
