package io.ringfence.gateway.wire.postgresql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import org.junit.jupiter.api.Test;

final class MessageDecoderTest {
  private static ByteBuf message(int length, int bytes) {
    return Unpooled.buffer().writeByte('Q').writeInt(length).writeZero(bytes);
  }

  @Test
  void messagesAreCutWhereTheyEnd() {
    EmbeddedChannel channel = new EmbeddedChannel(new MessageDecoder(10));
    ByteBuf both = Unpooled.wrappedBuffer(message(8, 4), message(4, 0));
    for (int i = 0; i < both.readableBytes(); i++) {
      channel.writeInbound(both.copy(i, 1));
    }
    Message first = channel.readInbound();
    assertEquals(4, first.body().readableBytes());
    first.release();
    Message second = channel.readInbound();
    assertEquals(0, second.body().readableBytes());
    second.release();
    assertNull(channel.readInbound());
  }

  @Test
  void lengthAtTheLimitAndPastIt() {
    EmbeddedChannel channel = new EmbeddedChannel(new MessageDecoder(10));
    channel.writeInbound(message(14, 10));
    Message whole = channel.readInbound();
    assertEquals(10, whole.body().readableBytes());
    whole.release();
    // Past it the length alone is enough: nothing is waited for.
    assertThrows(DecoderException.class, () -> channel.writeInbound(message(15, 0)));
    assertThrows(
        DecoderException.class,
        () -> new EmbeddedChannel(new MessageDecoder(10)).writeInbound(message(3, 0)));
    assertThrows(
        DecoderException.class,
        () -> new EmbeddedChannel(new MessageDecoder(10)).writeInbound(message(-1, 0)));
  }
}
