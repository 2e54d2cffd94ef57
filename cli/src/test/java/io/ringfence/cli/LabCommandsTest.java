package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** {@code lab} and {@code attack} where no lab is up. */
class LabCommandsTest {
  /** As a lab's state is when the process that held it was killed. */
  private static final String LEFT =
      """
      { "id": "left", "blueprint": "small", "digest": "0", "nameTtlSeconds": 30, "silent": [],
        "owner": { "pid": 999999999, "startedMillis": 1, "background": true },
        "namespaces": ["rfleft-0", "rfleft-1"], "listeners": [] }
      """;

  @TempDir private Path directory;

  private TestingShell shell() {
    return new TestingShell(directory).file("ringfence.yaml", TestingText.SMALL);
  }

  @TestFactory
  Stream<DynamicTest> refusals() {
    return Stream.of(
        refused("no lab is up; `ringfence lab up BLUEPRINT` builds one", "lab probe"),
        refused("no lab is up", "lab enforce ringfence.yaml"),
        refused(
            "no lab is up; `ringfence lab up BLUEPRINT` builds one, with --id a",
            "lab release --id a"),
        refused("cannot read `none.yaml`: no such file", "lab up none.yaml"),
        refused(
            "`Foo` is no lab id; write 1 to 12 lower-case letters and digits", "lab up --id Foo"),
        refused("no workload `w`; workloads are `web`, `api`, `qdrant`", "attack --from w"));
  }

  private DynamicTest refused(String says, String line) {
    return DynamicTest.dynamicTest(
        line,
        () -> {
          TestingShell.Result result = shell().run((line + " --state labs").split(" "));
          assertEquals(ExitCode.ERROR, result.exit());
          assertTrue(result.err().startsWith("error: " + says), result.err());
          assertEquals(1, result.err().lines().count(), result.err());
          assertEquals("", result.out());
        });
  }

  @Test
  void anAttackStartsSomewhere() {
    TestingShell.Result result = shell().run("attack");
    assertEquals(ExitCode.USAGE, result.exit());
    assertTrue(result.err().startsWith("error: missing required option: `--from=WORKLOAD`"));
  }

  @Test
  void withoutACommandLabSaysWhatThereIs() {
    TestingShell.Result result = shell().run("lab");
    assertEquals(ExitCode.OK, result.exit());
    for (String command : new String[] {"up", "enforce", "probe", "release", "list", "down"}) {
      assertTrue(result.out().contains("\n  " + command + " "), result.out());
    }
  }

  @Test
  void nothingIsListedAndNothingIsTakenDown() {
    assertEquals(
        "No lab is up; `ringfence lab up BLUEPRINT` builds one.\n",
        shell().run("lab", "list", "--state", "labs").out());
    assertEquals("[ ]\n", shell().run("lab", "list", "--state", "labs", "-o", "json").out());
    assertEquals("No lab was up.\n", shell().run("lab", "down", "--state", "labs").out());
    assertEquals(
        0,
        TestingText.json(shell().run("lab", "down", "--all", "--state", "labs", "-o", "json").out())
            .path("down")
            .size());
  }

  @Test
  void whatAKilledRunLeftIsListed() {
    TestingShell shell = shell().file("labs/left/state.json", LEFT);
    assertEquals(
        """
        ID    BLUEPRINT  NAMESPACES  STATE
        left  small               2  left by a killed run; `ringfence lab down --id left`
        """,
        shell.run("lab", "list", "--state", "labs").out());
    JsonNode listed =
        TestingText.json(shell.run("lab", "list", "--state", "labs", "-o", "json").out());
    assertEquals("nobody", listed.at("/0/holder").asText());
    assertEquals("rfleft-1", listed.at("/0/namespaces/1").asText());
    assertTrue(
        shell.run("lab", "probe", "--state", "labs").err().startsWith("error: no lab is up"));
  }
}
