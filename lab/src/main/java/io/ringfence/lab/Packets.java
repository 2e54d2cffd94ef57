package io.ringfence.lab;

import io.ringfence.model.Address;
import io.ringfence.model.Family;
import io.ringfence.model.Protocol;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Writes and reads packets byte by byte (RFC 791, 8200, 792, 4443, 768, 9293, 9260). */
final class Packets {
  static final int ECHO_REPLY = 0;
  static final int ECHO_REQUEST = 8;
  static final int ECHO_REQUEST_6 = 128;
  static final int ECHO_REPLY_6 = 129;

  private static final int HOP_LIMIT = 64;
  private static final int SYN = 2;
  private static final int WINDOW = 64240;

  private Packets() {}

  /** A whole packet with an ICMP echo request. */
  static byte[] echo(Address from, Address to, int id, int sequence) {
    boolean ipv4 = from.family() == Family.IPV4;
    ByteBuffer out = ByteBuffer.allocate(16);
    out.put((byte) (ipv4 ? ECHO_REQUEST : ECHO_REQUEST_6)).put((byte) 0);
    out.putShort((short) 0).putShort((short) id).putShort((short) sequence);
    out.putLong(0x72696e6766656e63L);
    if (!ipv4) {
      return packet(from, to, Protocol.ICMPV6, out.array(), 2);
    }
    out.putShort(2, (short) fold(sum(out.array()))); // of the message alone: RFC 792
    return whole(from, to, Protocol.ICMP, out.array());
  }

  /** A whole packet with a TCP SYN, whatever its source claims. */
  static byte[] syn(Address from, Address to, int fromPort, int toPort, int sequence) {
    ByteBuffer tcp = ByteBuffer.allocate(20);
    tcp.putShort((short) fromPort).putShort((short) toPort).putInt(sequence).putInt(0);
    tcp.put((byte) (5 << 4)).put((byte) SYN).putShort((short) WINDOW);
    return packet(from, to, Protocol.TCP, tcp.array(), 16);
  }

  /** A whole packet with a UDP datagram, whatever its source claims. */
  static byte[] datagram(Address from, Address to, int fromPort, int toPort, byte[] data) {
    ByteBuffer udp = ByteBuffer.allocate(8 + data.length);
    udp.putShort((short) fromPort).putShort((short) toPort).putShort((short) udp.capacity());
    udp.putShort((short) 0).put(data);
    return packet(from, to, Protocol.UDP, udp.array(), 6);
  }

  /** A whole packet with the INIT chunk that opens an SCTP association. */
  static byte[] sctpInit(Address from, Address to, int fromPort, int toPort, int tag) {
    ByteBuffer out = ByteBuffer.allocate(32);
    out.putShort((short) fromPort).putShort((short) toPort).putInt(0).putInt(0);
    out.put((byte) 1).put((byte) 0).putShort((short) 20);
    out.putInt(tag).putInt(65536).putShort((short) 1).putShort((short) 1).putInt(tag);
    CRC32C crc = new CRC32C();
    crc.update(out.array());
    out.putInt(8, Integer.reverseBytes((int) crc.getValue()));
    return whole(from, to, Protocol.SCTP, out.array());
  }

  /** What an IP packet carries: heard by a raw socket, those of IPv4 come with their header. */
  static ByteBuffer payload(Family family, byte[] heard) {
    int header = family == Family.IPV4 ? (heard[0] & 15) * 4 : 0;
    return ByteBuffer.wrap(heard, header, heard.length - header).slice();
  }

  private static byte[] packet(
      Address from, Address to, Protocol protocol, byte[] payload, int checksumAt) {
    ByteBuffer pseudo = ByteBuffer.allocate(2 * from.bytes().length + 8 + payload.length);
    pseudo.put(from.bytes()).put(to.bytes()).putInt(payload.length).putInt(protocol.number());
    pseudo.put(payload);
    int checksum = fold(sum(pseudo.array()));
    // RFC 768: of a sum of zero the other zero is sent, since zero says that there is none.
    ByteBuffer.wrap(payload).putShort(checksumAt, (short) (checksum == 0 ? 0xffff : checksum));
    return whole(from, to, protocol, payload);
  }

  private static byte[] whole(Address from, Address to, Protocol protocol, byte[] payload) {
    return from.family() == Family.IPV4
        ? ipv4(from, to, protocol, payload)
        : ipv6(from, to, protocol, payload);
  }

  private static byte[] ipv4(Address from, Address to, Protocol protocol, byte[] payload) {
    ByteBuffer out = ByteBuffer.allocate(20 + payload.length);
    out.put((byte) 0x45).put((byte) 0).putShort((short) out.capacity());
    out.putShort((short) 0).putShort((short) 0x4000);
    out.put((byte) HOP_LIMIT).put((byte) protocol.number()).putShort((short) 0);
    out.put(from.bytes()).put(to.bytes());
    byte[] header = new byte[20];
    out.get(0, header);
    out.putShort(10, (short) fold(sum(header)));
    return out.put(payload).array();
  }

  private static byte[] ipv6(Address from, Address to, Protocol protocol, byte[] payload) {
    ByteBuffer out = ByteBuffer.allocate(40 + payload.length);
    out.putInt(6 << 28).putShort((short) payload.length);
    out.put((byte) protocol.number()).put((byte) HOP_LIMIT);
    return out.put(from.bytes()).put(to.bytes()).put(payload).array();
  }

  private static long sum(byte[] bytes) {
    long sum = 0;
    for (int i = 0; i < bytes.length; i++) {
      sum += (long) (bytes[i] & 255) << (i % 2 == 0 ? 8 : 0);
    }
    return sum;
  }

  /** RFC 1071. */
  private static int fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) (~folded & 0xffff);
  }
}
