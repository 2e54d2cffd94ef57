package io.ringfence.agent.kernel;

import static io.ringfence.agent.kernel.TestingConnection.arrives;
import static io.ringfence.agent.kernel.TestingConnection.carry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.agent.kernel.ConntrackEntry.TcpState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("kernel")
class ConntrackTest {
  private static final int MARK = 0x0030_0000;
  private static final int MASK = 0xfff0_0000;
  private static final Duration HOUR = Duration.ofHours(1);

  /**
   * Permits what the left opens and, as a firewall that knows no better, whatever is established.
   */
  private static final String LEFT_OPENS =
      """
      table inet t {
        chain c {
          type filter hook forward priority 0; policy drop;
          meta l4proto ipv6-icmp accept
          ct state established accept
          ct state new iifname "left" tcp flags & (syn | ack) == syn accept
        }
      }
      """;

  /** Tracks and permits everything, so that whoever speaks first is taken for the initiator. */
  private static final String TRACK_ALL =
      """
      table inet t {
        chain c {
          type filter hook forward priority 0; policy accept;
          ct state new,established counter
        }
      }
      """;

  private static TestingRouter hosts;
  private static Conntrack conntrack;

  @BeforeAll
  static void setUp() throws Exception {
    hosts = new TestingRouter("ct");
    conntrack = hosts.router.call(Conntrack::open);
  }

  @AfterAll
  static void tearDown() throws Exception {
    if (hosts != null) {
      conntrack.close();
      hosts.close();
    }
  }

