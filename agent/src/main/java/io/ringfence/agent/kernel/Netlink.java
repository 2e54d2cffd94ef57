package io.ringfence.agent.kernel;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A netlink socket to netfilter, in the network namespace of the thread that opened it. For one
 * thread at a time.
 */
final class Netlink implements AutoCloseable {
  private static final int AF_NETLINK = 16;
  private static final int RAW_CLOSE_ON_EXEC = 3 | 0x80000;
  private static final int NETLINK_NETFILTER = 12;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int ADDRESS_BYTES = 12; // struct sockaddr_nl
  private static final int DATAGRAM_BYTES_MAX = 1 << 17;
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  private final Arena arena = Arena.ofShared();
  private final MemorySegment kernel = arena.allocate(ADDRESS_BYTES, 4);
  private final MemorySegment received = arena.allocate(DATAGRAM_BYTES_MAX, 4);
  private final int socket;
  private int sequence;

  private Netlink(int socket) {
    this.socket = socket;
    kernel.set(JAVA_SHORT, 0, (short) AF_NETLINK);
  }

  static Netlink netfilter() throws KernelException {
    var netlink = new Netlink(Libc.socket(AF_NETLINK, RAW_CLOSE_ON_EXEC, NETLINK_NETFILTER));
    try {
      Libc.bind(netlink.socket, netlink.kernel); // port 0: the kernel gives us one
      return netlink;
    } catch (KernelException e) {
      netlink.close();
      throw e;
    }
  }

  /** How much the kernel keeps for us until we read it, beyond what others may ask for. */
  void keepUnread(int bytes) throws KernelException {
    Libc.option(socket, SOL_SOCKET, SO_RCVBUFFORCE, bytes);
  }

  /** Sends a request and waits until the kernel has carried it out, or throws its refusal. */
  void request(NetlinkMessage request, String attempted) throws KernelException {
    exchange(request.with(NetlinkMessage.ACKNOWLEDGE), attempted, answer -> {});
  }

  /** Sends a request for a listing and hands over each part of it. */
  void dump(NetlinkMessage request, String attempted, Consumer<NetlinkMessage> part)
      throws KernelException {
    exchange(request.with(NetlinkMessage.DUMP), attempted, part);
  }

  private void exchange(NetlinkMessage request, String attempted, Consumer<NetlinkMessage> part)
      throws KernelException {
    int number = ++sequence;
    send(request, number);
    long deadline = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
    boolean open = true;
    while (open) {
      if (System.nanoTime() > deadline) {
        throw new KernelException(attempted, KernelException.TIMED_OUT, "no answer in time");
      }
      for (Received message : receive(ANSWER_TIMEOUT)) {
        if (message.sequence() == number) {
          open = open && answered(message, attempted, part);
          deadline = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
        }
      }
    }
  }

  /** Takes one part of an answer; false when it was the last. */
  private static boolean answered(Received message, String attempted, Consumer<NetlinkMessage> part)
      throws KernelException {
    if (message.type() >= NetlinkMessage.CONTROL_TYPES) {
      part.accept(message.parsed());
      return true;
    }
    if (message.type() == NetlinkMessage.ERROR || message.type() == NetlinkMessage.DONE) {
      int error = message.body().remaining() < 4 ? 0 : -message.body().getInt(0);
      if (error != 0) {
        throw Libc.exception(attempted, error);
      }
      return false;
    }
    return true;
  }

  private void send(NetlinkMessage message, int number) throws KernelException {
    try (Arena local = Arena.ofConfined()) {
      byte[] bytes = message.with(NetlinkMessage.REQUEST).bytes(number);
      MemorySegment segment = local.allocate(bytes.length, 4);
      segment.copyFrom(MemorySegment.ofArray(bytes));
      Libc.send(socket, segment, kernel);
    }
  }

  /** The messages of the next datagram; none when the time is up. */
  List<Received> receive(Duration timeout) throws KernelException {
    if (!Libc.awaitReadable(socket, timeout)) {
      return List.of();
    }
    int length = Libc.receive(socket, received);
    ByteBuffer in = received.asSlice(0, length).asByteBuffer().order(ByteOrder.nativeOrder());
    List<Received> messages = new ArrayList<>();
    while (in.remaining() >= NetlinkMessage.HEADER_BYTES) {
      int start = in.position();
      int size = in.getInt(start);
      if (size < NetlinkMessage.HEADER_BYTES || size > in.remaining()) {
        break; // cut off: the rest was larger than any message we ask for
      }
      messages.add(received(in, start, size));
      in.position(Math.min(start + NetlinkAttributes.aligned(size), in.limit()));
    }
    return messages;
  }

  private static Received received(ByteBuffer in, int start, int size) {
    ByteBuffer body =
        in.slice(start + NetlinkMessage.HEADER_BYTES, size - NetlinkMessage.HEADER_BYTES)
            .order(ByteOrder.nativeOrder());
    return new Received(
        Short.toUnsignedInt(in.getShort(start + 4)),
        Short.toUnsignedInt(in.getShort(start + 6)),
        in.getInt(start + 8),
        body);
  }

  /** A message not yet taken apart; its body is good until the next one is received. */
  record Received(int type, int flags, int sequence, ByteBuffer body) {
    NetlinkMessage parsed() {
      return NetlinkMessage.parse(type, flags, body);
    }
  }

  @Override
  public void close() throws KernelException {
    arena.close();
    Libc.close(socket);
  }
}
