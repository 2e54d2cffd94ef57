package io.ringfence.lab.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An interpreter of Python 3.
 *
 * @param executable the program itself, never a shim or a virtual environment's
 * @param prefix the folder that holds the program and the standard library
 */
record Python(Path executable, Path prefix) {
  private static final String ASK =
      """
      import os, sys
      assert sys.version_info >= (3, 9)
      program = getattr(sys, '_base_executable', sys.executable)
      print(os.path.realpath(program), os.path.realpath(sys.base_prefix), sep='\\n')
      """;

  /** The first on the path, then the system's. */
  static Stream<Path> programs() {
    return Stream.concat(
            Command.find("python3").stream(),
            Stream.of(Path.of("/usr/bin/python3")).filter(Files::isExecutable))
        .distinct();
  }

  /** The first that is 3.9 or later. */
  static Optional<Python> find() {
    return programs().flatMap(p -> ask(p).stream()).findFirst();
  }

  private static Optional<Python> ask(Path program) {
    try {
      var outcome = Command.run(List.of(program.toString(), "-I", "-c", ASK));
      List<String> lines = outcome.output().lines().toList();
      return outcome.ok() && lines.size() == 2
          ? Optional.of(new Python(Path.of(lines.get(0)), Path.of(lines.get(1))))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
