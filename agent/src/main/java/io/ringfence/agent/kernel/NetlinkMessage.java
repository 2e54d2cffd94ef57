package io.ringfence.agent.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A message of netfilter's netlink: {@code struct nlmsghdr}, {@code struct nfgenmsg}, attributes.
 *
 * @param type the netfilter subsystem in the upper byte, its message in the lower
 * @param flags {@code NLM_F_*}
 * @param family the protocol family, {@code AF_INET} for instance; 0 for any
 * @param resource what the subsystem numbers, a log group for instance
 */
record NetlinkMessage(int type, int flags, int family, int resource, NetlinkAttributes attributes) {
  static final int HEADER_BYTES = 16;

  /** Types below are netlink's own and carry no attributes. */
  static final int CONTROL_TYPES = 0x10;

  static final int ERROR = 2;
  static final int DONE = 3;

  static final int REQUEST = 1;
  static final int ACKNOWLEDGE = 4;
  static final int EXCLUSIVE = 0x200;
  static final int DUMP = 0x300;
  static final int CREATE = 0x400;

  private static final int FAMILY_HEADER_BYTES = 4;

  NetlinkMessage with(int flag) {
    return new NetlinkMessage(type, flags | flag, family, resource, attributes);
  }

  /** Parses what follows the netlink header. */
  static NetlinkMessage parse(int type, int flags, ByteBuffer body) {
    int family = Byte.toUnsignedInt(body.get(0));
    int resource = Short.toUnsignedInt(body.duplicate().getShort(2)); // big-endian, as duplicates
    ByteBuffer attributes = body.slice(FAMILY_HEADER_BYTES, body.limit() - FAMILY_HEADER_BYTES);
    return new NetlinkMessage(type, flags, family, resource, NetlinkAttributes.parse(attributes));
  }

  byte[] bytes(int sequence) {
    byte[] payload = attributes.bytes();
    int size = HEADER_BYTES + FAMILY_HEADER_BYTES + payload.length;
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    out.putInt(size).putShort((short) type).putShort((short) flags).putInt(sequence).putInt(0);
    out.put((byte) family).put((byte) 0);
    out.order(ByteOrder.BIG_ENDIAN).putShort((short) resource);
    return out.put(payload).array();
  }
}
