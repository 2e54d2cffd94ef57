package io.ringfence.conformance.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** PostgreSQL's own grammar, from npm's {@code libpg-query}, in a process beside. */
final class SqlOracle implements AutoCloseable {
  private static final String PACKAGE = "libpg-query";
  private static final String VERSION = "18.1.5";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedWriter questions;
  private final BufferedReader answers;

  private SqlOracle(Process process) {
    this.process = process;
    questions = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Why there is no oracle on this machine; empty where there is one. It is fetched at need. */
  static Optional<String> lacking() {
    try {
      library();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.getMessage());
    }
  }

  static SqlOracle start() throws IOException {
    Path library = library();
    Path script = Files.createTempFile("oracle", ".cjs");
    try (InputStream text = SqlOracle.class.getResourceAsStream("oracle.cjs")) {
      Files.write(script, text.readAllBytes());
    }
    script.toFile().deleteOnExit();
    return new SqlOracle(
        new ProcessBuilder("node", script.toString(), library.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  private static Path library() throws IOException {
    Path folder =
        Path.of(System.getProperty("user.home"), ".cache", "ringfence", PACKAGE + "-" + VERSION);
    Path library = folder.resolve("node_modules").resolve(PACKAGE);
    if (!Files.isDirectory(library)) {
      Files.createDirectories(folder);
      run(
          List.of(
              "npm",
              "install",
              "--ignore-scripts",
              "--no-audit",
              "--no-fund",
              "--prefix",
              folder.toString(),
              PACKAGE + "@" + VERSION));
    }
    run(List.of("node", "--version"));
    return library;
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream said = process.getInputStream()) {
      String text = new String(said.readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + " fails: " + text.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /**
   * A text that we take.
   *
   * @param printed the same, printed from our tree
   */
  record Question(String sql, String printed) {}

  /** What it makes of each, in their order. */
  List<JsonNode> answers(List<Question> asked) throws IOException {
    Thread writer = Thread.startVirtualThread(() -> write(asked));
    List<JsonNode> out = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      String line = answers.readLine();
      if (line == null) {
        throw new IOException("the oracle ended");
      }
      out.add(JSON.readTree(line));
    }
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return out;
  }

  private void write(List<Question> asked) {
    try {
      for (Question q : asked) {
        questions.write(
            JSON.createObjectNode().put("sql", q.sql()).put("printed", q.printed()).toString());
        questions.newLine();
      }
      questions.flush();
    } catch (IOException e) {
      process.destroy();
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
