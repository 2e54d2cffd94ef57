package io.ringfence.cli;

import io.ringfence.agent.AgentException;
import io.ringfence.cli.output.ProblemReport;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.lab.LabUnavailable;
import io.ringfence.verifier.flows.FlowSpaceFullException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line that the arguments ask for, and how it fails. */
final class Commands {
  private static final String HEADING = "%%n@|bold %s|@%%n";
  private static final int OPTIONS_WIDTH = 30;

  private final Shell shell;

  private Commands(Shell shell) {
    this.shell = shell;
  }

  /** Runs what the arguments say; returns the exit code. */
  static int run(Shell shell, String... args) {
    String[] meant = withoutHelpVerb(args);
    return new Commands(shell).line(meant).execute(meant);
  }

  /** {@code help verify} is {@code verify --help}. */
  private static String[] withoutHelpVerb(String... args) {
    return args.length > 0 && args[0].equals("help")
        ? Stream.concat(Arrays.stream(args).skip(1), Stream.of("--help")).toArray(String[]::new)
        : args;
  }

  /** With every verb, as help and completion need it. */
  static CommandLine whole(Shell shell) {
    return new Commands(shell).line();
  }

  /**
   * With the verb that the arguments begin with, with none when they begin with an option of all,
   * or else with all.
   */
  private CommandLine line(String... args) {
    CommandLine line = new CommandLine(new RootCommand(shell));
    verbs(args).forEach(v -> line.addSubcommand(v.name(), v.command().apply(shell)));
    line.setOut(writer(shell.out()))
        .setErr(writer(shell.err()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpLongOptionsMaxWidth(OPTIONS_WIDTH)
        .setExecutionStrategy(this::execute)
        .setParameterExceptionHandler((e, args0) -> usageError(e))
        .setExecutionExceptionHandler((e, command, parsed) -> failure(e, command.getCommandSpec()));
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, VerbList::render);
    lay(line);
    return line;
  }

  private static List<Verb> verbs(String... args) {
    if (args.length == 1 && args[0].startsWith("-")) {
      return List.of();
    }
    Optional<Verb> only = args.length == 0 ? Optional.empty() : Verb.named(args[0]);
    return only.map(List::of).orElse(Verb.ALL);
  }

  /** All help reads alike. */
  private static void lay(CommandLine line) {
    UsageMessageSpec usage = line.getCommandSpec().usageMessage();
    usage.synopsisHeading("%n@|bold Usage|@  ").descriptionHeading(isRoot(line) ? "" : "%n");
    usage.parameterListHeading(HEADING.formatted("Arguments"));
    usage.optionListHeading(HEADING.formatted("Options"));
    usage.commandListHeading(isRoot(line) ? "" : HEADING.formatted("Commands"));
    usage.exitCodeListHeading(
        usage.exitCodeList().isEmpty() ? "" : HEADING.formatted("Exit codes"));
    usage.footerHeading(
        isRoot(line) || usage.footer().length == 0 ? "" : HEADING.formatted("Examples"));
    usage.sortOptions(false).sortSynopsis(false);
    line.getSubcommands().values().forEach(Commands::lay);
  }

  private static boolean isRoot(CommandLine line) {
    return line.getParent() == null;
  }

  private static PrintWriter writer(Screen screen) {
    return new PrintWriter(screen.stream(), true, StandardCharsets.UTF_8);
  }

  /** Colours are known only once the options are. */
  private int execute(ParseResult parsed) {
    CommandLine line = parsed.commandSpec().commandLine();
    Ansi ansi = shell.out().isColoured() ? Ansi.ON : Ansi.OFF;
    line.setColorScheme(CommandLine.Help.defaultColorScheme(ansi));
    line.setUsageHelpWidth(Math.min(shell.out().width(), Screen.PROSE_WIDTH_MAX));
    return new CommandLine.RunLast().execute(parsed);
  }

  private int usageError(ParameterException e) {
    error(usageWords(e));
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    shell.err().line(shell.err().in(Style.DIM, "`" + name + " --help` says how it is used."));
    return ExitCode.USAGE;
  }

  private static String usageWords(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unknown) {
      String word = unknown.getUnmatched().getFirst();
      boolean verb = e.getCommandLine().getParent() == null && !unknown.isUnknownOption();
      String kind = unknown.isUnknownOption() ? "option" : verb ? "command" : "argument";
      List<String> near = unknown.getSuggestions().stream().limit(1).toList();
      String more = near.isEmpty() ? "" : "; did you mean `" + String.join("`, `", near) + "`?";
      return "unknown " + kind + " `" + word + "`" + more;
    }
    if (e.getArgSpec() != null && e.getValue() != null && e.getArgSpec().type().isEnum()) {
      String name = e.getArgSpec() instanceof OptionSpec o ? o.longestName() : "the argument";
      return "`%s` takes %s, not `%s`".formatted(name, words(e.getArgSpec()), e.getValue());
    }
    String message = e.getMessage().replace('\'', '`');
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }

  private static String words(ArgSpec argument) {
    return Arrays.stream(argument.type().getEnumConstants())
        .map(Object::toString)
        .collect(Collectors.joining(", "));
  }

  private int failure(Exception e, CommandSpec command) {
    shell.out().stream().flush();
    if (shell.debugs()) {
      e.printStackTrace(shell.err().stream());
    }
    if (e instanceof InvalidBlueprint invalid) {
      new ProblemReport(shell.err(), invalid.files()).print(invalid.problems());
    } else {
      error(words(e));
    }
    return command.exitCodeOnExecutionException();
  }

  private static String words(Exception e) {
    return switch (e) {
      case FileSystemException f -> "`" + f.getFile() + "`: " + Reasons.of(f);
      case IOException io -> Reasons.of(io);
      default -> isForOperator(e) ? String.valueOf(e.getMessage()) : internal(e);
    };
  }

  private static boolean isForOperator(Exception e) {
    return e instanceof Failure
        || e instanceof ParameterException
        || e instanceof AgentException
        || e instanceof LabUnavailable
        || e instanceof FlowSpaceFullException
        || e instanceof UncheckedIOException;
  }

  private static String internal(Exception e) {
    return "this should not happen: "
        + e
        + "; RINGFENCE_DEBUG=1 shows where, and the project's issues are where to say so";
  }

  private void error(String message) {
    Screen err = shell.err();
    err.line(err.in(Style.RED_BOLD, "error:") + " " + message.replace("\n", "; "));
  }
}
