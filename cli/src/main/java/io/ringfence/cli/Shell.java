package io.ringfence.cli;

import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Terminal;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * What a command is run from.
 *
 * @param directory the current one, which relative paths start at
 */
record Shell(Terminal terminal, Map<String, String> environment, Path directory, Clock clock) {
  static Shell ofProcess() {
    Map<String, String> environment = System.getenv();
    return new Shell(Terminal.ofProcess(environment), environment, Path.of(""), Clock.systemUTC());
  }

  Screen out() {
    return terminal.out();
  }

  Screen err() {
    return terminal.err();
  }

  /** A path as the user wrote it, from the current directory. */
  Path path(String name) {
    return directory.resolve(name);
  }

  boolean debugs() {
    return environment.getOrDefault("RINGFENCE_DEBUG", "").equals("1");
  }
}
