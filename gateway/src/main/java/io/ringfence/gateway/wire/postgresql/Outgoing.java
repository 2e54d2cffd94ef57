package io.ringfence.gateway.wire.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.List;

/** Messages to the database, gathered until they are flushed. */
final class Outgoing {
  /** A text that is an error in every state of a session. */
  static final String FAILING = "!";

  private static final int GATHERED_MAX = 1 << 20;

  private final Channel database;
  private ByteBuf out;

  Outgoing(Channel database) {
    this.database = database;
  }

  private ByteBuf out() {
    if (out != null && out.readableBytes() > GATHERED_MAX) {
      flush();
    }
    if (out == null) {
      out = database.alloc().buffer();
    }
    return out;
  }

  void flush() {
    if (out != null) {
      database.writeAndFlush(out);
      out = null;
    }
  }

  boolean writable() {
    return database.isWritable();
  }

  /** Whether the database's answers are read. */
  void read(boolean answers) {
    database.config().setAutoRead(answers);
  }

  void query(String sql) {
    ByteBuf to = out();
    int begun = Fields.begin(to, 'Q');
    Fields.text(to, sql);
    Fields.end(to, begun);
  }

  void parse(String name, String sql, List<Integer> types) {
    ByteBuf to = out();
    int begun = Fields.begin(to, 'P');
    Fields.text(to, name);
    Fields.text(to, sql);
    to.writeShort(types.size());
    types.forEach(to::writeInt);
    Fields.end(to, begun);
  }

  void bind(String portal, String statement, ByteBuf values) {
    ByteBuf to = out();
    int begun = Fields.begin(to, 'B');
    Fields.text(to, portal);
    Fields.text(to, statement);
    to.writeBytes(values.duplicate());
    Fields.end(to, begun);
  }

  void describe(char kind, String name) {
    named('D', kind, name);
  }

  void close(char kind, String name) {
    named('C', kind, name);
  }

  private void named(char type, char kind, String name) {
    ByteBuf to = out();
    int begun = Fields.begin(to, type);
    to.writeByte(kind);
    Fields.text(to, name);
    Fields.end(to, begun);
  }

  void execute(String portal, int rowsMax) {
    ByteBuf to = out();
    int begun = Fields.begin(to, 'E');
    Fields.text(to, portal);
    to.writeInt(rowsMax);
    Fields.end(to, begun);
  }

  void sync() {
    Fields.empty(out(), 'S');
  }

  /** Flush: the answers so far are wanted. */
  void demand() {
    Fields.empty(out(), 'H');
  }

  /** CopyData, CopyDone or CopyFail, whose contents are the client's. */
  void pass(Message message) {
    ByteBuf to = out();
    int begun = Fields.begin(to, (char) message.type());
    to.writeBytes(message.body());
    Fields.end(to, begun);
  }

  void terminate() {
    if (database.isActive()) {
      Fields.empty(out(), 'X');
      ByteBuf last = out;
      out = null;
      database.writeAndFlush(last).addListener(f -> database.close());
    } else if (out != null) {
      out.release();
      out = null;
    }
  }
}
