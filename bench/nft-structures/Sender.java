import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** A packet socket in the source namespace and the frames it sends, in the calling thread. */
final class Sender {
  static final int FRAMES = 1 << 17;

  private static final int FRAME_BYTES = 64;
  private static final int BATCH = 1024;
  private static final int NEW_NETWORK = 0x40000000;
  private static final int AF_PACKET = 17;
  private static final int SOL_PACKET = 263;
  private static final int PACKET_QDISC_BYPASS = 20;

  private final MemorySegment messages = Arena.global().allocate(64L * FRAMES, 8);
  private final MemorySegment frames = Arena.global().allocate((long) FRAME_BYTES * FRAMES, 64);
  private final MethodHandle sendmmsg = libc("sendmmsg", "iiaii");
  private final int socket;

  Sender(String namespace, String device) throws Throwable {
    stayOnOneProcessor();
    int there = open("/run/netns/" + namespace);
    int home = open("/proc/thread-self/ns/net");
    enter(there);
    socket = checked((int) libc("socket", "iiii").invokeExact(AF_PACKET, 3, 0), "socket");
    bind(device);
    enter(home);
    MemorySegment vectors = Arena.global().allocate(16L * FRAMES, 8);
    for (long i = 0; i < FRAMES; i++) {
      vectors.set(ValueLayout.JAVA_LONG, i * 16, frames.address() + i * FRAME_BYTES);
      vectors.set(ValueLayout.JAVA_LONG, i * 16 + 8, FRAME_BYTES);
      messages.set(ValueLayout.JAVA_LONG, i * 64 + 16, vectors.address() + i * 16);
      messages.set(ValueLayout.JAVA_LONG, i * 64 + 24, 1L);
    }
  }

  /** Builds the frames: each to one of the elements in use, which are drawn from all at random. */
  void prepare(Structure.Traffic traffic, Random random, int elements, int used) {
    int[] drawn = random.ints(used, 0, elements).toArray();
    for (int f = 0; f < FRAMES; f++) {
      int i = used == elements ? random.nextInt(elements) : drawn[random.nextInt(used)];
      int within = traffic.sources() == 1 ? 1 : random.nextInt(traffic.sources());
      frame(
          f,
          Rulesets.SOURCES + i * 16 + within,
          traffic.ownTarget() ? Rulesets.OWN_TARGETS + i * 4 : Rulesets.TARGETS + i % 1000,
          1024 + (traffic.freshPorts() ? f : i) % 60000,
          Rulesets.port(i) + random.nextInt(traffic.ports()));
    }
  }

  private void frame(int f, int from, int to, int sourcePort, int port) {
    ByteBuffer out = frames.asSlice((long) f * FRAME_BYTES, FRAME_BYTES).asByteBuffer();
    out.put(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 8, 0});
    out.put((byte) 0x45).put((byte) 0).putShort((short) 50).putInt(0);
    out.put((byte) 64).put((byte) 17).putShort((short) 0).putInt(from).putInt(to);
    int sum = 0;
    for (int at = 14; at < 34; at += 2) {
      sum += out.getShort(at) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    out.putShort(24, (short) ~(sum + (sum >>> 16)));
    out.putShort((short) sourcePort).putShort((short) port).putShort((short) 30);
    out.putShort((short) 0); // no UDP checksum
  }

  /** Sends every frame once. */
  double nanosPerFrame() {
    long start = cpuNanos();
    try {
      for (int at = 0; at < FRAMES; ) {
        MemorySegment rest = messages.asSlice(64L * at);
        int count = Math.min(BATCH, FRAMES - at);
        at += checked((int) sendmmsg.invokeExact(socket, rest, count, 0), "sendmmsg");
      }
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    return (double) (cpuNanos() - start) / FRAMES;
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private void bind(String device) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      int index = (int) libc("if_nametoindex", "ia").invokeExact(arena.allocateFrom(device));
      MemorySegment address = arena.allocate(20, 8); // struct sockaddr_ll
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
      address.set(ValueLayout.JAVA_INT, 4, index);
      checked((int) libc("bind", "iiai").invokeExact(socket, address, 20), "bind");
      MemorySegment on = arena.allocateFrom(ValueLayout.JAVA_INT, 1);
      MethodHandle setsockopt = libc("setsockopt", "iiiiai");
      checked(
          (int) setsockopt.invokeExact(socket, SOL_PACKET, PACKET_QDISC_BYPASS, on, 4),
          "setsockopt");
    }
  }

  /** The second processor, or any when there is one only. */
  private static void stayOnOneProcessor() throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(128, 8);
      mask.set(ValueLayout.JAVA_LONG, 0, 2L);
      int ignored = (int) libc("sched_setaffinity", "iiia").invokeExact(0, 128, mask);
    }
  }

  private static int open(String path) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path);
      return checked((int) libc("open", "iai").invokeExact(name, 0), "open " + path);
    }
  }

  private static void enter(int namespace) throws Throwable {
    checked((int) libc("setns", "iii").invokeExact(namespace, NEW_NETWORK), "setns");
  }

  private static int checked(int result, String call) {
    if (result < 0) {
      throw new IllegalStateException(call + " failed: are you root?");
    }
    return result;
  }

  /** A function of the C library: first what it returns, then what it takes; i int, a address. */
  private static MethodHandle libc(String name, String signature) {
    ValueLayout[] layouts =
        signature
            .chars()
            .mapToObj(c -> c == 'i' ? ValueLayout.JAVA_INT : ValueLayout.ADDRESS)
            .toArray(ValueLayout[]::new);
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(layouts[0], Arrays.copyOfRange(layouts, 1, layouts.length)));
  }
}
