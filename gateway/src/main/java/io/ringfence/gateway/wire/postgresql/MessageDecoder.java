package io.ringfence.gateway.wire.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.ringfence.gateway.limit.Bodies;
import io.ringfence.gateway.limit.Held;
import io.ringfence.gateway.request.RefusedException;
import java.util.List;

/** Cuts a stream into messages of at most so many bytes. */
final class MessageDecoder extends ByteToMessageDecoder {
  /** Bytes of a type and a length. */
  static final int HEAD = 5;

  /** What is always gathered. */
  private static final int SMALL = 16 << 10;

  private final int bytesMax;
  private final Held held;
  private boolean broken;
  private boolean rowsTogether;

  /** Of a database, which is ours. */
  MessageDecoder(int bytesMax) {
    this(bytesMax, new Bodies(Long.MAX_VALUE));
  }

  /**
   * @param bodies room for the messages of all sessions
   */
  MessageDecoder(int bytesMax, Bodies bodies) {
    this.bytesMax = bytesMax;
    this.held = new Held(bodies);
  }

  /** From now on rows that come together are {@link Rows} and no {@link Message}s. */
  void rowsTogether() {
    rowsTogether = true;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws ProtocolViolation {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (in.readableBytes() < HEAD) {
      return;
    }
    int length = in.getInt(in.readerIndex() + 1);
    if (length < 4 || length - 4 > bytesMax) {
      broken = true;
      throw new ProtocolViolation("a message has at most " + bytesMax + " bytes");
    }
    if (in.readableBytes() < length + 1) {
      hold(length);
      return;
    }
    held.release();
    if (rowsTogether && isRow(in.getByte(in.readerIndex()))) {
      out.add(rows(in));
      return;
    }
    byte type = in.readByte();
    in.skipBytes(4);
    out.add(new Message(type, in.readRetainedSlice(length - 4)));
  }

  private static boolean isRow(byte type) {
    return type == 'D' || type == 'd';
  }

  /** The row that stands here, whole, and those like it behind it. */
  private Rows rows(ByteBuf in) {
    int begun = in.readerIndex();
    byte type = in.getByte(begun);
    int count = 0;
    int end = begun;
    for (int next = behind(in, end, type); next > end; next = behind(in, end, type)) {
      end = next;
      count++;
    }
    return new Rows(count, in.readRetainedSlice(end - begun));
  }

  /**
   * Where the message ends that begins there; there where none of that type does, or not wholly.
   */
  private int behind(ByteBuf in, int at, byte type) {
    if (in.writerIndex() - at < HEAD || in.getByte(at) != type) {
      return at;
    }
    int length = in.getInt(at + 1);
    boolean whole = length >= 4 && length - 4 <= bytesMax && length < in.writerIndex() - at;
    return whole ? at + 1 + length : at;
  }

  /** A message that comes in parts is gathered, whoever else sends one. */
  private void hold(int length) throws ProtocolViolation {
    try {
      held.grow(length > SMALL ? length : 0);
    } catch (RefusedException e) {
      broken = true;
      throw new ProtocolViolation(e.getMessage());
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    held.release();
  }
}
