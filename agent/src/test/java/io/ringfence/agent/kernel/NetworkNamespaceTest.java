package io.ringfence.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
class NetworkNamespaceTest {
  private static TestingRouter hosts;

  @BeforeAll
  static void setUp() throws Exception {
    hosts = new TestingRouter("ns");
  }

  @AfterAll
  static void tearDown() throws Exception {
    if (hosts != null) {
      hosts.close();
    }
  }

  @Test
  void tcpSocketsBelongToTheNamespaceTheyWereOpenedIn() throws Exception {
    try (ServerSocketChannel server =
        hosts.right.call(
            () ->
                ServerSocketChannel.open()
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 7000)))) {
      assertThrows(ConnectException.class, () -> hosts.left.call(() -> connect("127.0.0.1", 7000)));
      assertThrows(ConnectException.class, () -> connect("127.0.0.1", 7000));
      try (SocketChannel client = hosts.right.call(() -> connect("127.0.0.1", 7000));
          SocketChannel accepted = server.accept()) {
        assertEquals(client.getLocalAddress(), accepted.getRemoteAddress());
      }
    }
  }

  @Test
  void tcpCrossesTheRouterInBothFamilies() throws Exception {
    for (String to : new String[] {"10.2.0.2", "fd00:2::2"}) {
      try (ServerSocketChannel server =
              hosts.right.call(
                  () -> ServerSocketChannel.open().bind(new InetSocketAddress(to, 7001)));
          SocketChannel client = hosts.left.call(() -> connect(to, 7001));
          SocketChannel accepted = server.accept()) {
        assertEquals(client.getLocalAddress(), accepted.getRemoteAddress());
      }
    }
  }

  @Test
  void datagramsCrossTheRouter() throws Exception {
    try (DatagramChannel receiver =
            hosts.right.call(
                () -> DatagramChannel.open().bind(new InetSocketAddress("10.2.0.2", 7002)));
        DatagramChannel sender = hosts.left.call(DatagramChannel::open)) {
      sender.send(ByteBuffer.wrap(new byte[] {7}), new InetSocketAddress("10.2.0.2", 7002));
      var from = (InetSocketAddress) receiver.receive(ByteBuffer.allocate(8));
      assertEquals(TestingRouter.LEFT_4, from.getAddress());
    }
  }

  @Test
  void callerStaysWhereItIs() throws Exception {
    hosts.router.call(() -> null);
    assertEquals(null, NetworkInterface.getByName("left"));
    assertTrue(hosts.router.call(() -> NetworkInterface.getByName("left") != null));
  }

  @Test
  void currentIsWhereTheCallerIs() throws Exception {
    try (NetworkNamespace inRouter = hosts.router.call(NetworkNamespace::current);
        NetworkNamespace here = NetworkNamespace.current()) {
      assertTrue(inRouter.call(() -> NetworkInterface.getByName("left") != null));
      assertEquals(null, here.call(() -> NetworkInterface.getByName("left")));
    }
  }

  @Test
  void processNamesItsNamespace() throws Exception {
    Process sleeper =
        new ProcessBuilder("ip", "netns", "exec", hosts.name("router"), "sleep", "60").start();
    try {
      while (!sleeper.info().command().orElse("").endsWith("sleep")) {
        Thread.sleep(10);
      }
      try (NetworkNamespace namespace = NetworkNamespace.ofProcess(sleeper.pid())) {
        assertTrue(namespace.call(() -> NetworkInterface.getByName("left") != null));
      }
    } finally {
      sleeper.destroy();
    }
  }

  @Test
  void taskThrowsToItsCaller() {
    var thrown = new IOException("of the task");
    assertSame(
        thrown,
        assertThrows(
            IOException.class,
            () ->
                hosts.left.call(
                    () -> {
                      throw thrown;
                    })));
  }

  @Test
  void taskMayCallAgain() throws Exception {
    assertEquals(1, hosts.left.call(() -> hosts.left.call(() -> 1)));
  }

  @Test
  void missingNamespaceIsNamed() {
    var e = assertThrows(IOException.class, () -> NetworkNamespace.named("rfk-none"));
    assertEquals("cannot open `/run/netns/rfk-none`: no such file or directory", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> NetworkNamespace.named("../x"));
  }

  private static SocketChannel connect(String host, int port) throws IOException {
    return SocketChannel.open(new InetSocketAddress(host, port));
  }
}
