package io.ringfence.language;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that tests read, and write again under {@code -Dgolden.update}. */
final class Texts {
  /** True when goldens are written instead of compared. */
  static final boolean UPDATE = Boolean.getBoolean("golden.update");

  private static final Path RESOURCES = Path.of("src/test/resources");

  private Texts() {}

  static String resource(String name) {
    return read(RESOURCES.resolve(name));
  }

  static String example(String name) {
    return read(Path.of("../examples").resolve(name));
  }

  static String doc(String name) {
    return read(Path.of("../docs").resolve(name));
  }

  static void write(String name, String text) {
    try {
      Files.writeString(RESOURCES.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
