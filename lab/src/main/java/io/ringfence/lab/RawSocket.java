package io.ringfence.lab;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.ringfence.lab.LabGuard.Inside;
import io.ringfence.model.Address;
import io.ringfence.model.Family;
import io.ringfence.model.Protocol;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Optional;

/**
 * A socket below TCP and UDP ({@code man 7 raw}, {@code man 7 packet}), in the namespace of the
 * thread that opened it.
 */
@SuppressWarnings("restricted") // the JDK has no raw sockets: calling the C library is the only way
final class RawSocket implements AutoCloseable {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int AF_PACKET = 17;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int IPPROTO_RAW = 255;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int MSG_DONTWAIT = 0x40;
  private static final short POLLIN = 1;
  private static final int RECEIVE_BYTES = 4 << 20;
  private static final int PACKET_BYTES_MAX = 65536;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
  private static final MethodHandle SOCKET =
      function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SENDTO =
      function("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle RECV =
      function("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle POLL = function("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle INDEX = function("if_nametoindex", JAVA_INT, ADDRESS);

  private final Arena arena = Arena.ofShared();
  private final MemorySegment state = arena.allocate(STATE);
  private final MemorySegment buffer = arena.allocate(PACKET_BYTES_MAX);
  private final MemorySegment peer = arena.allocate(32, 8);
  private final int descriptor;

  private RawSocket(int domain, int type, int protocol) throws IOException {
    int result;
    try {
      result = (int) SOCKET.invokeExact(state, domain, type | SOCK_CLOEXEC, protocol);
    } catch (Throwable e) {
      throw defect(e);
    }
    this.descriptor = (int) checked(result, "open a raw socket");
  }

  /**
   * Hears one protocol's packets, of IPv4 with their IP header: what the input filter has let pass,
   * and nothing else.
   */
  static RawSocket of(Family family, Protocol protocol) throws IOException {
    RawSocket socket = new RawSocket(domain(family), SOCK_RAW, protocol.number());
    socket.widen();
    return socket;
  }

  /** Sends whole packets, the IP header included, through the host's own output filter. */
  static RawSocket withHeader(Family family) throws IOException {
    return new RawSocket(domain(family), SOCK_RAW, IPPROTO_RAW);
  }

  /** Sends whole packets onto an interface's wire, past the host's own output filter. */
  static RawSocket onWire() throws IOException {
    return new RawSocket(AF_PACKET, SOCK_DGRAM, 0);
  }

  private static int domain(Family family) {
    return family == Family.IPV4 ? AF_INET : AF_INET6;
  }

  private void widen() throws IOException {
    peer.set(JAVA_INT, 0, RECEIVE_BYTES);
    int result;
    try {
      result = (int) SETSOCKOPT.invokeExact(state, descriptor, SOL_SOCKET, SO_RCVBUFFORCE, peer, 4);
    } catch (Throwable e) {
      throw defect(e);
    }
    checked(result, "widen a socket's buffer");
  }

  /** Sends a packet; its header may say otherwise, but that is where it goes. */
  void send(byte[] packet, Inside to) throws IOException {
    send(packet, writePeer(to.address()), "send to " + to);
  }

  /** Sends a whole packet to a neighbour on an interface of the namespace. */
  void send(byte[] packet, Inside to, String device, byte[] mac) throws IOException {
    peer.fill((byte) 0);
    peer.set(JAVA_SHORT, 0, (short) AF_PACKET);
    putShort(2, to.address().family() == Family.IPV4 ? 0x0800 : 0x86dd);
    peer.set(JAVA_INT, 4, index(device));
    peer.set(JAVA_BYTE, 11, (byte) mac.length);
    MemorySegment.copy(mac, 0, peer, JAVA_BYTE, 12, mac.length);
    send(packet, 20, "send onto the wire to " + to);
  }

  private void send(byte[] packet, int peerLength, String attempted) throws IOException {
    MemorySegment.copy(packet, 0, buffer, JAVA_BYTE, 0, packet.length);
    long result;
    try {
      result =
          (long)
              SENDTO.invokeExact(
                  state, descriptor, buffer, (long) packet.length, MSG_DONTWAIT, peer, peerLength);
    } catch (Throwable e) {
      throw defect(e);
    }
    checked(result, attempted);
  }

  /** Runs on a thread in the socket's namespace. */
  private int index(String device) throws IOException {
    try (Arena name = Arena.ofConfined()) {
      int result = (int) INDEX.invokeExact(state, name.allocateFrom(device));
      if (result == 0) {
        throw new IOException("there is no interface `" + device + "`");
      }
      return result;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw defect(e);
    }
  }

  /** The next packet that is there already. */
  Optional<byte[]> receive() throws IOException {
    long result;
    try {
      result =
          (long) RECV.invokeExact(state, descriptor, buffer, (long) PACKET_BYTES_MAX, MSG_DONTWAIT);
    } catch (Throwable e) {
      throw defect(e);
    }
    if (result < 0) {
      return Optional.empty(); // nothing there, or an ICMP error that is another packet's
    }
    return Optional.of(buffer.asSlice(0, result).toArray(JAVA_BYTE));
  }

  /** Waits until there is something to receive, or the time is up. */
  void await(Duration timeout) throws IOException {
    peer.set(JAVA_INT, 0, descriptor);
    peer.set(JAVA_SHORT, 4, POLLIN);
    peer.set(JAVA_SHORT, 6, (short) 0);
    try {
      int ready = (int) POLL.invokeExact(state, peer, 1L, (int) timeout.toMillis());
      if (ready < 0 && Thread.interrupted()) {
        throw new IOException("interrupted");
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw defect(e);
    }
  }

  /** {@code struct sockaddr_in} or {@code sockaddr_in6}; returns its length. */
  private int writePeer(Address address) {
    peer.fill((byte) 0);
    peer.set(JAVA_SHORT, 0, (short) domain(address.family()));
    byte[] bytes = address.bytes();
    boolean ipv4 = address.family() == Family.IPV4;
    MemorySegment.copy(bytes, 0, peer, JAVA_BYTE, ipv4 ? 4 : 8, bytes.length);
    return ipv4 ? 16 : 28;
  }

  private void putShort(long offset, int value) {
    peer.set(JAVA_BYTE, offset, (byte) (value >> 8));
    peer.set(JAVA_BYTE, offset + 1, (byte) value);
  }

  private long checked(long result, String attempted) throws IOException {
    if (result < 0) {
      throw new IOException("cannot " + attempted + ": errno " + (int) ERRNO.get(state, 0L));
    }
    return result;
  }

  private static Error defect(Throwable e) {
    return e instanceof Error error ? error : new LinkageError("a call of the C library", e);
  }

  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... parameters) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, parameters),
        Linker.Option.captureCallState("errno"));
  }

  @Override
  public void close() {
    try {
      int result = (int) CLOSE.invokeExact(state, descriptor);
      if (result < 0) {
        throw new IllegalStateException("a raw socket was closed twice");
      }
    } catch (IllegalStateException e) {
      throw e;
    } catch (Throwable e) {
      throw defect(e);
    } finally {
      arena.close();
    }
  }
}
