package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A network namespace of its own, and a peer that speaks in it once it is asked to. */
final class TestingNamespace implements AutoCloseable {
  private final String name;
  private Process peer;
  private BufferedReader answers;

  TestingNamespace(String role) {
    this.name = "rft-" + role + "-" + UUID.randomUUID().toString().substring(0, 6);
    run("ip", "netns", "add", name);
    inside("ip", "link", "set", "lo", "up");
    // Addresses are used at once; nobody else is there to have them.
    inside("sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0");
  }

  /** Skips the test, saying why, on a machine that has no namespaces or no nft. */
  static void require() {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Stream.of("ip", "nft")
        .forEach(tool -> assumeTrue(isInstalled(tool), () -> "needs the command " + tool));
  }

  private static boolean isInstalled(String tool) {
    return Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }

  String name() {
    return name;
  }

  static String run(String... command) {
    return run(List.of(command));
  }

  private static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + output);
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs a command inside, and returns what it says. */
  String inside(String... command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(List.of(command));
    return run(all);
  }

  /** A pair of interfaces, one in each namespace. */
  void link(String own, TestingNamespace other, String its) {
    run(
        "ip",
        "link",
        "add",
        own,
        "netns",
        name,
        "type",
        "veth",
        "peer",
        "name",
        its,
        "netns",
        other.name);
    inside("ip", "link", "set", own, "up");
    other.inside("ip", "link", "set", its, "up");
  }

  void address(String device, String... prefixes) {
    for (String prefix : prefixes) {
      List<String> command = new ArrayList<>(List.of("ip", "addr", "add", prefix, "dev", device));
      if (prefix.contains(":")) {
        command.add("nodad");
      }
      inside(command.toArray(String[]::new));
    }
  }

  // --- Rulesets ---

  void load(JsonNode ruleset) {
    withFile(ruleset.toString(), file -> inside("nft", "-j", "-f", file));
  }

  void load(String ruleset) {
    withFile(ruleset, file -> inside("nft", "-f", file));
  }

  private static void withFile(String text, java.util.function.Consumer<String> use) {
    try {
      Path file = Files.createTempFile("ringfence", ".nft");
      try {
        Files.writeString(file, text);
        use.accept(file.toString());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the kernel has, as nft lists it. */
  JsonNode listing() {
    return listing("-j");
  }

  /** The same with more of nft's options, {@code -j} among them. */
  JsonNode listing(String... options) {
    List<String> command = new ArrayList<>(List.of("nft"));
    command.addAll(List.of(options));
    command.addAll(List.of("list", "ruleset"));
    try {
      return new ObjectMapper().readTree(inside(command.toArray(String[]::new)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The packets that the counter with this comment counted. */
  long counted(String comment) {
    for (JsonNode item : listing().get("nftables")) {
      if (item.path("rule").path("comment").asText().equals(comment)) {
        return item.get("rule").get("expr").get(0).get("counter").get("packets").longValue();
      }
    }
    throw new IllegalArgumentException("no counter `" + comment + "`");
  }

  // --- The peer ---

  /** Tells the peer to do something; see {@link TestingPeer}. */
  String tell(String command) {
    try {
      if (peer == null) {
        start();
      }
      peer.outputWriter().write(command + "\n");
      peer.outputWriter().flush();
      return answers.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void start() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    peer =
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                name,
                java,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes,
                TestingPeer.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    answers = peer.inputReader();
  }

  @Override
  public void close() {
    if (peer != null) {
      peer.destroyForcibly();
    }
    run("ip", "netns", "del", name);
  }
}
