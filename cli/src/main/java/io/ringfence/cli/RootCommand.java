package io.ringfence.cli;

import io.ringfence.cli.terminal.ColorChoice;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code ringfence} without a verb: says what there is. */
@SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // picocli sets and calls them
@Command(
    name = "ringfence",
    customSynopsis = "ringfence COMMAND [OPTIONS] [ARGUMENTS]",
    header = "Ringfence proves, compiles and enforces who may reach a vector database.",
    versionProvider = RootCommand.Version.class,
    footer = {
      "",
      "New here?  `ringfence demo` shows it all; `ringfence init` starts a blueprint of your own.",
      "`ringfence COMMAND --help` gives each command's options, exit codes and examples."
    })
final class RootCommand implements Callable<Integer> {
  private final Shell shell;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  RootCommand(Shell shell) {
    this.shell = shell;
  }

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      scope = ScopeType.INHERIT,
      description = "Colours: ${COMPLETION-CANDIDATES}. NO_COLOR is honoured.")
  private void colour(ColorChoice choice) {
    shell.out().colour(choice.colours(shell.out().isTerminal(), shell.environment()));
    shell.err().colour(choice.colours(shell.err().isTerminal(), shell.environment()));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(shell.out().stream());
    return ExitCode.OK;
  }

  /** {@code ringfence 0.1.0}. */
  static final class Version implements picocli.CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"ringfence " + version()};
    }
  }

  static String version() {
    String version = Ringfence.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
