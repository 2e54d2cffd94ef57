package io.ringfence.cli;

import io.ringfence.lab.LabOptions;
import io.ringfence.lab.Labs;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where labs are written down. */
final class LabFolderOption {
  @Option(
      names = "--state",
      paramLabel = "FOLDER",
      description = "Where labs are written down; by default /run/ringfence/lab.")
  private Optional<String> state = Optional.empty();

  Labs labs(Shell shell) {
    return new Labs(
        state
            .map(s -> shell.path(s).toAbsolutePath().normalize())
            .orElse(LabOptions.DEFAULT_STATE_DIRECTORY));
  }
}
