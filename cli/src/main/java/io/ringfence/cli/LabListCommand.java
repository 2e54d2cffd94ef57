package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Table;
import io.ringfence.lab.Labs;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab list}: the labs of this machine. */
@Command(
    name = "list",
    description = "List the labs that are up, and what killed runs left.",
    exitCodeList = {"0:listed", "1:it could not be done", "64:the command line is wrong"},
    footer = {"  ringfence lab list", "  ringfence lab list -o json"})
final class LabListCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private LabFolderOption folder;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  LabListCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    List<Labs.Entry> labs = folder.labs(shell).all();
    switch (output) {
      case TEXT -> print(labs);
      case JSON -> Json.print(shell.out(), json(labs));
    }
    return ExitCode.OK;
  }

  private void print(List<Labs.Entry> labs) {
    if (labs.isEmpty()) {
      shell.out().line("No lab is up; `ringfence lab up BLUEPRINT` builds one.");
      return;
    }
    Table table = new Table("ID", "BLUEPRINT", "NAMESPACES", "STATE").right(2);
    labs.forEach(
        l -> table.row(l.id(), l.blueprint(), Integer.toString(l.namespaces().size()), state(l)));
    table.print(shell.out(), "");
  }

  private static String state(Labs.Entry lab) {
    return switch (lab.holder()) {
      case BACKGROUND -> "up";
      case COMMAND -> "in use by process " + lab.process();
      case NOBODY -> "left by a killed run; `ringfence lab down --id " + lab.id() + "`";
    };
  }

  private static ArrayNode json(List<Labs.Entry> labs) {
    ArrayNode out = Json.array();
    for (Labs.Entry lab : labs) {
      out.addObject()
          .put("id", lab.id())
          .put("blueprint", lab.blueprint())
          .put("holder", lab.holder().name().toLowerCase(Locale.ROOT))
          .put("process", lab.process())
          .set("namespaces", Json.strings(lab.namespaces()));
    }
    return out;
  }
}
