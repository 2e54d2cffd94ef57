package io.ringfence.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpHeadersTest {
  private static final String V4 = "0a010002" + "0a020002";
  private static final String V6 =
      "fd000001000000000000000000000002" + "fd000002000000000000000000000002";

  /** Ports 0x1234 and 0x18bd; what follows the name is the packet from its first byte on. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "tcp,              45000028000000004006 0000" + V4 + "123418bd, 6, 6333",
    "options,          46000028000000004011 0000" + V4 + "01010101 123418bd, 17, 6333",
    "first fragment,   45000028000020004011 0000" + V4 + "123418bd, 17, 6333",
    "later fragment,   45000028000020014011 0000" + V4 + "123418bd, 17, -",
    "cut off,          45000028000000004006 0000" + V4 + "1234, 6, -",
    "esp has no ports, 45000028000000004032 0000" + V4 + "123418bd, 50, -",
    "tcp over v6,      60000000 0014 0640" + V6 + "123418bd, 6, 6333",
    "hop by hop,       60000000 0014 0040" + V6 + "1100010400000000 123418bd, 17, 6333",
    "first v6 part,    60000000 0014 2c40" + V6 + "1100000100000001 123418bd, 17, 6333",
    "later v6 part,    60000000 0014 2c40" + V6 + "1100000900000001 123418bd, 17, -",
    "authenticated,    60000000 0014 3340"
        + V6
        + "06020000 0000000100000001 00000000 123418bd, 6, 6333",
    "cut extension,    60000000 0014 0040" + V6 + "1100, 0, -",
  })
  void portsAreFoundBehindWhateverComesBefore(
      String name, String hex, int protocol, String destinationPort) {
    byte[] packet = HexFormat.of().parseHex(hex.replace(" ", ""));
    IpHeaders headers = IpHeaders.parse(packet).orElseThrow();
    assertEquals(protocol, headers.protocol());
    assertEquals(
        destinationPort.equals("-")
            ? OptionalInt.empty()
            : OptionalInt.of(Integer.parseInt(destinationPort)),
        headers.destinationPort(packet));
    assertEquals(2, headers.source().getAddress()[headers.source().getAddress().length - 1]);
  }

  @ParameterizedTest
  @CsvSource({"''", "00", "45000028", "6000000000140640", "f5000028000000004006000000"})
  void whatIsNoPacketIsNone(String hex) {
    assertEquals(Optional.empty(), IpHeaders.parse(HexFormat.of().parseHex(hex)));
  }

  @Test
  void echoHasTypeAndCode() {
    byte[] packet = HexFormat.of().parseHex("450000280000000040010000" + V4 + "0800ffff");
    IpHeaders headers = IpHeaders.parse(packet).orElseThrow();
    assertEquals(OptionalInt.of(8), headers.icmpType(packet));
    assertEquals(OptionalInt.of(0), headers.icmpCode(packet));
    assertEquals(OptionalInt.empty(), headers.sourcePort(packet));
  }
}
