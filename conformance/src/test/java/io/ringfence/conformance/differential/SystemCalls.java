package io.ringfence.conformance.differential;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The calls of the C library that packets are injected and observed with. Constants are Linux's,
 * the same on every architecture that Java runs on.
 */
@SuppressWarnings("restricted") // calling the C library is what this class is for
final class SystemCalls {
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCK_RAW_NONBLOCK = 3 | 0x800 | 0x80000;
  static final int SOL_SOCKET = 1;
  static final int SO_MARK = 36;
  static final int READ_WRITE_NONBLOCK = 2 | 0x800 | 0x80000;
  static final int NEW_NETWORK = 0x40000000;
  static final long TUNSETIFF = 0x400454caL;
  static final short TUN_WITHOUT_HEADER = 0x1001;

  private static final int NOT_PERMITTED = 1;
  private static final int INTERRUPTED = 4;
  private static final int AGAIN = 11;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle OPEN = function("open", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle UNSHARE = function("unshare", JAVA_INT, JAVA_INT);
  private static final MethodHandle IOCTL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("ioctl"),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle READ =
      function("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE =
      function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle POLL = function("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SOCKET =
      function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SENDTO =
      function("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);

  private static final MethodHandle SETFSUID = function("setfsuid", JAVA_INT, JAVA_INT);

  private final MemorySegment state = Arena.ofAuto().allocate(STATE);

  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... parameters) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, parameters),
        Linker.Option.captureCallState("errno"));
  }

  /** Moves the calling thread, and no other, into a new network namespace. */
  void unshareNetwork() throws IOException {
    try {
      checked((int) UNSHARE.invokeExact(state, NEW_NETWORK), "unshare the network namespace");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  int open(String path, int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int result = (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags);
      return (int) checked(result, "open " + path);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  void close(int descriptor) throws IOException {
    try {
      checked((int) CLOSE.invokeExact(state, descriptor), "close");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  void control(int descriptor, long request, MemorySegment argument) throws IOException {
    try {
      checked((int) IOCTL.invokeExact(state, descriptor, request, argument), "ioctl");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  int socket(int domain, int type, int protocol) throws IOException {
    try {
      return (int) checked((int) SOCKET.invokeExact(state, domain, type, protocol), "socket");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /**
   * A socket that another user owns, as the kernel tells it; the calling thread is that user for as
   * long as it takes to make it.
   */
  int socket(int domain, int type, int protocol, long user) throws IOException {
    try {
      int before = (int) SETFSUID.invokeExact(state, (int) user);
      try {
        return socket(domain, type, protocol);
      } finally {
        int now = (int) SETFSUID.invokeExact(state, before);
        if (now != (int) user) {
          throw new IOException("the thread did not become user " + user + " but " + now);
        }
      }
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  void option(int socket, int level, int name, int value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment option = arena.allocateFrom(JAVA_INT, value);
      int result = (int) SETSOCKOPT.invokeExact(state, socket, level, name, option, 4);
      checked(result, "setsockopt");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Bytes read, or -1 when there is nothing to read. */
  int read(int descriptor, MemorySegment into) throws IOException {
    try {
      long result;
      do {
        result = (long) READ.invokeExact(state, descriptor, into, into.byteSize());
      } while (isInterrupted(result));
      return result < 0 && errno() == AGAIN ? -1 : (int) checked(result, "read");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  void write(int descriptor, MemorySegment from, long count) throws IOException {
    try {
      long result;
      do {
        result = (long) WRITE.invokeExact(state, descriptor, from, count);
      } while (isInterrupted(result));
      checked(result, "write");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** False when a filter refused what was sent. */
  boolean send(int socket, MemorySegment from, long count, MemorySegment to) throws IOException {
    try {
      int size = (int) to.byteSize();
      long result;
      do {
        result = (long) SENDTO.invokeExact(state, socket, from, count, 0, to, size);
      } while (isInterrupted(result));
      if (result < 0 && errno() == NOT_PERMITTED) {
        return false;
      }
      checked(result, "sendto");
      return true;
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** How many of the descriptors have something to read. */
  int poll(MemorySegment descriptors, long count) throws IOException {
    try {
      int result;
      do {
        result = (int) POLL.invokeExact(state, descriptors, count, 0);
      } while (isInterrupted(result));
      return (int) checked(result, "poll");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  private boolean isInterrupted(long result) {
    return result < 0 && errno() == INTERRUPTED;
  }

  private int errno() {
    return (int) ERRNO.get(state, 0L);
  }

  private long checked(long result, String call) throws IOException {
    if (result < 0) {
      throw new IOException(call + " failed with errno " + errno());
    }
    return result;
  }

  /** What a call threw: ours as it is, anything else is a defect of the binding. */
  private static IOException failure(Throwable e) {
    return switch (e) {
      case IOException io -> io;
      case Error error -> throw error;
      default -> throw new LinkageError("a call of the C library", e);
    };
  }
}
