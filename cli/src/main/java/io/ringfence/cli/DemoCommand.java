package io.ringfence.cli;

import io.ringfence.cli.demo.Demo;
import io.ringfence.cli.demo.Story;
import io.ringfence.cli.report.DemoReport;
import io.ringfence.cli.report.HtmlReport;
import io.ringfence.cli.terminal.Style;
import io.ringfence.lab.engine.EngineSoftware;
import io.ringfence.lab.engine.RealEngine;
import io.ringfence.language.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: from anything reaches anything to proven segmentation, on this machine. */
@Command(
    name = "demo",
    description = {
      "See a deployment go from \"anything reaches anything\" to proven segmentation: a real"
          + " database inside network namespaces that have no route to yours, a breach before and"
          + " after, and a report.",
    },
    exitCodeList = {
      "0:everything was as it should be",
      "1:it could not be done, or something is missing and may not be installed",
      "3:a guardrail is violated, or kernel and model disagree",
      "64:the command line is wrong"
    },
    footer = {"  ./ringfence demo", "  ./ringfence demo --engine chroma --report demo.html"})
final class DemoCommand implements Callable<Integer> {
  private final Shell shell;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description = "The real database: postgresql (with pgvector) or chroma. Default: postgresql")
  private String engine = "postgresql";

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Where the report goes. Default: ringfence-demo.html")
  private String report = "ringfence-demo.html";

  @Option(
      names = "--no-install",
      description = "Stop with the list of what is missing instead of installing it.")
  private boolean noInstall;

  DemoCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Exception {
    long begun = System.nanoTime();
    EngineSoftware software = RealEngine.available().get(engine);
    if (software == null) {
      throw new Failure(
          "no real `%s` runs in the demo; these do: %s"
              .formatted(engine, String.join(", ", RealEngine.available().keySet())));
    }
    SourceFile file = new SourceFile("demo-" + engine + ".yaml", text("demo-" + engine + ".yaml"));
    LoadedBlueprint loaded = BlueprintSource.ofTexts(Map.of(file.name(), file.text()));
    Demo.Settings settings =
        new Demo.Settings(
            software,
            "examples/" + file.name(),
            Map.of(file.name(), file.text()),
            !noInstall,
            RootCommand.version(),
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'")
                .format(shell.clock().instant().atOffset(ZoneOffset.UTC)));
    Story story = new Story(shell.out(), shell.err());
    try {
      Demo.Result result = new Demo(story, settings, loaded.blueprint()).run();
      finish(result, begun);
      return result.sound() ? ExitCode.OK : ExitCode.FINDINGS;
    } catch (Demo.Missing e) {
      shell.err().line("missing, and not installed because of --no-install:");
      e.what().forEach(w -> shell.err().line("  " + w));
      return ExitCode.ERROR;
    }
  }

  private void finish(Demo.Result result, long begun) throws IOException {
    Path path = shell.path(report);
    Files.writeString(path, HtmlReport.write(result.report()));
    DemoReport seen = result.report();
    shell.out().line();
    shell
        .out()
        .line(
            shell
                .out()
                .in(
                    Style.BOLD,
                    "%,d of %,d %s before, %,d after."
                        .formatted(
                            seen.before().open(),
                            seen.before().pairs(),
                            seen.before().measured() ? "connections" : "pairs open",
                            seen.after().open())));
    shell
        .out()
        .line(
            "The report: %s   (%.1f s in all)"
                .formatted(path.toAbsolutePath(), (System.nanoTime() - begun) / 1e9));
  }

  private static String text(String name) throws IOException {
    try (InputStream in = DemoCommand.class.getResourceAsStream("/examples/" + name)) {
      if (in == null) {
        throw new IOException("the program lacks its file `" + name + "`");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
