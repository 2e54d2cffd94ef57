package io.ringfence.gateway.wire.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Cuts a stream into messages of at most so many bytes. */
final class MessageDecoder extends ByteToMessageDecoder {
  private static final int HEAD = 5;

  private final int bytesMax;
  private boolean broken;

  MessageDecoder(int bytesMax) {
    this.bytesMax = bytesMax;
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
      return;
    }
    byte type = in.readByte();
    in.skipBytes(4);
    out.add(new Message(type, in.readRetainedSlice(length - 4)));
  }
}
