package io.ringfence.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.agent.kernel.SocketEntry.Protocol;
import io.ringfence.agent.kernel.SocketEntry.State;
import io.ringfence.agent.kernel.SocketTable.Initiator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.DatagramChannel;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("kernel")
@SuppressWarnings("try") // sockets are there to be listed, not to be used
class SocketTableTest {
  private static TestingRouter hosts;

  @BeforeAll
  static void setUp() throws Exception {
    hosts = new TestingRouter("sock");
  }

  @AfterAll
  static void tearDown() throws Exception {
    if (hosts != null) {
      hosts.close();
    }
  }

  /** The listener is bound to one address, to all of a family, or to all of both. */
  @ParameterizedTest
  @CsvSource({
    "10.2.0.2, 10.2.0.2",
    "0.0.0.0, 10.2.0.2",
    "::, 10.2.0.2",
    "fd00:2::2, fd00:2::2",
    "::, fd00:2::2"
  })
  void bothEndsKnowWhoOpenedTheConnection(String bound, String server) throws Exception {
    try (ServerSocket listener = listen(bound, 6333);
        Socket client = hosts.left.call(() -> new Socket(InetAddress.ofLiteral(server), 6333));
        Socket accepted = listener.accept()) {
      SocketTable right = hosts.right.call(SocketTable::read);
      SocketTable left = hosts.left.call(SocketTable::read);
      SocketEntry incoming = only(right);
      SocketEntry outgoing = only(left);
      assertEquals(State.ESTABLISHED, incoming.state());
      assertEquals(InetAddress.ofLiteral(server), incoming.localAddress());
      assertEquals(6333, incoming.localPort());
      assertEquals(client.getLocalAddress(), incoming.remoteAddress());
      assertEquals(client.getLocalPort(), incoming.remotePort());
      assertEquals(incoming.localAddress(), outgoing.remoteAddress());
      assertEquals(incoming.localPort(), outgoing.remotePort());
      assertEquals(Initiator.REMOTE, right.initiator(incoming));
      assertEquals(Initiator.LOCAL, left.initiator(outgoing));
      assertTrue(right.sockets().stream().anyMatch(s -> s.state() == State.LISTEN));
    }
  }

  @Test
  void anotherAddressesListenerDoesNotCount() throws Exception {
    try (ServerSocket elsewhere = listen("127.0.0.1", 7777);
        ServerSocket server =
            hosts.left.call(() -> new ServerSocket(6334, 1, TestingRouter.LEFT_4));
        Socket client =
            hosts.right.call(
                () -> new Socket(TestingRouter.LEFT_4, 6334, TestingRouter.RIGHT_4, 7777));
        Socket accepted = server.accept()) {
      SocketTable right = hosts.right.call(SocketTable::read);
      assertEquals(Initiator.LOCAL, right.initiator(only(right)));
    }
  }

  @Test
  void datagramSocketsAreListed() throws Exception {
    try (DatagramChannel bound =
            hosts.left.call(
                () -> DatagramChannel.open().bind(new InetSocketAddress("10.1.0.2", 5353)));
        DatagramChannel connected =
            hosts.left.call(
                () -> DatagramChannel.open().connect(new InetSocketAddress("fd00:2::2", 53)))) {
      List<SocketEntry> sockets =
          hosts.left.call(SocketTable::read).sockets().stream()
              .filter(socket -> socket.protocol() == Protocol.UDP)
              .toList();
      assertEquals(2, sockets.size());
      assertTrue(
          sockets.stream()
              .anyMatch(s -> s.localAddress().equals(TestingRouter.LEFT_4) && !s.connected()));
      assertTrue(
          sockets.stream()
              .anyMatch(s -> s.remoteAddress().equals(TestingRouter.RIGHT_6) && s.connected()));
    }
  }

  private static ServerSocket listen(String address, int port) throws Exception {
    return hosts.right.call(() -> new ServerSocket(port, 1, InetAddress.ofLiteral(address)));
  }

  private static SocketEntry only(SocketTable table) {
    assertEquals(1, table.tcpConnections().size(), () -> table.sockets().toString());
    return table.tcpConnections().getFirst();
  }
}
