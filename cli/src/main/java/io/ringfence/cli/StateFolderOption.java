package io.ringfence.cli;

import io.ringfence.agent.GenerationStore;
import picocli.CommandLine.Option;

/** Where the generations of this machine are kept. */
final class StateFolderOption {
  static final String DEFAULT = "/var/lib/ringfence";

  @Option(
      names = "--state",
      paramLabel = "FOLDER",
      description = "Where the generations are kept; by default " + DEFAULT + ".")
  private String folder = DEFAULT;

  GenerationStore store(Shell shell) {
    return new GenerationStore(shell.path(folder).toAbsolutePath().normalize());
  }

  /** The option as it was given; nothing when it was not. */
  String repeated() {
    return folder.equals(DEFAULT) ? "" : " --state " + folder;
  }
}
