package io.ringfence.cli;

import io.ringfence.language.BlueprintSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code schema}: the JSON Schema of blueprints. */
@Command(
    name = "schema",
    description = "Print the JSON Schema of blueprints, for editors.",
    footer = {
      "  ringfence schema > ringfence.schema.json",
      "  # and, for the YAML language server, at the top of a blueprint:",
      "  # yaml-language-server: $schema=ringfence.schema.json"
    })
final class SchemaCommand implements Callable<Integer> {
  private final Shell shell;

  SchemaCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    shell.out().line(BlueprintSchema.json().stripTrailing());
    return ExitCode.OK;
  }
}
