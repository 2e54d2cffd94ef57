package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.output.LineDiff;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.language.BlueprintFormatter;
import io.ringfence.language.Formatted;
import io.ringfence.language.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fmt}: the canonical form of blueprint files, comments kept. */
@Command(
    name = "fmt",
    description = "Write blueprint files in their canonical form, comments kept.",
    exitCodeOnExecutionException = ExitCode.FMT_ERROR,
    exitCodeList = {
      "0:done; with --check, all files are canonical",
      "1:with --check, some file is not canonical",
      "2:a file cannot be read or is no YAML",
      "64:the command line is wrong"
    })
final class FmtCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private BlueprintParameters blueprint;

  @ArgGroup private What what = new What();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; json says which files are not canonical.")
  private OutputFormat output = OutputFormat.TEXT;

  /** What to do with the canonical form; by default it is printed. */
  private static final class What {
    @Option(
        names = {"-w", "--write"},
        description = "Rewrite the files in place.")
    private boolean write;

    @Option(names = "--check", description = "Only name the files that are not canonical.")
    private boolean check;

    @Option(names = "--diff", description = "Show what would change.")
    private boolean diff;
  }

  FmtCommand(Shell shell) {
    this.shell = shell;
  }

  /** A file and its canonical text. */
  private record Canonical(SourceFile file, String text) {
    boolean differs() {
      return !file.text().equals(text);
    }
  }

  @Override
  public Integer call() {
    List<Canonical> files = format(new BlueprintReader(shell).read(blueprint.names));
    List<Canonical> changed = files.stream().filter(Canonical::differs).toList();
    if (what.write) {
      changed.forEach(this::write);
    }
    if (output == OutputFormat.JSON) {
      ArrayNode names = Json.strings(changed.stream().map(c -> c.file().name()).toList());
      Json.print(shell.out(), Json.object().set("changed", names));
    } else if (what.diff) {
      changed.forEach(this::diff);
    } else if (what.write || what.check) {
      changed.forEach(c -> shell.out().line(c.file().name()));
    } else {
      files.forEach(c -> shell.out().print(c.text()));
    }
    return what.check && !changed.isEmpty() ? ExitCode.UNFORMATTED : ExitCode.OK;
  }

  private static List<Canonical> format(List<SourceFile> files) {
    List<Canonical> out = new ArrayList<>();
    for (SourceFile file : files) {
      Formatted formatted = new BlueprintFormatter().format(file);
      out.add(
          new Canonical(
              file,
              formatted
                  .text()
                  .orElseThrow(() -> new InvalidBlueprint(List.of(file), formatted.problems()))));
    }
    return out;
  }

  private void write(Canonical canonical) {
    String name = canonical.file().name();
    try {
      Files.writeString(shell.path(name), canonical.text());
    } catch (IOException e) {
      throw new Failure("cannot write `" + name + "`: " + Reasons.of(e), e);
    }
  }

  private void diff(Canonical canonical) {
    Screen out = shell.out();
    String name = canonical.file().name();
    out.line(out.in(Style.BOLD, "--- " + name));
    out.line(out.in(Style.BOLD, "+++ " + name + " (canonical)"));
    LineDiff.unified(canonical.file().text(), canonical.text())
        .forEach(line -> out.line(coloured(out, line)));
  }

  private static String coloured(Screen out, String line) {
    return switch (line.charAt(0)) {
      case '+' -> out.in(Style.GREEN, line);
      case '-' -> out.in(Style.RED, line);
      case '@' -> out.in(Style.CYAN, line);
      default -> line;
    };
  }
}
