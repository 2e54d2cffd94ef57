package io.ringfence.cli;

import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Terminal;
import io.ringfence.gateway.serve.PolicyRefusedException;
import io.ringfence.model.EngineCatalogue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * {@code train}, which is not in the help: runs the commands that people wait for once, so that the
 * AOT cache of {@code ./ringfence} learns what they load. Needs no root, no network and no files.
 */
@Command(name = "train", hidden = true, description = "Run the quick commands once, in silence.")
final class TrainCommand implements Callable<Integer> {
  private static final List<String> LINES =
      List.of(
          "--help",
          "verify --help",
          "validate",
          "fmt",
          "lint",
          "verify",
          "verify -o json",
          "verify -o sarif",
          "explain acme-app qdrant 6334/tcp",
          "explain acme-app qdrant/grpc --via gateway --collection acme_docs",
          "blast-radius acme-app",
          "graph",
          "graph -o svg",
          "render --host gateway -o json",
          "diff - other.yaml",
          "plan --state none",
          "validate -o json other.yaml",
          "lint no-such-file");

  private final Shell shell;

  TrainCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("ringfence-train");
    try {
      String text = starter();
      Files.writeString(folder.resolve("ringfence.yaml"), text);
      Files.writeString(folder.resolve("other.yaml"), text.replace("acme-app", "acme-web"));
      LINES.forEach(line -> run(folder, text, line.split(" ")));
      trainGateway(Files.createDirectories(folder.resolve("gateway")));
    } finally {
      remove(folder);
    }
    return ExitCode.OK;
  }

  /** Where no port may be listened at, a gateway starts slower; all else is learned. */
  private void trainGateway(Path folder) {
    try {
      new GatewayTraining(shell, folder).run();
    } catch (IOException | GeneralSecurityException | PolicyRefusedException | RuntimeException e) {
      shell.err().line("a gateway's start is not learned: " + e.getMessage());
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** With a condition, so that CEL is among what is learned. */
  private static String starter() {
    return new StarterBlueprint(
            EngineCatalogue.find("qdrant").orElseThrow(), List.of("acme", "globex"))
        .text()
        .replaceFirst("tenants: all", "tenants: all, when: device.healthy");
  }

  private void run(Path folder, String input, String... args) {
    Terminal silent =
        new Terminal(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            nowhere(),
            nowhere(),
            false);
    Commands.run(new Shell(silent, shell.environment(), folder, shell.clock()), args);
  }

  private static Screen nowhere() {
    PrintStream stream =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new Screen(stream, false, false, () -> Screen.PROSE_WIDTH_MAX);
  }
}
