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

  private static ByteBuf row(char type, int bytes) {
    return Unpooled.buffer().writeByte(type).writeInt(4 + bytes).writeZero(bytes);
  }

  private static String next(EmbeddedChannel channel) {
    return switch (channel.<Object>readInbound()) {
      case Rows rows -> {
        String text = rows.count() + " rows of " + rows.bytes();
        rows.release();
        yield text;
      }
      case Message message -> {
        message.release();
        yield String.valueOf((char) message.type());
      }
      case null, default -> "nothing";
    };
  }

  /** Whole rows that come in one read are one; of other types, or in parts, they are their own. */
  @Test
  void rowsTogether() {
    MessageDecoder decoder = new MessageDecoder(10);
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    channel.writeInbound(row('D', 1));
    assertEquals("D", next(channel));
    decoder.rowsTogether();
    ByteBuf all =
        Unpooled.wrappedBuffer(
            row('D', 3), row('D', 0), row('D', 10), row('C', 2), row('D', 1), row('d', 7));
    int head = 3 + 2 * MessageDecoder.HEAD + 1; // into the third row
    channel.writeInbound(all.copy(0, head));
    assertEquals("2 rows of 3", next(channel));
    assertEquals("nothing", next(channel));
    channel.writeInbound(all.copy(head, all.readableBytes() - head));
    assertEquals("1 rows of 10", next(channel));
    assertEquals("C", next(channel));
    assertEquals("1 rows of 1", next(channel));
    assertEquals("1 rows of 7", next(channel));
    assertEquals("nothing", next(channel));
    assertThrows(
        DecoderException.class,
        () -> channel.writeInbound(Unpooled.wrappedBuffer(row('D', 10), row('D', 11))));
    assertEquals("1 rows of 10", next(channel));
  }
}
