package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What every command has in common: help, usage errors, colour, one line for a failure. */
class CommandLineTest {
  @TempDir private Path directory;

  private TestingShell shell() {
    return new TestingShell(directory);
  }

  @TestFactory
  Stream<DynamicTest> everyVerbHasHelp() {
    return Verb.ALL.stream()
        .map(
            verb ->
                DynamicTest.dynamicTest(
                    verb.name(),
                    () -> {
                      TestingShell.Result help = shell().run(verb.name(), "--help");
                      assertEquals(0, help.exit());
                      assertEquals("", help.err());
                      assertTrue(
                          help.out().contains("Usage  ringfence " + verb.name()), help.out());
                      assertTrue(help.out().contains("--help"), help.out());
                    }));
  }

  @Test
  void rootHelpNamesEveryVerb() {
    String help = shell().run("--help").out();
    for (Verb verb : Verb.ALL.stream().filter(v -> v.section() != Verb.Section.HIDDEN).toList()) {
      assertTrue(help.contains("\n  " + verb.name() + " "), verb.name());
    }
    assertEquals(help, shell().run().out());
  }

  @Test
  void helpIsAWordToo() {
    assertEquals(shell().run("verify", "--help").out(), shell().run("help", "verify").out());
    assertEquals(shell().run("--help").out(), shell().run("help").out());
  }

  @Test
  void helpFitsATerminal() {
    shell()
        .onTerminal(72)
        .with("NO_COLOR", "1")
        .run("validate", "--help")
        .out()
        .lines()
        .forEach(line -> assertTrue(line.length() <= 72, line));
  }

  @TestFactory
  Stream<DynamicTest> wrongCommandLines() {
    return Stream.of(
        wrong("unknown command `vlidate`; did you mean `validate`?", "vlidate"),
        wrong("unknown option `--frmat`", "validate", "--frmat"),
        wrong("missing required parameter for option `--output`", "validate", "-o"),
        wrong("`--output` takes text, json, not `xml`", "validate", "-o", "xml"));
  }

  private DynamicTest wrong(String says, String... args) {
    return DynamicTest.dynamicTest(
        String.join(" ", args),
        () -> {
          TestingShell.Result result = shell().run(args);
          assertEquals(ExitCode.USAGE, result.exit());
          assertTrue(result.err().startsWith("error: " + says), result.err());
          assertTrue(result.err().lines().skip(1).allMatch(l -> l.contains("--help")));
          assertEquals("", result.out());
        });
  }

  @Test
  void failureIsOneLineWithoutStackTrace() {
    TestingShell.Result result = shell().run("validate", "nope.yaml");
    assertEquals("error: cannot read `nope.yaml`: no such file\n", result.err());
    assertEquals(ExitCode.ERROR, result.exit());
  }

  @Test
  void debuggingShowsTheStackTrace() {
    String err = shell().with("RINGFENCE_DEBUG", "1").run("validate", "nope.yaml").err();
    assertTrue(err.contains("\tat io.ringfence.cli."), err);
  }

  @Test
  void coloursAreForTerminalsAndForThoseWhoAsk() {
    assertFalse(coloured(shell(), "validate", "nope.yaml"));
    assertTrue(coloured(shell(), "validate", "nope.yaml", "--color=always"));
    assertTrue(coloured(shell().onTerminal(80), "validate", "nope.yaml"));
    assertFalse(coloured(shell().onTerminal(80), "validate", "nope.yaml", "--color=never"));
    assertFalse(coloured(shell().onTerminal(80).with("NO_COLOR", "1"), "validate", "nope.yaml"));
  }

  private static boolean coloured(TestingShell shell, String... args) {
    return shell.run(args).err().contains("\033[");
  }
}
