package io.ringfence.agent.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The attributes of a netlink message: type and payload, some payloads being attributes again. No
 * message that this package reads repeats a type. Numbers are in network byte order, as netfilter
 * has them.
 */
final class NetlinkAttributes {
  private static final int HEADER_BYTES = 4;
  private static final int NESTED = 0x8000;
  private static final int TYPE_MASK = 0x3fff; // without the flags NESTED and NET_BYTEORDER

  private final SortedMap<Integer, byte[]> payloads = new TreeMap<>();

  static NetlinkAttributes parse(ByteBuffer from) {
    var attributes = new NetlinkAttributes();
    ByteBuffer in = from.slice().order(ByteOrder.nativeOrder());
    while (in.remaining() >= HEADER_BYTES) {
      int start = in.position();
      int length = Short.toUnsignedInt(in.getShort());
      int type = Short.toUnsignedInt(in.getShort()) & TYPE_MASK;
      if (length < HEADER_BYTES || length - HEADER_BYTES > in.remaining()) {
        break; // not what the kernel sends: what was read so far stands
      }
      byte[] payload = new byte[length - HEADER_BYTES];
      in.get(payload);
      attributes.payloads.put(type, payload);
      in.position(Math.min(start + aligned(length), in.limit()));
    }
    return attributes;
  }

  NetlinkAttributes with(int type, byte[] payload) {
    payloads.put(type, payload);
    return this;
  }

  NetlinkAttributes withByte(int type, int value) {
    return with(type, new byte[] {(byte) value});
  }

  NetlinkAttributes withShort(int type, int value) {
    return with(type, ByteBuffer.allocate(2).putShort((short) value).array());
  }

  NetlinkAttributes withInt(int type, int value) {
    return with(type, ByteBuffer.allocate(4).putInt(value).array());
  }

  NetlinkAttributes withNested(int type, NetlinkAttributes nested) {
    return with(type | NESTED, nested.bytes());
  }

  Optional<byte[]> find(int type) {
    return Optional.ofNullable(payloads.get(type));
  }

  /** An unsigned number of one, two or four bytes, or the lower half of eight. */
  OptionalInt number(int type) {
    byte[] payload = payloads.get(type);
    if (payload == null) {
      return OptionalInt.empty();
    }
    int value = 0;
    for (byte b : payload) {
      value = (value << 8) | (b & 0xff);
    }
    return OptionalInt.of(value);
  }

  /** What is nested under a type; no attributes when there is none. */
  NetlinkAttributes nested(int type) {
    return find(type)
        .map(payload -> parse(ByteBuffer.wrap(payload)))
        .orElseGet(NetlinkAttributes::new);
  }

  byte[] bytes() {
    int size = payloads.values().stream().mapToInt(p -> aligned(HEADER_BYTES + p.length)).sum();
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    payloads.forEach(
        (type, payload) -> {
          int start = out.position();
          out.putShort((short) (HEADER_BYTES + payload.length)).putShort(type.shortValue());
          out.put(payload).position(start + aligned(HEADER_BYTES + payload.length));
        });
    return out.array();
  }

  static int aligned(int length) {
    return (length + 3) & ~3;
  }
}