  @AfterEach
  void forgetEverything() throws Exception {
    hosts.nft("flush ruleset");
    for (ConntrackEntry entry : conntrack.entries()) {
      conntrack.delete(entry);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.2.0.2", "fd00:2::2"})
  void openedConnectionIsListedTheWayItWasOpened(String server) throws Exception {
    hosts.nft(TRACK_ALL);
    try (var connection = connect(server)) {
      carry(connection.client, connection.server, 1);
      ConntrackEntry entry = only();
      assertEquals(connection.tuple(), entry.original());
      assertEquals(connection.tuple().reversed(), entry.reply());
      assertEquals(Optional.of(TcpState.ESTABLISHED), entry.tcpState());
      assertTrue(entry.seenReply() && entry.assured());
      assertEquals(0, entry.mark());
    }
  }

  @Test
  void withoutRulesNothingIsTracked() throws Exception {
    try (var connection = connect("10.2.0.2")) {
      carry(connection.server, connection.client, 1);
      assertEquals(List.of(), conntrack.entries());
    }
  }

  /**
   * Why live connections have to be taken over: the kernel's loose pickup guesses by who speaks.
   */
  @ParameterizedTest
  @ValueSource(strings = {"10.2.0.2", "fd00:2::2"})
  void pickedUpConnectionIsTheWrongWayRoundWhenTheServerSpeaksFirst(String server)
      throws Exception {
    try (var connection = connect(server)) {
      hosts.nft(TRACK_ALL);
      carry(connection.server, connection.client, 1);
      assertEquals(connection.tuple().reversed(), only().original());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.2.0.2", "fd00:2::2"})
  void liveConnectionIsCutByAStatefulRulesetWhenTheServerSpeaksFirst(String server)
      throws Exception {
    try (var connection = connect(server)) {
      hosts.nft(LEFT_OPENS);
      assertFalse(arrives(connection.server, connection.client, 500));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.2.0.2", "fd00:2::2"})
  void takenOverConnectionKeepsItsDirectionAndIsNotCut(String server) throws Exception {
    try (var connection = connect(server)) {
      assertTrue(conntrack.create(connection.tuple(), HOUR, MARK));
      hosts.nft(LEFT_OPENS);
      carry(connection.server, connection.client, 4_000_000);
      carry(connection.client, connection.server, 4_000_000);
      ConntrackEntry entry = only();
      assertEquals(connection.tuple(), entry.original());
      assertEquals(MARK, entry.mark());
      assertEquals(Optional.of(TcpState.ESTABLISHED), entry.tcpState());
      assertTrue(entry.seenReply() && entry.assured());
    }
  }

  @Test
  void takenOverConnectionIsClosedInOrder() throws Exception {
    try (var connection = connect("10.2.0.2")) {
      assertTrue(conntrack.create(connection.tuple(), HOUR, MARK));
      hosts.nft(LEFT_OPENS);
      connection.server.shutdownOutput();
      assertEquals(-1, connection.client.getInputStream().read());
      connection.client.shutdownOutput();
      assertEquals(-1, connection.server.getInputStream().read());
      assertEquals(Optional.of(TcpState.TIME_WAIT), only().tcpState());
    }
  }

  @Test
  void takenOverDatagramsKeepTheirDirection() throws Exception {
    try (DatagramChannel client = datagrams(hosts.left, TestingRouter.LEFT_4, 4000);
        DatagramChannel server = datagrams(hosts.right, TestingRouter.RIGHT_4, 5000)) {
      var tuple = ConntrackTuple.udp(TestingRouter.LEFT_4, 4000, TestingRouter.RIGHT_4, 5000);
      assertTrue(conntrack.create(tuple, Duration.ofMinutes(2), MARK));
      hosts.nft(LEFT_OPENS); // lets no new datagram pass, in either direction
      server.send(
          ByteBuffer.wrap(new byte[] {9}), new InetSocketAddress(TestingRouter.LEFT_4, 4000));
      client.socket().setSoTimeout(2000);
      client.receive(ByteBuffer.allocate(8));
      assertEquals(tuple, only().original());
    }
  }

  private static DatagramChannel datagrams(NetworkNamespace host, InetAddress address, int port)
      throws Exception {
    return host.call(() -> DatagramChannel.open().bind(new InetSocketAddress(address, port)));
  }

  @Test
  void createdEntryLivesAsLongAsAskedFor() throws Exception {
    var tuple = ConntrackTuple.tcp(TestingRouter.LEFT_6, 4000, TestingRouter.RIGHT_6, 5000);
    assertTrue(conntrack.create(tuple, HOUR, MARK));
    long left = only().timeout().toSeconds();
    assertTrue(left > 3590 && left <= 3600, () -> left + " s");
  }

  @Test
  void trackedConnectionIsNotCreatedAgainInEitherDirection() throws Exception {
    var tuple = ConntrackTuple.tcp(TestingRouter.LEFT_4, 4000, TestingRouter.RIGHT_4, 5000);
    assertTrue(conntrack.create(tuple, HOUR, MARK));
    assertFalse(conntrack.create(tuple, HOUR, 0));
    assertFalse(conntrack.create(tuple.reversed(), HOUR, 0));
    assertEquals(MARK, only().mark());
  }

  @Test
  void deletedConnectionPassesNoFurtherPacket() throws Exception {
    hosts.nft(LEFT_OPENS);
    try (var connection = connect("10.2.0.2")) {
      carry(connection.client, connection.server, 1);
      ConntrackEntry entry = only();
      assertTrue(conntrack.delete(entry));
      assertFalse(conntrack.delete(entry));
      assertEquals(List.of(), conntrack.entries());
      assertFalse(arrives(connection.client, connection.server, 500));
      assertFalse(arrives(connection.server, connection.client, 500));
    }
  }

  @Test
  void markIsSetUnderItsMaskAndFiltersListings() throws Exception {
    var one = ConntrackTuple.tcp(TestingRouter.LEFT_4, 4001, TestingRouter.RIGHT_4, 5000);
    var two = ConntrackTuple.udp(TestingRouter.LEFT_6, 4002, TestingRouter.RIGHT_6, 5000);
    assertTrue(conntrack.create(one, HOUR, MARK | 5));
    assertTrue(conntrack.create(two, HOUR, 7));
    assertEquals(List.of(one), marked(MARK));
    assertEquals(List.of(two), marked(0));
    for (ConntrackEntry entry : conntrack.entries()) {
      assertTrue(conntrack.mark(entry, 0x0050_0000, MASK));
    }
    assertEquals(2, marked(0x0050_0000).size());
    assertEquals(
        List.of(0x0050_0005, 0x0050_0007),
        conntrack.entries().stream().map(ConntrackEntry::mark).sorted().toList());
  }

  private static List<ConntrackTuple> marked(int value) throws Exception {
    List<ConntrackTuple> found = new ArrayList<>();
    conntrack.forEachMarked(value, MASK, entry -> found.add(entry.original()));
    return found;
  }

  @Test
  void echoIsListedByTypeAndIdentifier() throws Exception {
    hosts.nft(TRACK_ALL);
    TestingRouter.exec("ip netns exec " + hosts.name("left") + " ping -c1 -W2 10.2.0.2");
    ConntrackEntry entry = only();
    assertEquals(List.of(1, 8, 0), icmp(entry.original()));
    assertEquals(List.of(1, 0, 0), icmp(entry.reply()));
    assertEquals(entry.original().icmpId(), entry.reply().icmpId());
    assertTrue(conntrack.delete(entry));
    TestingRouter.exec("ip netns exec " + hosts.name("left") + " ping -6 -c1 -W2 fd00:2::2");
    assertTrue(
        conntrack.entries().stream()
            .anyMatch(six -> icmp(six.original()).equals(List.of(58, 128, 0))));
  }

  private static List<Integer> icmp(ConntrackTuple tuple) {
    return List.of(tuple.protocol(), tuple.icmpType(), tuple.icmpCode());
  }

  @Test
  void thousandsOfEntriesAreListedWhole() throws Exception {
    for (int port = 1; port <= 3000; port++) {
      conntrack.create(
          ConntrackTuple.udp(TestingRouter.LEFT_4, port, TestingRouter.RIGHT_4, 53), HOUR, 0);
    }
    assertEquals(
        3000, conntrack.entries().stream().map(ConntrackEntry::original).distinct().count());
  }

  private static TestingConnection connect(String server) throws Exception {
    return TestingConnection.open(hosts, InetAddress.ofLiteral(server), 6333);
  }

  /** The one entry with ports or of ICMPv4; neighbour discovery is tracked too and left out. */
  private static ConntrackEntry only() throws Exception {
    List<ConntrackEntry> entries =
        conntrack.entries().stream().filter(entry -> entry.original().protocol() != 58).toList();
    assertEquals(1, entries.size(), entries::toString);
    return entries.getFirst();
  }
}
