package io.ringfence.conformance.throughput;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The CPU time of a process and its descendants, user and system of all threads, ended ones
 * included.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat</a>
 */
final class ProcessTreeClock {
  /** Linux counts this in hundredths of a second, whatever its own tick ({@code USER_HZ}). */
  private static final long TICK_NANOS = 10_000_000;

  private static final int USER_FIELD = 11;
  private static final int SYSTEM_FIELD = 12;

  private ProcessTreeClock() {}

  /** Nanoseconds, to a hundredth of a second. */
  static long nanos(ProcessHandle root) throws IOException {
    long ticks = 0;
    for (ProcessHandle process : Stream.concat(Stream.of(root), root.descendants()).toList()) {
      ticks += ticks(process.pid());
    }
    return ticks * TICK_NANOS;
  }

  private static long ticks(long pid) throws IOException {
    try {
      String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // The name stands in parentheses and may hold anything.
      String[] after = line.substring(line.lastIndexOf(')') + 2).split(" ");
      return Long.parseLong(after[USER_FIELD]) + Long.parseLong(after[SYSTEM_FIELD]);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /** Bytes of memory that the processes hold: {@code Pss}, which counts what is shared once. */
  static long memory(ProcessHandle root) throws IOException {
    long kilobytes = 0;
    for (ProcessHandle process : Stream.concat(Stream.of(root), root.descendants()).toList()) {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/smaps_rollup"))) {
        if (line.startsWith("Pss:")) {
          kilobytes += Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    }
    return kilobytes * 1024;
  }
}
