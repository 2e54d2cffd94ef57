package io.ringfence.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a command writes what it makes: a file, or standard output. */
final class OutputFile {
  private OutputFile() {}

  /** Writes to the file of that name, or prints; says on stderr what was written. */
  static void write(Shell shell, Optional<String> name, String text) {
    if (name.isEmpty() || name.get().equals("-")) {
      shell.out().print(text.endsWith("\n") ? text : text + "\n");
      return;
    }
    write(shell.path(name.get()), name.get(), text);
    shell.err().line("written  " + name.get());
  }

  /** Writes a file and the folders it is in. */
  static void write(Path path, String name, String text) {
    try {
      if (path.getParent() != null) {
        Files.createDirectories(path.getParent());
      }
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new Failure("cannot write `" + name + "`: " + Reasons.of(e), e);
    }
  }
}
