package io.ringfence.cli;

import java.util.List;
import picocli.CommandLine.Parameters;

/** The blueprint as a command's arguments name it. */
final class BlueprintParameters {
  @Parameters(
      arity = "0..*",
      paramLabel = "BLUEPRINT",
      description =
          "Files and folders that make up the blueprint, `-` for standard input; by default"
              + " ringfence.yaml.")
  List<String> names = List.of();
}
