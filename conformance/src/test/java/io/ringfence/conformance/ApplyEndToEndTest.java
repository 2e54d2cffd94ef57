package io.ringfence.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.agent.GenerationStore;
import io.ringfence.agent.KernelTable;
import io.ringfence.agent.kernel.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
  private static final String NAMESPACE = "rfp-" + ProcessHandle.current().pid();
  private static final String AFTER_BOOT = NAMESPACE + "b";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BLUEPRINT = "../examples/rag-platform.yaml";

  @TempDir Path folder;
  private NetworkNamespace namespace;

  @BeforeEach
  void makeNamespace() throws Exception {
    ip("netns", "delete", NAMESPACE);
    ip("netns", "add", NAMESPACE);
    ip("-n", NAMESPACE, "link", "add", "near", "type", "veth", "peer", "name", "far");
    ip("-n", NAMESPACE, "address", "add", "10.20.0.10/24", "dev", "near");
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

  /** What {@code ./ringfence} starts. */
  private static List<String> ringfence() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        "io.ringfence.cli.Ringfence");
  }

  private List<String> command(String verb, String... arguments) {
    List<String> command = new ArrayList<>(ringfence());
    command.addAll(List.of(verb, "--netns", NAMESPACE, "--state", folder.toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  private Process start(Map<String, String> environment, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("SSH_CONNECTION");
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Run run(Map<String, String> environment, String verb, String... arguments)
      throws Exception {
    return run(environment, command(verb, arguments));
  }

  private Run run(Map<String, String> environment, List<String> command) throws Exception {
    Process process = start(environment, command);
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }

  private Run apply(Map<String, String> environment, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(BLUEPRINT, "-y"));
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
    Process applier = start(Map.of(), command("apply", BLUEPRINT, "-y", "--confirm-within", "6s"));
    awaitLoaded(true, Duration.ofSeconds(30));
    applier.destroyForcibly().waitFor();
    assertTrue(loaded(), "the kernel holds it still");
    awaitLoaded(false, Duration.ofSeconds(20));
  }

  @Test
  void aSessionThatIsKilledLeavesARevertBehind() throws Exception {
    String apply = String.join(" ", command("apply", BLUEPRINT, "-y", "--confirm-within", "6s"));
    Process session = start(Map.of(), List.of("setsid", "bash", "-c", apply + "; sleep 60"));
    awaitLoaded(true, Duration.ofSeconds(30));
    awaitPending();
    // All that the operator's session started and that did not leave it.
    kill("-9", "--", "-" + session.pid());
    assertTrue(session.waitFor() != 0);
    assertTrue(loaded(), "the kernel holds it still");
    awaitLoaded(false, Duration.ofSeconds(20));
    assertEquals(3, run(Map.of(), "status").exit(), "nothing is in force");
  }

  private static void kill(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("kill"));
    command.addAll(List.of(arguments));
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  /** Until the applier is through: its last act is to write down what the kernel lists. */
  private void awaitPending() throws Exception {
    Instant end = Instant.now().plusSeconds(20);
    while (new GenerationStore(folder).listing(1).isEmpty() && Instant.now().isBefore(end)) {
      Thread.sleep(20); // bounded: another process does it
    }
  }

  @Test
  void whatWaitsIsToldAndAnotherIsRefused() throws Exception {
    Run applied = apply(Map.of(), "--confirm-within", "5m", "-o", "json");
    assertEquals(0, applied.exit(), applied.output());
    assertTrue(JSON.readTree(applied.output()).path("applied").asBoolean(), applied.output());
    JsonNode status = JSON.readTree(run(Map.of(), "status", "-o", "json").output());
    assertEquals(1, status.at("/pending/generation").asInt());
    int left = status.at("/pending/secondsLeft").asInt();
    assertTrue(left > 200 && left <= 300, status.toString());
    assertEquals("host web@10.20.0.10", status.path("placement").asText());
    assertEquals(0, status.path("drift").size(), status.toString());
    assertTrue(status.path("counters").has("rule/front"), status.toString());
    Run second = apply(Map.of());
    assertEquals(1, second.exit());
    assertEquals(
        "error: generation 1 waits to be confirmed: `ringfence confirm --state %1$s --netns %2$s` or"
                .formatted(folder, NAMESPACE)
            + " `ringfence rollback --state %1$s --netns %2$s` first\n"
                .formatted(folder, NAMESPACE),
        second.output());
  }

  @Test
  void whatIsPersistedIsLoadedByItsUnit() throws Exception {
    Path command = Files.writeString(folder.resolve("command"), script());
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
    Path units = folder.resolve("units");
    Map<String, String> told =
        Map.of("RINGFENCE_COMMAND", command.toString(), "RINGFENCE_UNITS", units.toString());
    Run applied = here(told, "apply", BLUEPRINT, "-y", "--persist");
    assertEquals(0, applied.exit(), applied.output());
    assertEquals(0, here(told, "confirm").exit());
    assertTrue(
        JSON.readTree(here(told, "status", "-o", "json").output()).path("atBoot").asBoolean());
    ip("netns", "add", AFTER_BOOT);
    try (NetworkNamespace fresh = NetworkNamespace.named(AFTER_BOOT)) {
      List<String> unit = execStart(units.resolve("ringfence-load.service"));
      Run loads = run(Map.of(), inside(AFTER_BOOT, unit));
      assertEquals(0, loads.exit(), loads.output());
      assertTrue(new KernelTable(fresh).listing().isPresent(), loads.output());
    } finally {
      ip("netns", "delete", AFTER_BOOT);
    }
  }

  /** As on a machine of its own: in the current namespace, without {@code --netns}. */
  private Run here(Map<String, String> environment, String verb, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(ringfence());
    command.addAll(List.of(verb, "--state", folder.toString()));
    command.addAll(List.of(arguments));
    return run(environment, inside(NAMESPACE, command));
  }

  private static List<String> inside(String namespace, List<String> command) {
    List<String> out = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    out.addAll(command);
    return out;
  }

  private static String script() {
    return "#!/bin/sh\nexec " + String.join(" ", ringfence()) + " \"$@\"\n";
  }

  private static List<String> execStart(Path unit) throws IOException {
    String line =
        Files.readAllLines(unit).stream()
            .filter(l -> l.startsWith("ExecStart="))
            .findFirst()
            .orElseThrow();
    return List.of(line.substring("ExecStart=".length()).split(" "));
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
    Run refused = run(Map.of(), "apply", BLUEPRINT, "--host", "web");
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
        new ArrayList<>(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
    command.addAll(command("apply", BLUEPRINT, "-y"));
    return run(Map.of(), command);
  }
}
