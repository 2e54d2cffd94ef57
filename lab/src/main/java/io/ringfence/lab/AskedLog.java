package io.ringfence.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The names that the lab's authoritative server was asked for, one a line, written at once. */
final class AskedLog {
  static final String FILE = "asked.log";

  /** Past so many lines nothing more is written down. */
  static final int LINES_MAX = 100_000;

  private final Path file;
  private final int linesMax;
  private int lines;

  AskedLog(Path folder) {
    this(folder, LINES_MAX);
  }

  AskedLog(Path folder, int linesMax) {
    this.linesMax = linesMax;
    this.file = folder.resolve(FILE);
    try {
      Files.createDirectories(folder);
      Files.write(file, new byte[0]);
    } catch (IOException e) {
      throw new LabUnavailable("cannot write to `" + folder + "`", e);
    }
  }

  synchronized void add(String name) throws IOException {
    if (lines++ < linesMax) {
      Files.writeString(file, name + "\n", StandardOpenOption.APPEND);
    }
  }

  /** What a lab's folder says was asked. */
  static List<String> read(Path folder) {
    try {
      Path file = folder.resolve(FILE);
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
