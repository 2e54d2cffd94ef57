package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FmtCommandTest {
  private static final String LOOSE =
      """
      ringfence: v1   # the version
      name:   loose
      segments:
          app:   { networks: [10.0.1.0/24],   tier: application }
      """;

  private static final String CANONICAL =
      """
      ringfence: v1 # the version
      name: loose

      segments:
        app: { tier: application, networks: [10.0.1.0/24] }
      """;

  @TempDir private Path directory;

  private TestingShell shell() {
    return new TestingShell(directory);
  }

  @Test
  void canonicalFormIsPrinted() {
    TestingShell.Result result = shell().typing(LOOSE).run("fmt", "-");
    assertEquals(CANONICAL, result.out());
    assertEquals(0, result.exit());
  }

  @Test
  void writingNamesWhatChangedAndIsDoneOnce() {
    TestingShell shell = shell().file("a.yaml", LOOSE).file("b.yaml", CANONICAL);
    assertEquals("a.yaml\n", shell.run("fmt", "-w", "a.yaml", "b.yaml").out());
    assertEquals(CANONICAL, shell.text("a.yaml"));
    assertEquals("", shell.run("fmt", "-w", "a.yaml", "b.yaml").out());
  }

  @Test
  void checkingChangesNothing() {
    TestingShell shell = shell().file("a.yaml", LOOSE).file("b.yaml", CANONICAL);
    TestingShell.Result result = shell.run("fmt", "--check", "a.yaml", "b.yaml");
    assertEquals("a.yaml\n", result.out());
    assertEquals(1, result.exit());
    assertEquals(LOOSE, shell.text("a.yaml"));
    assertEquals(0, shell.run("fmt", "--check", "b.yaml").exit());
    assertEquals(
        "{\n  \"changed\" : [ \"a.yaml\" ]\n}\n",
        shell.run("fmt", "--check", "-o", "json", "a.yaml", "b.yaml").out());
  }

  @Test
  void diffIsUnified() {
    TestingShell.Result result = shell().file("a.yaml", LOOSE).run("fmt", "--diff", "a.yaml");
    assertEquals(
        """
        --- a.yaml
        +++ a.yaml (canonical)
        @@ -1,4 +1,5 @@
        -ringfence: v1   # the version
        -name:   loose
        +ringfence: v1 # the version
        +name: loose
        +
         segments:
        -    app:   { networks: [10.0.1.0/24],   tier: application }
        +  app: { tier: application, networks: [10.0.1.0/24] }
        """,
        result.out());
    assertEquals(0, result.exit());
  }

  @Test
  void whatIsNoYamlIsAnError() {
    TestingShell.Result result = shell().file("a.yaml", "segments: {").run("fmt", "a.yaml");
    assertEquals(2, result.exit());
    assertTrue(result.err().contains("a.yaml:1:"), result.err());
  }
}
