package io.ringfence.cli;

import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.model.EngineCatalogue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code init}: a blueprint to begin with. */
@Command(
    name = "init",
    description = "Write a commented blueprint to begin with; it proves clean as it is.",
    exitCodeList = {
      "0:written",
      "1:the file exists already, or cannot be written",
      "64:the command line is wrong"
    },
    footer = {
      "  ringfence init --engine postgresql --tenants acme,globex",
      "  ringfence init --file - | ringfence validate -"
    })
final class InitCommand implements Callable<Integer> {
  private final Shell shell;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      completionCandidates = Engines.class,
      description = "The vector database: ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
  private String engine = "qdrant";

  @Option(
      names = "--tenants",
      paramLabel = "NAME",
      split = ",",
      description = "The customers, by default acme,globex.")
  private List<String> tenants = List.of("acme", "globex");

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Where to write; `-` prints it; by default ${DEFAULT-VALUE}.")
  private String file = BlueprintReader.DEFAULT;

  @Option(names = "--force", description = "Replace the file if it exists.")
  private boolean force;

  InitCommand(Shell shell) {
    this.shell = shell;
  }

  /** The engines' names. */
  private static final class Engines implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return StarterBlueprint.engines().iterator();
    }
  }

  @Override
  public Integer call() {
    if (!StarterBlueprint.engines().contains(engine)) {
      throw new Failure(
          "no starter for engine `%s`; there is one for %s"
              .formatted(engine, String.join(", ", StarterBlueprint.engines())));
    }
    String text = new StarterBlueprint(EngineCatalogue.find(engine).orElseThrow(), tenants).text();
    if (file.equals("-")) {
      shell.out().print(text);
    } else {
      write(text);
      say();
    }
    return ExitCode.OK;
  }

  private void write(String text) {
    Path path = shell.path(file);
    StandardOpenOption creation = force ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW;
    try {
      Files.writeString(
          path,
          text,
          StandardCharsets.UTF_8,
          creation,
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING);
    } catch (FileAlreadyExistsException e) {
      throw new Failure("`" + file + "` exists already; --force replaces it", e);
    } catch (IOException e) {
      throw new Failure("cannot write `" + file + "`: " + Reasons.of(e), e);
    }
  }

  private void say() {
    Screen out = shell.out();
    String name = file.equals(BlueprintReader.DEFAULT) ? "" : " " + file;
    out.line(out.in(Style.GREEN_BOLD, "written") + "  " + file);
    out.line("");
    out.line("  ringfence verify" + name + "   proves its guardrails");
    out.line("  ringfence graph" + name + "    draws it");
    out.line("  ringfence lab up" + name + "   builds it from network namespaces, to try it on");
  }
}
