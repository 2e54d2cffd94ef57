package io.ringfence.cli;

import io.ringfence.lab.LabOptions;
import io.ringfence.lab.Labs;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells labs on one machine apart. */
final class LabIdOption {
  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The lab's id; by default one made from the blueprint's name.")
  private Optional<String> id = Optional.empty();

  @Mixin private LabFolderOption folder;

  Optional<String> id() {
    return id;
  }

  Labs labs(Shell shell) {
    return folder.labs(shell);
  }

  /** The lab of a blueprint, up or not. */
  LabOptions options(Shell shell, LoadedBlueprint loaded) {
    return id.map(LabOptions::new)
        .orElseGet(() -> LabOptions.of(loaded.blueprint()))
        .withStateDirectory(labs(shell).stateDirectory());
  }

  /** What another command is to be told besides. */
  String elsewhere() {
    return id.map(i -> ", with --id " + i + " one of that id").orElse("");
  }
}
