package io.ringfence.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** The blueprint of a command whose arguments say something else. */
final class BlueprintOption {
  @Option(
      names = {"-f", "--file"},
      paramLabel = "BLUEPRINT",
      description =
          "A file or folder of the blueprint, `-` for standard input; may be given again; by"
              + " default ringfence.yaml.")
  List<String> names = List.of();
}
