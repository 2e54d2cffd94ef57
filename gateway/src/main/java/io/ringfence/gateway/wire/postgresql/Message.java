package io.ringfence.gateway.wire.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;

/**
 * One message.
 *
 * @param body without type and length; whoever takes it releases it
 */
record Message(byte type, ByteBuf body) {
  void release() {
    ReferenceCountUtil.release(body);
  }
}
