package io.ringfence.agent.kernel;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The nftables of one network namespace, through libnftables. A command is one transaction: all of
 * it takes effect at once, or none.
 */
public final class LibNftables implements AutoCloseable {
  /** How a listing is written. */
  public enum Output {
    /** Listings are JSON, and commands may be ({@code man 5 libnftables-json}). */
    JSON(1 << 4),
    /** Each object and rule with the handle by which it can be deleted. */
    HANDLES(1 << 3),
    /** Without counters' values and timeouts left. */
    STATELESS(1 << 2),
    /** Protocols, ICMP types and the like as numbers: the same text whatever names are known. */
    NUMERIC(1 << 7 | 1 << 8 | 1 << 9 | 1 << 10),
    /** Without the elements of sets and maps. */
    WITHOUT_ELEMENTS(1 << 11);

    private final int flag;

    Output(int flag) {
      this.flag = flag;
    }
  }

  private static final int CAP_NET_ADMIN = 12;

  /** INVARIANT (one command at a time): libnftables keeps some of its state per process. */
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  private final NftablesLibrary library;
  private final MemorySegment context;
  private boolean closed;

  private LibNftables(NftablesLibrary library, MemorySegment context) {
    this.library = library;
    this.context = context;
  }

  /** Why nftables cannot be used here, in a line for the operator; empty when it can. */
  public static Optional<String> unavailable() {
    if (NftablesLibrary.INSTALLED.isEmpty()) {
      return Optional.of(
          "`%s` is missing: install libnftables (on Debian the package `libnftables1`)"
              .formatted(NftablesLibrary.FILE));
    }
    return mayAdministerNetwork()
        ? Optional.empty()
        : Optional.of("nftables needs root, or the capability CAP_NET_ADMIN");
  }

  private static boolean mayAdministerNetwork() {
    try (var status = Files.lines(Path.of("/proc/thread-self/status"))) {
      return status
          .filter(line -> line.startsWith("CapEff:"))
          .map(line -> new BigInteger(line.substring(7).strip(), 16))
          .anyMatch(capabilities -> capabilities.testBit(CAP_NET_ADMIN));
    } catch (IOException e) {
      return false;
    }
  }

  /** Opens the nftables of the calling thread's network namespace. */
  public static LibNftables open(Output... output) throws NftablesException {
    Optional<String> obstacle = unavailable();
    if (obstacle.isPresent()) {
      throw new NftablesException(obstacle.get());
    }
    NftablesLibrary library = NftablesLibrary.INSTALLED.orElseThrow();
    int flags = Arrays.stream(output).mapToInt(wanted -> wanted.flag).reduce(0, (a, b) -> a | b);
    ONE_AT_A_TIME.lock();
    try {
      var nftables = new LibNftables(library, library.newContext());
      library.setOutputFlags(nftables.context, flags);
      return nftables;
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  /**
   * Runs a command and returns what it lists. The command is in nft's own syntax or, when opened
   * for {@link Output#JSON}, in either.
   */
  public String run(String command) throws NftablesException {
    return run(command, false);
  }

  /** Lets libnftables and the kernel judge a command without its taking effect. */
  public void check(String command) throws NftablesException {
    run(command, true);
  }

  private String run(String command, boolean dry) throws NftablesException {
    ONE_AT_A_TIME.lock();
    try {
      if (closed) {
        throw new IllegalStateException("closed");
      }
      library.setDryRun(context, dry);
      boolean accepted = library.run(context, command);
      String output = library.output(context);
      String error = library.error(context);
      if (!accepted) {
        throw new NftablesException(tidied(error));
      }
      return output;
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  /** Without the empty lines, and without the place that only names libnftables' own buffer. */
  private static String tidied(String error) {
    String text = error.replaceAll("internal:0:0-0: ", "").replaceAll("\\n\\s*\\n", "\n").strip();
    return text.isEmpty() ? "libnftables refused the command without a reason" : text;
  }

  @Override
  public void close() {
    ONE_AT_A_TIME.lock();
    try {
      if (!closed) {
        closed = true;
        library.free(context);
      }
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }
}
