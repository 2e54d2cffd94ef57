package io.ringfence.agent.kernel;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Reads the packets that log rules send to one NFLOG group of a network namespace, and hands each
 * to a consumer on a thread of its own, born in that namespace.
 *
 * <p>A consumer that is too slow loses packets, never delays one: the kernel keeps {@value
 * #UNREAD_BYTES_MAX} bytes and then drops, and {@link #lost} tells how many. A consumer that throws
 * ends the listening.
 */
public final class NflogListener implements AutoCloseable {
  /** How many bytes of logged packets the kernel keeps until they are read. */
  public static final int UNREAD_BYTES_MAX = 8 << 20;

  private static final int SUBSYSTEM = 4 << 8; // NFNL_SUBSYS_ULOG
  private static final int PACKET = SUBSYSTEM;
  private static final int CONFIGURE = SUBSYSTEM | 1;

  private static final int CONFIGURE_COMMAND = 1;
  private static final int CONFIGURE_MODE = 2;
  private static final int CONFIGURE_TIMEOUT = 4;
  private static final int CONFIGURE_FLAGS = 6;
  private static final int BIND = 1;
  private static final int COPY_PACKET = 2;
  private static final int NUMBER_PACKETS = 1;

  private static final int PACKET_HEADER = 1;
  private static final int INPUT_INTERFACE = 4;
  private static final int OUTPUT_INTERFACE = 5;
  private static final int PAYLOAD = 9;
  private static final int PREFIX = 10;
  private static final int SEQUENCE = 12;

  /** How long the kernel may hold packets back to send several at once. */
  private static final Duration BATCH = Duration.ofMillis(50);

  /** How soon a closed listener ends. */
  private static final Duration WAIT = Duration.ofMillis(200);

  private final Netlink netlink;
  private final Consumer<LoggedPacket> consumer;
  private final AtomicLong lost = new AtomicLong();
  private final Thread reader;
  private int sequenceExpected;
  private volatile boolean closing;

  private NflogListener(Netlink netlink, int group, Consumer<LoggedPacket> consumer) {
    this.netlink = netlink;
    this.consumer = consumer;
    // A platform thread: it waits inside system calls, which would hold a virtual one's carrier.
    this.reader =
        Thread.ofPlatform().daemon().name("nflog-" + group).unstarted(this::readUntilClosed);
  }

  /**
   * Listens to a group of the calling thread's network namespace.
   *
   * @param group 0 to 65535; only one listener of a namespace can have it
   * @param bytesPerPacket how much of each packet is copied, from the IP header on
   */
  public static NflogListener open(int group, int bytesPerPacket, Consumer<LoggedPacket> consumer)
      throws KernelException {
    Netlink netlink = Netlink.netfilter();
    try {
      netlink.keepUnread(UNREAD_BYTES_MAX);
      configure(netlink, group, bytesPerPacket);
    } catch (KernelException e) {
      netlink.close();
      throw e;
    }
    var listener = new NflogListener(netlink, group, consumer);
    listener.reader.start();
    return listener;
  }

  private static void configure(Netlink netlink, int group, int bytesPerPacket)
      throws KernelException {
    String attempted = "cannot listen to log group " + group;
    var bind = new NetlinkAttributes().withByte(CONFIGURE_COMMAND, BIND);
    netlink.request(new NetlinkMessage(CONFIGURE, 0, 0, group, bind), attempted);
    byte[] copy = ByteBuffer.allocate(6).putInt(bytesPerPacket).put((byte) COPY_PACKET).array();
    var options =
        new NetlinkAttributes()
            .with(CONFIGURE_MODE, copy)
            .withInt(CONFIGURE_TIMEOUT, Math.toIntExact(BATCH.toMillis() / 10))
            .withShort(CONFIGURE_FLAGS, NUMBER_PACKETS);
    netlink.request(new NetlinkMessage(CONFIGURE, 0, 0, group, options), attempted);
  }

  /** How many packets of the group were logged and not read in time. */
  public long lost() {
    return lost.get();
  }

  /** Whether it still reads: true until it is closed or the kernel refuses to go on. */
  public boolean listening() {
    return reader.isAlive();
  }

  private void readUntilClosed() {
    try (netlink) {
      while (!closing) {
        readNext();
      }
    } catch (KernelException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readNext() throws KernelException {
    try {
      for (Netlink.Received message : netlink.receive(WAIT)) {
        if (message.type() == PACKET) {
          read(message.parsed().attributes());
        }
      }
    } catch (KernelException e) {
      if (e.errno() != KernelException.OVERRUN) { // an overrun shows as a gap in the sequence
        throw e;
      }
    }
  }

  private void read(NetlinkAttributes packet) {
    packet.number(SEQUENCE).ifPresent(this::countGap);
    packet(packet).ifPresent(consumer);
  }

  private void countGap(int sequence) {
    lost.addAndGet(Integer.toUnsignedLong(sequence - sequenceExpected));
    sequenceExpected = sequence + 1;
  }

  private static Optional<LoggedPacket> packet(NetlinkAttributes from) {
    byte[] payload = from.find(PAYLOAD).orElseGet(() -> new byte[0]);
    return IpHeaders.parse(payload).map(headers -> packet(from, headers, payload));
  }

  private static LoggedPacket packet(NetlinkAttributes from, IpHeaders headers, byte[] payload) {
    return new LoggedPacket(
        from.find(PREFIX).map(NflogListener::text).orElse(""),
        from.find(PACKET_HEADER).map(header -> (int) header[2]).orElse(0),
        headers.source(),
        headers.destination(),
        headers.protocol(),
        headers.sourcePort(payload),
        headers.destinationPort(payload),
        headers.icmpType(payload),
        headers.icmpCode(payload),
        from.number(INPUT_INTERFACE),
        from.number(OUTPUT_INTERFACE),
        ByteBuffer.wrap(payload).asReadOnlyBuffer());
  }

  private static String text(byte[] terminated) {
    int length = terminated.length;
    while (length > 0 && terminated[length - 1] == 0) {
      length--;
    }
    return new String(terminated, 0, length, StandardCharsets.UTF_8);
  }

  /** Stops listening. Once it has returned, no further packet is handed over. */
  @Override
  public void close() {
    closing = true;
    if (Thread.currentThread() != reader) {
      awaitReader();
    }
  }

  private void awaitReader() {
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
