package io.ringfence.conformance.throughput;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a Java process holds of memory, right after a full collection. Its heap is of one size and
 * was touched at its start ({@link #FLAGS}), so that none of it comes and goes.
 *
 * @param rss what it has of the machine's (resident set size)
 * @param live of the heap, after the collection
 * @param heap the room of the heap, used or not
 * @param buffers outside the heap that Java code asked for (of native memory tracking: Other)
 */
record ProcessMemory(long rss, long live, long heap, long buffers) {
  /**
   * With which the process must run. Three of four collections would leave some of what is dead
   * where it lies, up to a twentieth of the heap, which then counted as live.
   */
  static final List<String> FLAGS =
      List.of(
          "-XX:NativeMemoryTracking=summary",
          "-Xms512m",
          "-Xmx512m",
          "-XX:+AlwaysPreTouch",
          "-XX:MarkSweepAlwaysCompactCount=1");

  private static final Pattern GENERATION =
      Pattern.compile("(DefNew|Tenured) +total (\\d+)K, used (\\d+)K");
  private static final Pattern OTHER =
      Pattern.compile("-\\s+Other \\(reserved=\\d+KB, committed=(\\d+)KB");

  /** What is held: all but the part of the heap that nothing is in. */
  long bytes() {
    return rss - heap + live;
  }

  static ProcessMemory of(long pid) throws IOException, InterruptedException {
    jcmd(pid, "GC.run");
    // The machine's view is read while the heap is as the collection left it.
    String info = jcmd(pid, "GC.heap_info");
    long rss = rss(pid);
    long heap = 0;
    long live = 0;
    Matcher generation = GENERATION.matcher(info);
    while (generation.find()) {
      heap += Long.parseLong(generation.group(2)) << 10;
      // A full collection moves what lives here; what is in the young generation came since.
      live += generation.group(1).equals("Tenured") ? Long.parseLong(generation.group(3)) << 10 : 0;
    }
    Matcher other = OTHER.matcher(jcmd(pid, "VM.native_memory", "summary"));
    if (live == 0 || !other.find()) {
      throw new IOException("the process does not tell of its memory: " + info);
    }
    return new ProcessMemory(rss, live, heap, Long.parseLong(other.group(1)) << 10);
  }

  private static long rss(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    throw new IOException("no VmRSS of " + pid);
  }

  private static String jcmd(long pid, String... words) throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.add(String.valueOf(pid));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("jcmd: " + said);
    }
    return said;
  }
}
