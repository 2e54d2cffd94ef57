package io.ringfence.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Literals of addresses and prefixes. */
class AddressTest {
  @ParameterizedTest
  @CsvSource({
    "10.20.0.10, 10.20.0.10",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "fd00:20:0::a, fd00:20::a",
    "FD00:0020:0000:0000:0000:0000:0000:000A, fd00:20::a",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  })
  void literals(String text, String canonical) {
    Address address = Address.parse(text);
    assertEquals(canonical, address.toString());
    assertEquals(address, Address.of(address.bytes()));
    assertEquals(address, Address.parse(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.1",
        "1",
        "010.0.0.1",
        "10.0.0.256",
        "10.0.0.1.2",
        "10.0.0.-1",
        " 10.0.0.1",
        "10.0.0.1 ",
        "host",
        "fd00::g",
        "fe80::1%eth0",
        "::ffff:10.0.0.1",
        ":::",
        "1:2:3:4:5:6:7",
        "[::1]",
        "0x7f.0.0.1",
        "١٠.0.0.1"
      })
  void whatToolsReadDifferentlyIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Address.parse(text));
  }

  @Test
  void neighboursCarryAcrossTheHalves() {
    Address edge = Address.ipv6(1, -1);
    assertEquals(Address.ipv6(2, 0), edge.next());
    assertEquals(edge, edge.next().previous());
    assertThrows(IllegalStateException.class, () -> Address.last(Family.IPV6).next());
    assertThrows(IllegalStateException.class, () -> Address.first(Family.IPV4).previous());
  }

  @Test
  void orderIsUnsigned() {
    assertTrue(Address.parse("200.0.0.1").compareTo(Address.parse("100.0.0.1")) > 0);
    assertTrue(Address.parse("ff00::").compareTo(Address.parse("1::")) > 0);
  }

  @ParameterizedTest
  @CsvSource({
    "10.20.0.0/24, 10.20.0.255",
    "0.0.0.0/0, 255.255.255.255",
    "10.0.0.1, 10.0.0.1",
    "fd00::/64, fd00::ffff:ffff:ffff:ffff",
    "fd00::/63, fd00:0:0:1:ffff:ffff:ffff:ffff",
    "::/0, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fd00::8/125, fd00::f",
  })
  void prefixesEnd(String prefix, String last) {
    assertEquals(Address.parse(last), Prefix.parse(prefix).last());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.20.0.1/24",
        "fd00::1/64",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10.0.0.0/08",
        "::/129",
        "10.0.0.0/8/8"
      })
  void prefixesThatAreNone(String text) {
    assertThrows(IllegalArgumentException.class, () -> Prefix.parse(text));
  }

  @Test
  void hostBitsAreNamedWithTheNetworkMeant() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Prefix.parse("10.20.0.1/24"));
    assertEquals(
        "`10.20.0.1/24` has host bits set; the network is 10.20.0.0/24", refused.getMessage());
  }
}
