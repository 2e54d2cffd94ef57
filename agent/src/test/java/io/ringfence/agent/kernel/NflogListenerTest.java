package io.ringfence.agent.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
@SuppressWarnings("try") // some listeners are there to listen, not to be called
class NflogListenerTest {
  private static TestingRouter hosts;
  private final BlockingQueue<LoggedPacket> packets = new LinkedBlockingQueue<>();

  @BeforeAll
  static void setUp() throws Exception {
    hosts = new TestingRouter("log");
  }

  @AfterAll
  static void tearDown() throws Exception {
    if (hosts != null) {
      hosts.close();
    }
  }

  @BeforeEach
  void logAndDrop() throws Exception {
    hosts.nft("flush ruleset");
    hosts.nft(
        """
        table inet t {
          chain c {
            type filter hook forward priority 0; policy accept;
            ip6 nexthdr icmpv6 log prefix "six" group 5 accept
            meta l4proto { udp, icmp } log prefix "default-deny/vector db" group 5 drop
          }
        }
        """);
  }

  @Test
  void droppedDatagramIsHandedOver() throws Exception {
    try (NflogListener listener = listen(128)) {
      send(TestingRouter.RIGHT_4, 6333, "payload");
      LoggedPacket packet = packets.poll(2, TimeUnit.SECONDS);
      assertEquals("default-deny/vector db", packet.prefix());
      assertEquals(2, packet.hook());
      assertEquals(TestingRouter.LEFT_4, packet.source());
      assertEquals(TestingRouter.RIGHT_4, packet.destination());
      assertEquals(17, packet.protocol());
      assertEquals(OptionalInt.of(6333), packet.destinationPort());
      assertTrue(packet.sourcePort().isPresent());
      assertEquals(OptionalInt.empty(), packet.icmpType());
      assertEquals(OptionalInt.of(index("left")), packet.inputInterface());
      assertEquals(OptionalInt.of(index("right")), packet.outputInterface());
      assertEquals(20 + 8 + 7, packet.payload().remaining());
      assertEquals(0, listener.lost());
      assertTrue(listener.listening());
    }
  }

  @Test
  void echoHasTypeAndCodeInBothFamilies() throws Exception {
    try (NflogListener listener = listen(128)) {
      assertThrows(IOException.class, () -> ping("-c1 -W1 10.2.0.2")); // it is dropped
      LoggedPacket four = packets.poll(2, TimeUnit.SECONDS);
      assertEquals(OptionalInt.of(8), four.icmpType());
      assertEquals(OptionalInt.of(0), four.icmpCode());
      assertEquals(OptionalInt.empty(), four.destinationPort());
      ping("-6 -c1 -W1 fd00:2::2");
      LoggedPacket six = packets.poll(2, TimeUnit.SECONDS);
      assertEquals("six", six.prefix());
      assertEquals(TestingRouter.LEFT_6, six.source());
      assertEquals(OptionalInt.of(128), six.icmpType());
    }
  }

  @Test
  void onlyAsMuchIsCopiedAsAskedFor() throws Exception {
    try (NflogListener listener = listen(28)) {
      send(TestingRouter.RIGHT_4, 6333, "secret");
      LoggedPacket packet = packets.poll(2, TimeUnit.SECONDS);
      assertEquals(28, packet.payload().remaining());
      assertEquals(OptionalInt.of(6333), packet.destinationPort());
    }
    try (NflogListener listener = listen(20)) {
      send(TestingRouter.RIGHT_4, 6333, "secret");
      assertEquals(OptionalInt.empty(), packets.poll(2, TimeUnit.SECONDS).destinationPort());
    }
  }

  @Test
  void closedListenerHearsNothingAndFreesItsGroup() throws Exception {
    NflogListener listener = listen(64);
    var e = assertThrows(KernelException.class, () -> listen(64));
    assertTrue(e.getMessage().startsWith("cannot listen to log group 5: "), e::getMessage);
    listener.close();
    listener.close();
    assertFalse(listener.listening());
    send(TestingRouter.RIGHT_4, 6333, "x");
    assertNull(packets.poll(300, TimeUnit.MILLISECONDS));
    listen(64).close();
  }

  @Test
  void slowConsumerLosesPacketsAndIsToldHowMany() throws Exception {
    var gate = new CountDownLatch(1);
    int sent = 20_000; // more bytes than the kernel keeps
    try (NflogListener listener =
        hosts.router.call(
            () ->
                NflogListener.open(
                    5,
                    1400,
                    packet -> {
                      awaitOpen(gate);
                      packets.add(packet);
                    }))) {
      sendMany(sent);
      gate.countDown();
      drain();
      send(TestingRouter.RIGHT_4, 6333, "last"); // the gap shows with the next packet that arrives
      drain();
      assertTrue(listener.lost() > 0, "none lost");
      assertEquals(sent + 1, packets.size() + listener.lost());
    }
  }

  private void drain() throws InterruptedException {
    int before;
    do {
      before = packets.size();
      Thread.sleep(400);
    } while (packets.size() > before);
  }

  private static void awaitOpen(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private NflogListener listen(int bytes) throws Exception {
    return hosts.router.call(() -> NflogListener.open(5, bytes, packets::add));
  }

  private static void send(InetAddress to, int port, String text) throws Exception {
    try (DatagramSocket socket = hosts.left.call(() -> new DatagramSocket())) {
      socket.send(new DatagramPacket(text.getBytes(UTF_8), text.length(), to, port));
    }
  }

  private static void sendMany(int count) throws Exception {
    try (DatagramSocket socket = hosts.left.call(() -> new DatagramSocket())) {
      var packet = new DatagramPacket(new byte[1400], 1400, TestingRouter.RIGHT_4, 6333);
      for (int i = 0; i < count; i++) {
        socket.send(packet);
      }
    }
  }

  private static void ping(String arguments) throws Exception {
    TestingRouter.exec("ip netns exec " + hosts.name("left") + " ping " + arguments);
  }

  private static int index(String device) throws Exception {
    return hosts.router.call(() -> NetworkInterface.getByName(device).getIndex());
  }
}
