package io.ringfence.conformance.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One target, fuzzed by Jazzer in a process of its own for so long.
 *
 * @param entry the class that Jazzer calls
 * @param seed the same seed begins the same search; how far it comes depends on the machine
 * @param corpus where inputs that reach new code are kept
 * @param findings where an input that breaks something is left
 */
record FuzzRun(
    FuzzTarget target, Class<?> entry, Duration time, long seed, Path corpus, Path findings) {
  /** An input that takes longer is a hang. */
  static final Duration INPUT_MAX = Duration.ofSeconds(10);

  /** All that a parser may take; more is an OutOfMemoryError, and a finding. */
  static final String HEAP_MAX = "768m";

  /** libFuzzer takes no dictionary that is empty. */
  private static final byte[] NO_WORD = "# no word\n".getBytes(StandardCharsets.US_ASCII);

  static final int INPUT_BYTES_MAX = 16_384;

  /** Starting and instrumenting take as long again. */
  private static final Duration GRACE = Duration.ofSeconds(90);

  private static final Pattern EXECUTED =
      Pattern.compile("stat::number_of_executed_units: *([0-9]+)");

  /**
   * What became of it.
   *
   * @param found the files of inputs that break something
   * @param log what Jazzer printed
   */
  record Outcome(boolean clean, long executed, List<Path> found, String log) {}

  Outcome run() throws IOException, InterruptedException {
    Files.createDirectories(corpus);
    Files.createDirectories(findings);
    int number = 0;
    for (String text : target.seeds()) {
      Files.writeString(corpus.resolve("seed-" + number++), text);
    }
    Path log = Files.createTempFile("fuzz-" + target.text() + "-", ".log");
    Path words = Files.createTempFile("fuzz-" + target.text() + "-", ".dict");
    try {
      Files.write(words, NO_WORD);
      Files.write(words, dictionary(target), StandardOpenOption.APPEND);
      Process process =
          new ProcessBuilder(command(words))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      boolean ended = process.waitFor(time.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      String printed = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
      List<Path> found = found();
      boolean clean = ended && process.exitValue() == 0 && found.isEmpty();
      return new Outcome(clean, executed(printed), found, printed);
    } finally {
      Files.delete(log);
      Files.delete(words);
    }
  }

  private List<String> command(Path words) {
    List<String> out = new ArrayList<>();
    out.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    out.addAll(
        List.of(
            "-Xmx" + HEAP_MAX,
            "-XX:+UseSerialGC",
            "-XX:+EnableDynamicAgentLoading",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-D" + FuzzEntry.TARGET + "=" + target.text(),
            "-cp",
            System.getProperty("java.class.path"),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + entry.getName(),
            "--instrumentation_includes=io.ringfence.**",
            "--custom_hook_includes=io.ringfence.**",
            "--reproducer_path=" + findings,
            "-artifact_prefix=" + findings + "/",
            "-max_total_time=" + time.toSeconds(),
            "-timeout=" + INPUT_MAX.toSeconds(),
            "-max_len=" + INPUT_BYTES_MAX,
            "-seed=" + seed,
            "-print_final_stats=1",
            "-dict=" + words,
            corpus.toString()));
    return out;
  }

  /** The words of what the target reads; none where nobody has written them down. */
  static byte[] dictionary(FuzzTarget target) throws IOException {
    try (InputStream in =
        FuzzRun.class.getResourceAsStream("/fuzz/dictionaries/" + target.text() + ".dict")) {
      return in == null ? new byte[0] : in.readAllBytes();
    }
  }

  private List<Path> found() throws IOException {
    try (Stream<Path> files = Files.list(findings)) {
      return files.filter(f -> !f.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static long executed(String log) {
    Matcher matcher = EXECUTED.matcher(log);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }
}
