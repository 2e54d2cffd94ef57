package io.ringfence.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Reads nft's own text: nft itself loads it into an empty network namespace without a name, which
 * is gone with the process, and lists it as JSON. So it means what the kernel takes it for, and
 * nothing is loaded here.
 */
final class NftText {
  private static final long SECONDS_MAX = 60;
  private static final String INSTEAD = "; `ringfence render -o json` needs neither";

  private final String name;

  NftText(String name) {
    this.name = name;
  }

  String json(String text) {
    try {
      Path out = Files.createTempFile("rf-ruleset", ".json");
      Path err = Files.createTempFile("rf-ruleset", ".err");
      try {
        return run(text, out, err);
      } finally {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      throw new Failure(
          "`" + name + "` is nft's text, and reading it takes unshare and nft" + INSTEAD, e);
    }
  }

  private String run(String text, Path out, Path err) throws IOException {
    Process process =
        new ProcessBuilder(
                "unshare",
                "--map-root-user",
                "--net",
                "sh",
                "-c",
                "nft -f /dev/stdin && exec nft -j -s list ruleset")
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(text.getBytes(StandardCharsets.UTF_8));
    }
    try {
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new Failure("`" + name + "` takes nft longer than " + SECONDS_MAX + " s to read");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      String why = Files.readString(err).lines().findFirst().orElse("it failed");
      throw new Failure("`" + name + "` cannot be read by nft: " + why + INSTEAD);
    }
    return Files.readString(out);
  }
}
