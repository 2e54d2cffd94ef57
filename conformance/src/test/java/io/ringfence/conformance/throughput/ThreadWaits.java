package io.ringfence.conformance.throughput;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What each thread of a process had of the processors, and how long it stood ready and waited for
 * one: where a tail comes from that no code of ours explains.
 *
 * @see <a href="https://docs.kernel.org/scheduler/sched-stats.html">schedstat</a>
 */
final class ThreadWaits {
  private final Map<Long, Counts> sums = new HashMap<>();

  /**
   * One thread's.
   *
   * @param ran nanoseconds on a processor
   * @param waited nanoseconds ready, and on none
   * @param turns how often it got one
   */
  record Counts(String name, long ran, long waited, long turns) {
    private Counts less(Counts before) {
      return new Counts(name, ran - before.ran, waited - before.waited, turns - before.turns);
    }

    private Counts and(Counts other) {
      return new Counts(name, ran + other.ran, waited + other.waited, turns + other.turns);
    }
  }

  /** The counts of all threads of a process and its descendants, by thread. */
  static Map<Long, Counts> ofTree(ProcessHandle root) throws IOException {
    Map<Long, Counts> out = new HashMap<>();
    for (ProcessHandle process : Stream.concat(Stream.of(root), root.descendants()).toList()) {
      read(process, out);
    }
    return out;
  }

  /** Those of this process, without its descendants. */
  static Map<Long, Counts> ofThisProcess() throws IOException {
    Map<Long, Counts> out = new HashMap<>();
    read(ProcessHandle.current(), out);
    return out;
  }

  private static void read(ProcessHandle process, Map<Long, Counts> out) throws IOException {
    Path tasks = Path.of("/proc/" + process.pid() + "/task");
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        read(thread, out);
      }
    }
  }

  private static void read(Path thread, Map<Long, Counts> out) throws IOException {
    try {
      String[] fields = Files.readString(thread.resolve("schedstat")).strip().split(" ");
      out.put(
          Long.parseLong(thread.getFileName().toString()),
          new Counts(
              Files.readString(thread.resolve("comm")).strip(),
              Long.parseLong(fields[0]),
              Long.parseLong(fields[1]),
              Long.parseLong(fields[2])));
    } catch (NoSuchFileException e) {
      // It has ended.
    } catch (IOException e) {
      if (Files.exists(thread)) {
        throw e;
      }
    }
  }

  /** Adds what passed between two looks. */
  void add(Map<Long, Counts> before, Map<Long, Counts> after) {
    after.forEach(
        (id, counts) -> {
          Counts passed = counts.less(before.getOrDefault(id, new Counts("", 0, 0, 0)));
          sums.merge(id, passed, Counts::and);
        });
  }

  /** Those that ran most first. */
  List<Counts> busiest(int most) {
    List<Counts> out = new ArrayList<>(sums.values());
    out.sort(Comparator.comparingLong(Counts::ran).reversed());
    return out.subList(0, Math.min(most, out.size()));
  }
}
