package io.ringfence.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.agent.KernelTable;
import io.ringfence.agent.kernel.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as an operator runs it, each time a process of its own, in one network namespace. */
@Tag("kernel")
class ApplyEndToEndTest {
  private static final String NAMESPACE = "rfp-apply";
  private static final String BLUEPRINT = "../examples/rag-platform.yaml";

  @TempDir Path folder;
  private NetworkNamespace namespace;

  @BeforeEach
  void makeNamespace() throws Exception {
    ip("netns", "delete", NAMESPACE);
    ip("netns", "add", NAMESPACE);
    namespace = NetworkNamespace.named(NAMESPACE);
  }

  @AfterEach
  void removeNamespace() throws Exception {
    run(Map.of(), "rollback");
    namespace.close();
    ip("netns", "delete", NAMESPACE);
  }

  private static void ip(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  private record Run(int exit, String output) {}

  private Process start(Map<String, String> environment, String verb, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.ringfence.cli.Ringfence",
                verb,
                "--netns",
                NAMESPACE,
                "--state",
                folder.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("SSH_CONNECTION");
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Run run(Map<String, String> environment, String verb, String... arguments)
      throws Exception {
    Process process = start(environment, verb, arguments);
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }

  private Run apply(Map<String, String> environment, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(BLUEPRINT, "--host", "web@10.20.0.10", "-y"));
    all.addAll(List.of(arguments));
    return run(environment, "apply", all.toArray(String[]::new));
  }

  private boolean loaded() {
    return new KernelTable(namespace).listing().isPresent();
  }

  private void awaitLoaded(boolean wanted, Duration within) throws Exception {
    Instant end = Instant.now().plus(within);
    while (loaded() != wanted && Instant.now().isBefore(end)) {
      Thread.sleep(20); // bounded: another process does it
    }
    assertEquals(wanted, loaded());
  }

  @Test
  void anApplierThatIsKilledLeavesARevertBehind() throws Exception {
    Process applier =
        start(
            Map.of(),
            "apply",
            BLUEPRINT,
            "--host",
            "web@10.20.0.10",
            "-y",
            "--confirm-within",
            "6s");
    awaitLoaded(true, Duration.ofSeconds(30));
    applier.destroyForcibly().waitFor();
    assertTrue(loaded(), "the kernel holds it still");
    awaitLoaded(false, Duration.ofSeconds(20));
  }

  @Test
  void whatIsConfirmedStaysUntilRolledBack() throws Exception {
    Run applied = apply(Map.of());
    assertEquals(0, applied.exit(), applied.output());
    Run confirmed = run(Map.of(), "confirm");
    assertEquals(0, confirmed.exit(), confirmed.output());
    Run status = run(Map.of(), "status", "-o", "json");
    assertEquals(0, status.exit(), status.output());
    assertTrue(status.output().contains("\"generation\" : 1"), status.output());
    Run same = apply(Map.of());
    assertEquals(0, same.exit(), "nothing to change: " + same.output());
    Run back = run(Map.of(), "rollback");
    assertEquals(0, back.exit(), back.output());
    assertTrue(!loaded());
  }

  @Test
  void anSshConnectionInUseIsNotCutWithoutForce() throws Exception {
    Map<String, String> ssh = Map.of("SSH_CONNECTION", "198.51.100.200 50122 10.20.0.10 22");
    Run refused = apply(ssh);
    assertEquals(1, refused.exit(), refused.output());
    assertTrue(refused.output().contains("the SSH connection in use"), refused.output());
    assertTrue(!loaded());
    Run forced = apply(ssh, "--force");
    assertEquals(0, forced.exit(), forced.output());
    assertTrue(loaded());
  }

  @Test
  void withoutATerminalNothingIsLoadedUnasked() throws Exception {
    Run refused = run(Map.of(), "apply", BLUEPRINT, "--host", "web@10.20.0.10");
    assertEquals(1, refused.exit(), refused.output());
    assertTrue(!loaded(), refused.output());
  }

  @Test
  void whoMayNotIsToldSoInOneLine() throws Exception {
    Run refused = withoutCapabilities();
    assertEquals(1, refused.exit(), refused.output());
    assertEquals(1, refused.output().strip().lines().count(), refused.output());
    assertTrue(refused.output().contains("root"), refused.output());
  }

  private Run withoutCapabilities() throws Exception {
    List<String> command =
        List.of(
            "setpriv",
            "--bounding-set=-all",
            "--inh-caps=-all",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "io.ringfence.cli.Ringfence",
            "apply",
            BLUEPRINT,
            "--host",
            "web@10.20.0.10",
            "--state",
            folder.toString(),
            "-y");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }
}
