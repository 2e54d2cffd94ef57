package io.ringfence.cli;

import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/** Runs commands in this process, in a folder of their own. */
final class TestingShell {
  static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private String input = "";
  private boolean terminal;
  private int width = 100;

  TestingShell(Path directory) {
    this.directory = directory;
  }

  /** What a command did. */
  record Result(int exit, String out, String err) {}

  TestingShell with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** What standard input holds. */
  TestingShell typing(String text) {
    input = text;
    return this;
  }

  /** As if all streams were a terminal of so many columns. */
  TestingShell onTerminal(int columns) {
    terminal = true;
    width = columns;
    return this;
  }

  TestingShell file(String name, String text) {
    try {
      Path path = directory.resolve(name);
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String text(String name) {
    try {
      return Files.readString(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal streams =
        new Terminal(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            screen(out),
            screen(err),
            terminal);
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    int exit = Commands.run(new Shell(streams, environment, directory, clock), args);
    return new Result(exit, text(out, streams.out()), text(err, streams.err()));
  }

  /** A watch that looks when it is told to, and what it has said so far. */
  record Watched(ProofWatch watch, ByteArrayOutputStream bytes, ByteArrayOutputStream errors) {
    void look() {
      watch.look();
    }

    String out() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    String err() {
      return errors.toString(StandardCharsets.UTF_8);
    }
  }

  Watched watching(boolean asJson, String... names) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal streams =
        new Terminal(new ByteArrayInputStream(new byte[0]), screen(out), screen(err), terminal);
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    Shell shell = new Shell(streams, environment, directory, clock);
    return new Watched(new ProofWatch(shell, java.util.List.of(names), asJson), out, err);
  }

  private Screen screen(ByteArrayOutputStream bytes) {
    PrintStream stream = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    return new Screen(
        stream, terminal, terminal && !environment.containsKey("NO_COLOR"), this::width);
  }

  private int width() {
    return width;
  }

  private static String text(ByteArrayOutputStream bytes, Screen screen) {
    screen.stream().flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
