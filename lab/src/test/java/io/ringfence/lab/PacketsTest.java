package io.ringfence.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.model.Address;
import io.ringfence.model.Family;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PacketsTest {
  private static final Address A = Address.parse("10.0.0.1");
  private static final Address B = Address.parse("10.0.0.2");
  private static final Address A6 = Address.parse("fd00::1");
  private static final Address B6 = Address.parse("fd00::2");

  /** RFC 1071: a message that holds its own checksum sums to all ones. */
  private static int sum(byte[] bytes, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += (bytes[i] & 255) << ((i - from) % 2 == 0 ? 8 : 0);
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }

  private static int pseudo(byte[] packet, int addresses, int header, int protocol) {
    int length = packet.length - header;
    int sum = sum(packet, addresses, header) + sum(packet, header, packet.length);
    sum += protocol + length;
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }

  @Test
  void aSynHasValidChecksums() {
    byte[] packet = Packets.syn(A, B, 61000, 443, 7);
    assertEquals(40, packet.length);
    assertEquals(0xffff, sum(packet, 0, 20), "header");
    assertEquals(0xffff, pseudo(packet, 12, 20, 6), "segment");
    assertEquals(0xffff, pseudo(Packets.syn(A6, B6, 61000, 443, 7), 8, 40, 6), "IPv6");
  }

  @Test
  void aDatagramHasValidChecksums() {
    byte[] odd = {1, 2, 3};
    assertEquals(0xffff, pseudo(Packets.datagram(A, B, 61000, 53, odd), 12, 20, 17));
    assertEquals(0xffff, pseudo(Packets.datagram(A6, B6, 61000, 53, odd), 8, 40, 17));
  }

  @Test
  void anEchoRequestHasValidChecksums() {
    byte[] packet = Packets.echo(A, B, 258, 3);
    assertEquals(0xffff, sum(packet, 20, packet.length), "of the message alone");
    assertEquals(0xffff, pseudo(Packets.echo(A6, B6, 258, 3), 8, 40, 58), "with pseudo-header");
  }

  @Test
  void theHeaderSaysWhoItClaimsToComeFrom() {
    byte[] packet = Packets.syn(A, B, 61000, 443, 7);
    assertEquals("0a0000010a000002", HexFormat.of().formatHex(packet, 12, 20));
  }

  @Test
  void aHeardIpv4PacketComesWithItsHeader() {
    byte[] packet = Packets.syn(A, B, 61000, 443, 7);
    assertEquals(443, Packets.payload(Family.IPV4, packet).getShort(2));
  }
}
