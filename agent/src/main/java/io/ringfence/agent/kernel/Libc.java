package io.ringfence.agent.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * The C library's calls that this package makes. Each throws a {@link KernelException} that names
 * what was attempted. Constants are Linux's, the same on every architecture that Java runs on.
 */
@SuppressWarnings("restricted") // calling the C library is what this class is for
final class Libc {
  private static final int READ_ONLY_CLOSE_ON_EXEC = 0x80000;
  private static final int NEW_NETWORK = 0x40000000;
  private static final short READABLE = 1;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle OPEN = function("open", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle SETNS = function("setns", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SOCKET =
      function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = function("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SENDTO =
      function("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle RECV =
      function("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle POLL = function("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SETSID = function("setsid", JAVA_INT);
  private static final MethodHandle SETFSUID = function("setfsuid", JAVA_INT, JAVA_INT);
  private static final MethodHandle STRERROR = function("strerror", ADDRESS, JAVA_INT);

  private Libc() {}

  static int open(String path) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment name = arena.allocateFrom(path);
      int result = (int) OPEN.invokeExact(state, name, READ_ONLY_CLOSE_ON_EXEC);
      return (int) checked(result, state, "cannot open `" + path + "`");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  static void close(int descriptor) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      checked((int) CLOSE.invokeExact(state, descriptor), state, "cannot close a descriptor");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Moves the calling thread, and no other, into the network namespace behind a descriptor. */
  static void enterNetwork(int descriptor) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result = (int) SETNS.invokeExact(state, descriptor, NEW_NETWORK);
      checked(result, state, "cannot enter the network namespace");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Makes the process the leader of a new session; it must not lead a process group yet. */
  static void newSession() throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      checked((int) SETSID.invokeExact(state), state, "cannot begin a session");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /**
   * Makes the calling thread, and no other, own what it opens as a user; returns who it was before.
   */
  static int becomeOwner(int user) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      return (int) SETFSUID.invokeExact(arena.allocate(STATE), user);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  static int socket(int domain, int type, int protocol) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result = (int) SOCKET.invokeExact(state, domain, type, protocol);
      return (int) checked(result, state, "cannot open a socket");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  static void bind(int socket, MemorySegment address) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result = (int) BIND.invokeExact(state, socket, address, (int) address.byteSize());
      checked(result, state, "cannot bind a socket");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  static void option(int socket, int level, int name, int value) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment option = arena.allocateFrom(JAVA_INT, value);
      int result = (int) SETSOCKOPT.invokeExact(state, socket, level, name, option, 4);
      checked(result, state, "cannot set a socket option");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  static void send(int socket, MemorySegment message, MemorySegment to) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result =
          (long)
              SENDTO.invokeExact(
                  state, socket, message, message.byteSize(), 0, to, (int) to.byteSize());
      checked(result, state, "cannot send to the kernel");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Receives one datagram and says how many bytes it has. */
  static int receive(int socket, MemorySegment into) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result = (long) RECV.invokeExact(state, socket, into, into.byteSize(), 0);
      return (int) checked(result, state, "cannot receive from the kernel");
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Waits until a socket has something to read; false when the time is up or a signal came. */
  static boolean awaitReadable(int socket, Duration timeout) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment wanted = arena.allocate(8, 4); // struct pollfd
      wanted.set(JAVA_INT, 0, socket);
      wanted.set(JAVA_SHORT, 4, READABLE);
      int millis = (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
      int result = (int) POLL.invokeExact(state, wanted, 1L, millis);
      if (result < 0 && errno(state) == KernelException.INTERRUPTED) {
        return false;
      }
      return checked(result, state, "cannot wait for the kernel") > 0;
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  private static long checked(long result, MemorySegment state, String attempted)
      throws KernelException {
    if (result < 0) {
      throw exception(attempted, errno(state));
    }
    return result;
  }

  static KernelException exception(String attempted, int errno) {
    return new KernelException(attempted, errno, reason(errno));
  }

  private static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  private static String reason(int errno) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(arena.allocate(STATE), errno);
      return text.reinterpret(256).getString(0);
    } catch (Throwable e) {
      throw new LinkageError("strerror", e);
    }
  }

  /** What a downcall threw: ours as it is, anything else is a defect of the binding. */
  private static KernelException failure(Throwable e) {
    return switch (e) {
      case KernelException kernel -> kernel;
      case Error error -> throw error;
      default -> throw new LinkageError("a call of the C library", e);
    };
  }

  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... parameters) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, parameters),
        Linker.Option.captureCallState("errno"));
  }
}
