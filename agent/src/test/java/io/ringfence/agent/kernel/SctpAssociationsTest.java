package io.ringfence.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Lines as the kernel prints them; a kernel without SCTP has no such file. */
class SctpAssociationsTest {
  private static final String TWO_ADDRESSES =
      "ffff88803a1d2000 ffff88800b1c8000 2   1   3  0       12        0        0     991 24601"
          + " 38412  2905  *10.0.0.1 10.1.0.1 <-> *10.0.0.2 10.1.0.2 \t    7500    10    10   10   "
          + " 0    0        0        1        0   212992   212992";

  private static List<SocketEntry> read(String line) {
    return SctpAssociations.sockets(line).toList();
  }

  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }

  @Test
  void eachPairOfAddressesIsASocketOfTheOwner() {
    List<SocketEntry> sockets = read(TWO_ADDRESSES);
    assertEquals(4, sockets.size());
    assertTrue(sockets.stream().allMatch(s -> s.user().equals(OptionalLong.of(991))));
    assertTrue(
        sockets.stream().anyMatch(s -> s.sends(ip("10.1.0.1"), 38412, ip("10.0.0.2"), 2905)));
    assertFalse(
        sockets.stream().anyMatch(s -> s.sends(ip("10.0.0.1"), 38412, ip("10.9.0.2"), 2905)));
    assertFalse(
        sockets.stream().anyMatch(s -> s.sends(ip("10.0.0.1"), 38412, ip("10.0.0.2"), 2906)));
  }

  @Test
  void theTableFindsWhoMayHaveOpenedAnAssociation() {
    SocketTable table = new SocketTable(read(TWO_ADDRESSES));
    ConntrackTuple opened =
        new ConntrackTuple(ip("10.0.0.1"), ip("10.0.0.2"), IpHeaders.SCTP, 38412, 2905, 0, 0, 0);
    assertEquals(1, table.senders(opened).size());
    assertEquals(List.of(), table.senders(opened.reversed()));
    assertEquals(List.of(), table.tcpConnections());
  }

  @Test
  void ofIpv6AndOfASocketThatNoProcessHas() {
    String line = TWO_ADDRESSES.replace("991 24601", "0 0").replace("10.1.0.2", "fd00::2");
    SocketEntry last = read(line).getLast();
    assertEquals(ip("fd00::2"), last.remoteAddress());
    assertEquals(OptionalLong.empty(), last.user());
  }

  @Test
  void whatIsNoAssociationIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> read("an altogether different line"));
  }
}
