package io.ringfence.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class NetlinkMessageTest {
  @Test
  void messageReadsBackAsItWasWritten() {
    var attributes =
        new NetlinkAttributes()
            .withByte(1, 200)
            .withShort(2, 0xfffe)
            .withInt(3, 0xfffffffd)
            .with(4, new byte[] {1, 2, 3, 4, 5})
            .withNested(5, new NetlinkAttributes().withInt(1, 42));
    byte[] bytes = new NetlinkMessage(0x102, 5, 10, 0xabcd, attributes).bytes(77);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    assertEquals(bytes.length, in.getInt(0));
    assertEquals(0, bytes.length % 4);
    assertEquals(77, in.getInt(8));

    ByteBuffer body = in.slice(16, bytes.length - 16).order(ByteOrder.nativeOrder());
    NetlinkMessage read = NetlinkMessage.parse(0x102, 5, body);
    assertEquals(10, read.family());
    assertEquals(0xabcd, read.resource());
    assertEquals(OptionalInt.of(200), read.attributes().number(1));
    assertEquals(OptionalInt.of(0xfffe), read.attributes().number(2));
    assertEquals(OptionalInt.of(0xfffffffd), read.attributes().number(3));
    assertArrayEquals(new byte[] {1, 2, 3, 4, 5}, read.attributes().find(4).orElseThrow());
    assertEquals(OptionalInt.of(42), read.attributes().nested(5).number(1));
    assertEquals(Optional.empty(), read.attributes().find(6));
    assertEquals(OptionalInt.empty(), read.attributes().nested(6).number(1));
  }

  @Test
  void attributeLongerThanItsMessageEndsIt() {
    var good = new NetlinkAttributes().withInt(1, 7).bytes();
    ByteBuffer bad = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
    bad.put(good).putShort((short) 100).putShort((short) 2).flip();
    NetlinkAttributes read = NetlinkAttributes.parse(bad);
    assertEquals(OptionalInt.of(7), read.number(1));
    assertEquals(Optional.empty(), read.find(2));
  }
}
