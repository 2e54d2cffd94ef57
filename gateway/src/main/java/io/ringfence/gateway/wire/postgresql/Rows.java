package io.ringfence.gateway.wire.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;

/**
 * Rows of an answer that came together: messages of one type, {@code DataRow} or {@code CopyData}.
 *
 * @param messages whole, as they came; whoever takes it releases it
 */
record Rows(int count, ByteBuf messages) {
  /** How many bytes the rows have, without the types and lengths of their messages. */
  int bytes() {
    return messages.readableBytes() - count * MessageDecoder.HEAD;
  }

  void release() {
    ReferenceCountUtil.release(messages);
  }
}
