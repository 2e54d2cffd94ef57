package io.ringfence.conformance.differential;

import io.ringfence.model.Address;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.Protocol;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * An IP datagram whose last eight bytes are a cookie, by which it is known again wherever it turns
 * up. Every checksum is right.
 *
 * @param body what follows the IP header, the transport header first
 */
public record Datagram(
    Address source, Address destination, Protocol protocol, int hopLimit, byte[] body) {
  public static final int FIN = 1;
  public static final int SYN = 2;
  public static final int RST = 4;
  public static final int ACK = 16;

  static final int COOKIE_BYTES = 8;
  static final int HOP_LIMIT = 64;

  private static final Protocol GRE = new Protocol(47);
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int FRAGMENT_HEADER = 8;
  private static final int IPV6_FRAGMENT = 44;

  /** What the first fragment has: every transport header whole, in units of eight bytes. */
  private static final int FIRST_FRAGMENT_BYTES = 32;

  private static final int INIT = 1;
  private static final int INIT_ACK = 2;

  // --- Packets of a flow ---

  /** The packet that opens a flow: a SYN, an echo request, an INIT, or just the first. */
  public static Datagram opening(Flow flow, int sourcePort, long cookie) {
    return forward(flow, sourcePort, SYN, cookie);
  }

  /** A packet of a flow from its source, with these flags if it is TCP. */
  public static Datagram forward(Flow flow, int sourcePort, int flags, long cookie) {
    byte[] body =
        switch (flow.protocol().number()) {
          case 6 -> tcp(sourcePort, flow.port(), flags, 1000, cookie);
          case 17 -> udp(sourcePort, flow.port(), cookie);
          case 132 -> sctp(sourcePort, flow.port(), INIT, cookie);
          case 1, 58 -> icmp(flow.port() >> 8, flow.port() & 255, sourcePort, cookie);
          default -> other(cookie);
        };
    return summed(flow.source(), flow.destination(), flow.protocol(), body);
  }

  /** The first answer to the opening packet. */
  public static Datagram reply(Flow flow, int sourcePort, long cookie) {
    return backward(flow, sourcePort, SYN | ACK, cookie);
  }

  /** A packet of a flow from its destination, with these flags if it is TCP. */
  public static Datagram backward(Flow flow, int sourcePort, int flags, long cookie) {
    byte[] body =
        switch (flow.protocol().number()) {
          case 6 -> tcp(flow.port(), sourcePort, flags, 5000, cookie);
          case 17 -> udp(flow.port(), sourcePort, cookie);
          case 132 -> sctp(flow.port(), sourcePort, INIT_ACK, cookie);
          case 1 -> icmp(0, flow.port() & 255, sourcePort, cookie);
          case 58 -> icmp(129, flow.port() & 255, sourcePort, cookie);
          default -> other(cookie);
        };
    return summed(flow.destination(), flow.source(), flow.protocol(), body);
  }

  /** Destination unreachable, about another datagram, from an address. */
  public static Datagram errorAbout(Datagram cause, Address source, long cookie) {
    boolean v4 = cause.source.family() == Family.IPV4;
    byte[] quoted = cause.bytes();
    // The quoted header is enough of TCP to be found; what follows it is ours.
    int kept = (v4 ? IPV4_HEADER : IPV6_HEADER) + Math.min(20, cause.body.length);
    ByteBuffer out = ByteBuffer.allocate(8 + kept + COOKIE_BYTES);
    out.put((byte) (v4 ? 3 : 1)).put((byte) 1).putShort((short) 0).putInt(0);
    out.put(quoted, 0, kept).putLong(cookie);
    Protocol protocol = v4 ? Protocol.ICMP : Protocol.ICMPV6;
    return summed(source, cause.source, protocol, out.array());
  }

  private static byte[] tcp(int from, int to, int flags, int sequence, long cookie) {
    ByteBuffer out = ByteBuffer.allocate(20 + 20 + COOKIE_BYTES);
    boolean first = (flags & (SYN | ACK)) == SYN;
    boolean answer = (flags & (SYN | ACK)) == (SYN | ACK);
    // The other side's numbers begin at 1000 and 5000; a SYN takes one, and we acknowledge no data.
    int other = sequence == 1000 ? 5001 : 1001;
    out.putShort((short) from).putShort((short) to);
    out.putInt(first || answer ? sequence : sequence + 1).putInt(first ? 0 : other);
    out.put((byte) 0x50).put((byte) flags).putShort((short) 8192).putInt(0);
    return out.position(out.capacity() - COOKIE_BYTES).putLong(cookie).array();
  }

  private static byte[] udp(int from, int to, long cookie) {
    ByteBuffer out = ByteBuffer.allocate(8 + 32 + COOKIE_BYTES);
    out.putShort((short) from).putShort((short) to).putShort((short) out.capacity());
    return out.position(out.capacity() - COOKIE_BYTES).putLong(cookie).array();
  }

  /** An INIT or its answer (RFC 9260, 3.3.2), then padding that ends with the cookie. */
  private static byte[] sctp(int from, int to, int chunk, long cookie) {
    ByteBuffer out = ByteBuffer.allocate(12 + 20 + 12);
    out.putShort((short) from).putShort((short) to).putInt(chunk == INIT ? 0 : 7).putInt(0);
    out.put((byte) chunk).put((byte) 0).putShort((short) 32);
    out.putInt(chunk == INIT ? 7 : 9).putInt(1500).putShort((short) 1).putShort((short) 1);
    out.putInt(1);
    // An unknown parameter to be skipped (RFC 9260, 3.2.1) holds the cookie.
    out.putShort((short) 0xbfff).putShort((short) 12).putLong(cookie);
    CRC32C crc = new CRC32C();
    crc.update(out.array());
    out.putInt(8, Integer.reverseBytes((int) crc.getValue()));
    return out.array();
  }

  private static byte[] icmp(int type, int code, int identifier, long cookie) {
    ByteBuffer out = ByteBuffer.allocate(8 + 32 + COOKIE_BYTES);
    out.put((byte) type).put((byte) code).putShort((short) 0);
    out.putShort((short) identifier).putShort((short) 1);
    return out.position(out.capacity() - COOKIE_BYTES).putLong(cookie).array();
  }

  /** GRE without options (RFC 2784), or whatever a protocol makes of zeros. */
  private static byte[] other(long cookie) {
    ByteBuffer out = ByteBuffer.allocate(40 + COOKIE_BYTES);
    out.putShort(2, (short) 0x0800);
    return out.position(out.capacity() - COOKIE_BYTES).putLong(cookie).array();
  }

  // --- Checksums ---

  private static Datagram summed(Address from, Address to, Protocol protocol, byte[] body) {
    Datagram out = new Datagram(from, to, protocol, HOP_LIMIT, body);
    int at = out.checksumOffset();
    if (at >= 0) {
      ByteBuffer.wrap(body).putShort(at, out.checksum());
    }
    return out;
  }

  private int checksumOffset() {
    return switch (protocol.number()) {
      case 1, 58 -> 2;
      case 6 -> 16;
      case 17 -> 6;
      default -> -1;
    };
  }

  private short checksum() {
    int sum = sum(body);
    if (!protocol.equals(Protocol.ICMP)) {
      sum += sum(source.bytes()) + sum(destination.bytes()) + protocol.number() + body.length;
    }
    int folded = folded(sum);
    return (short) (folded == 0 && protocol.equals(Protocol.UDP) ? 0xffff : folded);
  }

  private static int sum(byte[] bytes) {
    int sum = 0;
    for (int i = 0; i < bytes.length; i++) {
      sum += i % 2 == 0 ? (bytes[i] & 255) << 8 : bytes[i] & 255;
    }
    return sum;
  }

  private static int folded(int sum) {
    int once = (sum & 0xffff) + (sum >>> 16);
    return ~((once & 0xffff) + (once >>> 16)) & 0xffff;
  }

  /** The same with a transport checksum that is wrong, so that it belongs to no connection. */
  public Datagram corrupted() {
    byte[] changed = body.clone();
    int at = protocol.equals(Protocol.SCTP) ? 8 : checksumOffset();
    changed[at] ^= 0x55;
    return new Datagram(source, destination, protocol, hopLimit, changed);
  }

  public Datagram withHopLimit(int limit) {
    return new Datagram(source, destination, protocol, limit, body);
  }

  public boolean hasChecksum() {
    return protocol.equals(Protocol.SCTP) || checksumOffset() >= 0;
  }

  // --- On the wire ---

  public byte[] bytes() {
    return source.family() == Family.IPV4 ? ipv4(0, body, false, 0) : ipv6(body);
  }

  /** Two fragments, the first with the whole transport header. */
  List<byte[]> fragments(int identifier) {
    byte[] head = Arrays.copyOf(body, FIRST_FRAGMENT_BYTES);
    byte[] tail = Arrays.copyOfRange(body, FIRST_FRAGMENT_BYTES, body.length);
    if (source.family() == Family.IPV4) {
      return List.of(
          ipv4(0, head, true, identifier), ipv4(FIRST_FRAGMENT_BYTES / 8, tail, false, identifier));
    }
    return List.of(
        ipv6Fragment(0, head, true, identifier),
        ipv6Fragment(FIRST_FRAGMENT_BYTES, tail, false, identifier));
  }

  private byte[] ipv4(int offset, byte[] part, boolean more, int identifier) {
    ByteBuffer out = ByteBuffer.allocate(IPV4_HEADER + part.length);
    out.put((byte) 0x45).put((byte) 0).putShort((short) out.capacity());
    out.putShort((short) identifier).putShort((short) (offset | (more ? 0x2000 : 0)));
    out.put((byte) hopLimit).put((byte) protocol.number()).putShort((short) 0);
    out.put(source.bytes()).put(destination.bytes());
    out.putShort(10, (short) folded(sum(Arrays.copyOf(out.array(), IPV4_HEADER))));
    return out.put(part).array();
  }

  private byte[] ipv6(byte[] payload) {
    return ipv6(protocol.number(), payload);
  }

  private byte[] ipv6(int next, byte[] payload) {
    ByteBuffer out = ByteBuffer.allocate(IPV6_HEADER + payload.length);
    out.putInt(0x6000_0000).putShort((short) payload.length).put((byte) next).put((byte) hopLimit);
    return out.put(source.bytes()).put(destination.bytes()).put(payload).array();
  }

  private byte[] ipv6Fragment(int offset, byte[] part, boolean more, int identifier) {
    ByteBuffer out = ByteBuffer.allocate(FRAGMENT_HEADER + part.length);
    out.put((byte) protocol.number()).put((byte) 0).putShort((short) (offset | (more ? 1 : 0)));
    out.putInt(identifier).put(part);
    return ipv6(IPV6_FRAGMENT, out.array());
  }

  /** How many bytes of body a packet on the wire has, fragment or not. */
  static int bodyBytes(byte[] packet) {
    if (packet[0] >> 4 == 4) {
      return packet.length - IPV4_HEADER;
    }
    boolean fragment = packet[6] == IPV6_FRAGMENT;
    return packet.length - IPV6_HEADER - (fragment ? FRAGMENT_HEADER : 0);
  }
}
