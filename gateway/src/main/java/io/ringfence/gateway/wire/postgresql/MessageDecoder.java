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
  private static final int HEAD = 5;

  /** What is always gathered. */
  private static final int SMALL = 16 << 10;

  private final int bytesMax;
  private final Held held;
  private boolean broken;

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
    byte type = in.readByte();
    in.skipBytes(4);
    out.add(new Message(type, in.readRetainedSlice(length - 4)));
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
