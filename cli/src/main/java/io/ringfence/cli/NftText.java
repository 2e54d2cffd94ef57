package io.ringfence.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads nft's own text: nft itself loads it into an empty network namespace without a name, which
 * is gone with the process, and lists it as JSON. So it means what the kernel takes it for, and
 * nothing is loaded here.
 */
final class NftText {
  private static final long SECONDS_MAX = 60;

  /** What nft may take of this machine's memory, in KiB; a few defines can stand for anything. */
  private static final int MEMORY_KIB_MAX = 2 << 20;

  /** What it may list, in blocks of 512 bytes. */
  private static final int LISTED_BLOCKS_MAX = 256 << 11;

  private static final String BOUNDED =
      "ulimit -v %d; ulimit -f %d; ulimit -t %d; "
          .formatted(MEMORY_KIB_MAX, LISTED_BLOCKS_MAX, SECONDS_MAX);

  private static final String INSTEAD = "; `ringfence render -o json` needs neither";

  /** The most interfaces that are made for one ruleset. */
  private static final int INTERFACES_MAX = 256;

  private static final String LINKS =
      "for i in \"$@\"; do for t in dummy bridge ifb; do"
          + " ip link add \"$i\" type $t 2>/dev/null && break; done; done; ";

  /**
   * After {@code iif} or {@code oif}, in text or JSON, up to the end of what it is compared with.
   */
  private static final Pattern BY_NUMBER =
      Pattern.compile(
          "\\b[io]if(?:\"\\}\\},\\s*\"right\":|\\s+(?:[!=]=\\s*)?)((?:\\{[^}]*\\}|\"[^\"]*\"|[\\w.-]+))");

  /** What nft says where the kernel's limit for other users is too small for a ruleset. */
  private static final String TOO_LONG = "Message too long";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}");

  private final String name;

  NftText(String name) {
    this.name = name;
  }

  /** What the text means, as nft lists it. */
  String json(String text) {
    return run(text, "nft -f /dev/stdin && exec nft -j -s list ruleset");
  }

  /** A ruleset of libnftables' JSON in nft's own words, after it has been loaded there. */
  String text(String json) {
    return run(json, "nft -j -f /dev/stdin && exec nft -s list ruleset");
  }

  private String run(String input, String commands) {
    try {
      Path out = Files.createTempFile("rf-ruleset", ".out");
      Path err = Files.createTempFile("rf-ruleset", ".err");
      Path in = Files.createTempFile("rf-ruleset", ".in");
      try {
        Files.writeString(in, input);
        return run(interfaces(input), commands, in, out, err);
      } finally {
        Files.deleteIfExists(in);
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      throw new Failure(
          "`" + name + "` is nft's text, and reading it takes unshare and nft" + INSTEAD, e);
    }
  }

  /** Interfaces that rules tell by their number are made there, since nft asks for it. */
  private static List<String> interfaces(String text) {
    Set<String> out = new TreeSet<>();
    Matcher matcher = BY_NUMBER.matcher(text);
    while (matcher.find()) {
      Matcher names = NAME.matcher(matcher.group(1));
      while (names.find() && out.size() < INTERFACES_MAX) {
        out.add(names.group());
      }
    }
    out.remove("lo");
    return List.copyOf(out);
  }

  private String run(List<String> interfaces, String commands, Path in, Path out, Path err)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("unshare"));
    if (!Privileges.netAdmin(Path.of("/proc/self/status"))) {
      // Where users are mapped, the kernel takes rulesets of some hundred rules only.
      command.add("--map-root-user");
    }
    command.addAll(List.of("--net", "sh", "-c", LINKS + BOUNDED + commands, "sh"));
    command.addAll(interfaces);
    Process process =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new Failure("`" + name + "` takes nft longer than " + SECONDS_MAX + " s to read");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      String why = Files.readString(err).lines().findFirst().orElse("it failed");
      if (why.endsWith(TOO_LONG)) {
        why = "it is too long for nft without root's rights; run this as root";
      }
      throw new Failure("`" + name + "` cannot be read by nft: " + why + INSTEAD);
    }
    return Files.readString(out);
  }
}
